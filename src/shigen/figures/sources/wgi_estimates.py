"""Governance estimates by country, year and dimension, gathered from whatever layout they stood in."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import default_lang, text
from shigen.figures.sources import files
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Row

ADDRESS: Final = "https://www.worldbank.org/en/publication/worldwide-governance-indicators"
NAME: Final[Mapping[str, str]] = {
    "ja": "世界ガバナンス指標(WGI)",
    "en": "Worldwide Governance Indicators (WGI)",
}
DIMENSIONS: Final[Mapping[str, str]] = {
    "va": "voice_accountability",
    "pv": "political_stability",
    "ge": "government_effectiveness",
    "rq": "regulatory_quality",
    "rl": "rule_of_law",
    "cc": "control_of_corruption",
}
MISSING: Final = ("", "..", "#N/A")
NO_YEARS: Final = (1997, 1999, 2001)
"""Years in which no estimates were made; nothing is put between."""

Layout = Literal["wide", "long", "sheets", "api", "api_old"]
Key = tuple[str, int, str]
"""Country, year, dimension."""


@dataclass
class Estimates:
    """What one workbook, or all pages and lists of one set of calls, holds."""

    path: Path
    layout: Layout
    stamp: str = ""
    """What it says of its edition: the release (`2019`), or the day of the last update (`2026-03-18`)."""
    groups: Collection[str] = frozenset()
    """Codes that the publisher's list of countries calls aggregates."""
    rows: dict[Key, Row] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    mistakes: list[UserError] = field(default_factory=list)
    seen: dict[tuple[Key, str], float | None] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    @property
    def dimensions(self) -> list[str]:
        """The dimensions that have an estimate, in the order of the publisher."""
        there = {dimension for _, _, dimension in self.rows}
        return [name for name in DIMENSIONS.values() if name in there]

    @property
    def newest(self) -> int:
        """The newest year that has an estimate; 0 without any."""
        return max((year for _, year, _ in self.rows), default=0)

    def put(
        self, dimension: str, code: str, name: str, year: object, figures: Mapping[str, object], *,
        place: str, at: str, note: str | None = None,
    ) -> None:  # fmt: skip
        """Take the figures of one country, year and dimension; what is wrong with them joins the mistakes.

        Parameters
        ----------
        dimension, code, name, year
            As printed, the dimension as its key.
        figures : mapping
            Cells by column of the fact table: `estimate`, `standard_error`, `n_sources`; and `rank`, or score, which
            must grow with the estimate.
        place, at : str
            Where they stand: inside the file for the fact, with the file's name for a message.
        """
        country = self._country(code, name, at)
        if country is None:
            return
        when = year_of(year)
        if when is None:
            self.wrong(at, files.shown(year), text("expect.year", default_lang()))
            return
        key, repeated = (country, when, dimension), False
        for statistic, cell in figures.items():
            try:
                value = _value(statistic, cell)
            except ValueError:
                self.wrong(at, files.shown(cell), text("expect.number", default_lang()))
                continue
            if value is not None and (when < 1996 or when in NO_YEARS):
                self.wrong(at, str(when), text("expect.year", default_lang()))
                continue
            if (key, statistic) in self.seen:
                repeated = True
                if self.seen[key, statistic] != value:
                    self.mistake(
                        UserError("source_double", place=at, what=f"{statistic} {dimension} {country} {when}",
                                  first=_shown(self.seen[key, statistic]), second=_shown(value))
                    )  # fmt: skip
                continue
            self.seen[key, statistic] = value
            if statistic == "estimate" and value is None:
                self.left_out["estimate not available"] += 1
            elif statistic == "estimate":
                self.rows[key] = {
                    "country": country, "year": when, "dimension": dimension, "estimate": value,
                    "published_name": files.heading(name) or None, "note": note, "place": place,
                }  # fmt: skip
        self.left_out.update({"row that stands there twice": 1} if repeated else {})

    def finished(self) -> list[Row]:
        """Return the rows with the standard error and the number of sources beside each estimate."""
        for key, statistic in self.seen:
            if (
                statistic in ("standard_error", "n_sources")
                and key not in self.rows
                and self.seen[key, statistic] is not None
            ):
                self.left_out[f"{statistic} without an estimate"] += 1
        for key, row in self.rows.items():
            row["standard_error"] = self.seen.get((key, "standard_error"))
            sources = self.seen.get((key, "n_sources"))
            row["n_sources"] = None if sources is None else int(sources)
        return list(self.rows.values())

    def check_ranks(self) -> None:
        """Note where a rank falls although the estimate grows: two cells changed places, or one is another's."""
        ranked: dict[tuple[str, int], list[tuple[float, float, Key]]] = {}
        for key, row in self.rows.items():
            rank = self.seen.get((key, "rank"))
            if rank is not None:
                ranked.setdefault((key[2], key[1]), []).append((row["estimate"], rank, key))
        for group in ranked.values():
            group.sort()
            for low, high in pairwise(group):
                if high[1] < low[1] - 1e-6:
                    places = "; ".join(self.rows[key]["place"] for _, _, key in (low, high))
                    ranks = "; ".join(f"{key[0]} {value:.4g} (rank {rank:.4g})" for value, rank, key in (low, high))
                    self.wrong(f"{self.path.name}, {places}", ranks, f"{low[2][0]} > {high[2][0]}")

    def wrong(self, at: str, printed: str, expected: str) -> None:
        """Note a cell that is not understood."""
        self.mistake(UserError("source_cell", place=at, found=printed[:80] or "-", expected=expected))

    def mistake(self, error: UserError) -> None:
        """Note a mistake; enough is enough."""
        if len(self.mistakes) < files.MOST_PROBLEMS:
            self.mistakes.append(error)

    def _country(self, code: str, name: str, at: str) -> str | None:
        """Return the alpha-3 code; None for a group of countries, which is counted, and for what is not known."""
        word, shown = code.strip(), files.heading(name)
        iso3 = _codes().get(word)
        if word in self.groups or iso3 == "":
            self.left_out[f"country group {shown or word}"] += 1
            return None
        iso3 = iso3 or (word if word in names.countries() else _two_letters().get(word))
        if iso3 is None:
            if word not in self.unknown:
                self.unknown.add(word)
                kind, known = text("column.country", default_lang()).lower(), (c.en for c in names.countries().values())
                self.mistake(UserError("source_name", place=at, kind=kind, word=f"{shown} ({word})",
                                       suggestions=suggest(shown, known)))  # fmt: skip
            return None
        if _named().get(shown.casefold(), iso3) != iso3:
            self.wrong(at, f"{word}, {shown}", text("expect.code", default_lang()))
            return None
        return iso3


def year_of(cell: object) -> int | None:
    """Return a year of four digits, from a number or from text; None for anything else."""
    if isinstance(cell, bool):
        return None
    word = files.shown(cell).strip()
    return int(word) if len(word) == 4 and word.isascii() and word.isdigit() and word[:2] in ("19", "20") else None


def _value(statistic: str, cell: object) -> float | None:
    """Return a figure; None where the publisher has none.

    Raises
    ------
    ValueError
        It is neither a number nor a sign of the publisher, or it lies outside what the statistic can be.
    """
    if cell is None or (isinstance(cell, str) and cell.strip() in MISSING):
        return None
    value = None
    if isinstance(cell, str):
        value = files.number(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < 1e300:
        value = float(cell)
    low, high = {"estimate": (-5.0, 5.0), "standard_error": (0.0, 5.0), "n_sources": (0.0, 99.0), "rank": (0.0, 100.0)}[
        statistic
    ]
    if value is None or not low <= value <= high or (statistic == "n_sources" and not value.is_integer()):
        raise ValueError(statistic)
    return value


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"


@cache
def _codes() -> Mapping[str, str]:
    """Codes of the publisher that are not ISO 3166; empty for groups of countries."""
    rows = name_map("wgi_codes")
    return {r[column]: r["iso3"] for r in rows for column in ("code", "iso2") if r[column]}


@cache
def _two_letters() -> Mapping[str, str]:
    """ISO 3166 alpha-2 codes: some answers leave the other column empty."""
    return {r["iso2"]: r["iso3"] for r in names.codes() if r["iso3"] in names.countries() and r["iso2"]}


@cache
def _named() -> Mapping[str, str]:
    """Names that belong to one country only, to notice a code that stands beside another country's name."""
    every = [(word.casefold(), c.key) for c in names.countries().values() for word in (c.en, *c.aliases)]
    often = Counter(word for word, _ in dict.fromkeys(every))
    return {word: key for word, key in every if often[word] == 1}
