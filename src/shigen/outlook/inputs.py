"""What the demand model assumes: every volume, mix, intensity and life as one addressed row that a user may replace.

A row's address is `kind:use:technology:commodity:scenario:year`; empty parts stay empty. Paths over the years run
straight from row to row (a cap is held until the next one) and hold their last value; before the first row nothing is
known.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from xarray import DataArray

from shigen.base import given, names
from shigen.base.errors import UserError, suggest, written
from shigen.base.i18n import LANGS, Lang, catalogue, joined, shown_date, source_words, text
from shigen.figures.factbase import FactBase
from shigen.figures.own.assumed import FURTHER, POSITIVE, limits
from shigen.figures.rows import of_facts
from shigen.figures.store import current

BOUNDS: Final = ("low", "central", "high")
"""Ends of the range of every assumption at once, and its centre: dim `bound`."""

COLUMNS: Final = ("address", "name", "low", "value", "high", "unit", "flag", "source", "confidence", "note")

EARLIEST, LATEST = 1990, 2050
"""Years that a further point of a path may have."""

OURS: Final = "shigen assumption"
"""Source of what nobody publishes."""

ECONOMY: Final = "economy"
"""What stands for a use where growth is that of the world economy."""

Value = float | Sequence[float]
"""What a user puts in place of a row: one value, or low, central and high."""


@dataclass(frozen=True)
class Input:
    """One assumption with its range, source and confidence."""

    kind: str
    use: str
    technology: str
    commodity: str
    scenario: str
    """Empty: all scenarios."""
    year: int | None
    low: float
    value: float
    high: float
    unit: str
    flag: str
    source: str
    confidence: str
    note: dict[Lang, str]
    use_name: dict[Lang, str]
    scenario_name: dict[Lang, str]
    """In short; empty for all scenarios."""

    @property
    def address(self) -> str:
        """Where it is found and replaced."""
        year = "" if self.year is None else str(self.year)
        return ":".join((self.kind, self.use, self.technology, self.commodity, self.scenario, year))

    def name(self, lang: Lang) -> str:
        """Return what it is in words: of which use, technology and mineral, in which scenario and year."""
        keys = catalogue(lang)
        word = re.sub(r"\W+", "_", self.technology)
        way = f"input.technology.{word}"
        key = next(key for key in (f"input.{self.kind}.{self.use}", f"input.{self.kind}.{word}", f"input.{self.kind}")
                   if key in keys)  # fmt: skip
        whole = text(
            key if self.commodity or f"{key}_of_all" not in keys else f"{key}_of_all", lang,
            use=self.use_name[lang],
            technology=text(way, lang) if way in keys else self.technology,
            commodity=names.label(self.commodity, lang) if self.commodity else "",
        )  # fmt: skip
        scenario = [self.scenario_name[lang]] if self.scenario else []
        return joined([whole, *scenario, *([] if self.year is None else [shown_date(str(self.year), lang)])], lang)

    def row(self, lang: Lang) -> dict[str, Any]:
        """Return the row with COLUMNS."""
        return {
            "address": self.address, "name": self.name(lang),
            "low": self.low, "value": self.value, "high": self.high, "unit": self.unit,
            "flag": self.flag, "source": source_words(self.source, lang),
            "confidence": self.confidence, "note": self.note[lang],
        }  # fmt: skip


@dataclass(frozen=True)
class Use:
    """One use of the model: its part, and the volumes that it follows."""

    key: str
    part: str
    volume: str
    between: str
    unit: str
    name: dict[Lang, str]
    note: dict[Lang, str]


@dataclass(frozen=True)
class Scenario:
    """One scenario; where it has no input of its own, its parent's serves, then what serves all."""

    key: str
    lineage: tuple[str, ...]
    name: dict[Lang, str]
    short: dict[Lang, str]
    note: dict[Lang, str]
    source: str


@of_facts
def uses(facts: FactBase) -> dict[str, Use]:
    """All uses by key, in the order of the charts."""
    return {
        r["use"]: Use(r["use"], r["part"], r["volume"], r["between"], r["unit"], _both(r, "name"), _both(r, "note"))
        for r in facts.table("demand_uses")
    }


@of_facts
def scenarios(facts: FactBase) -> dict[str, Scenario]:
    """All scenarios by key; the first is the one that decides classes and types."""
    by_key: dict[str, Scenario] = {}
    for r in facts.table("demand_scenarios"):
        lineage = (r["scenario"], *(by_key[r["parent"]].lineage if r["parent"] else ("",)))
        by_key[r["scenario"]] = Scenario(
            r["scenario"], lineage, _both(r, "name"), _both(r, "short"), _both(r, "note"), r["source"]
        )
    return by_key


def find_scenario(word: str, *, facts: FactBase | None = None) -> str:
    """Return the key of a scenario.

    Raises
    ------
    UserError
        There is none.
    """
    known = list(scenarios(facts))
    for key in known:
        if key.casefold() == word.strip().casefold():
            return key
    raise UserError("unknown_scenario", suggestions=suggest(word, known), word=word, known=", ".join(known))


class Inputs:
    """The assumptions of one run, with the user's own in place of the tables'."""

    def __init__(self, overrides: Mapping[str, Value] | None = None, *, facts: FactBase | None = None) -> None:
        self.facts = facts or current()
        self.uses, self.scenarios = uses(self.facts), scenarios(self.facts)
        rows = dict(_assumed(self.facts))
        for address, value in (overrides or {}).items():
            rows[address] = _replaced(address, value, self.facts)
        self.rows: tuple[Input, ...] = tuple(rows.values())
        self._by_use: dict[tuple[str, str], list[Input]] = {}
        for row in self.rows:
            self._by_use.setdefault((row.kind, row.use), []).append(row)

    def of(self, kind: str, use: str, **parts: str) -> list[Input]:
        """Return the rows of one kind and use, with the given parts of the address."""
        held = self._by_use.get((kind, use), [])
        return [row for row in held if all(getattr(row, name) == value for name, value in parts.items())]

    def one(self, kind: str, use: str, *, technology: str = "", commodity: str = "") -> np.ndarray | None:
        """Return low, central and high of a row without scenario and year; None where there is none."""
        rows = self.of(kind, use, technology=technology, commodity=commodity)
        return np.array([rows[0].low, rows[0].value, rows[0].high]) if rows else None

    def assumed_growth(self) -> set[str]:
        """Return the commodities whose growth is assumed: it is no trend, and nothing damps it."""
        return {row.commodity for row in self.of("growth", "existing")}

    def path(
        self, kind: str, use: str, *, technology: str = "", scenario: Scenario, years: Sequence[int],
        between: str = "linear",
    ) -> DataArray:  # fmt: skip
        """Return a path over the years.

        Returns
        -------
        (year, bound)
            NaN before the first row; the last row is held.
        """
        points: dict[int, Input] = {}
        for lineage in reversed(scenario.lineage):
            for row in self.of(kind, use, technology=technology, scenario=lineage):
                if row.year is not None:
                    points[row.year] = row
        at = sorted(points)
        data = np.full((len(years), len(BOUNDS)), np.nan)
        if at:
            wanted = np.asarray(years, float)
            for i, bound in enumerate(("low", "value", "high")):
                known = np.array([getattr(points[year], bound) for year in at])
                place = np.searchsorted(at, wanted, side="right") - 1
                held = known[np.clip(place, 0, None)]
                data[:, i] = held if between == "step" else np.interp(wanted, at, known)
            data[wanted < at[0]] = np.nan
        return DataArray(data, {"year": list(years), "bound": list(BOUNDS)}, ("year", "bound"))


def input_problems(overrides: Mapping[str, Any], *, facts: FactBase | None = None) -> Iterator[tuple[str, UserError]]:
    """Yield what is wrong with each assumption that is given, with its address."""
    for address, value in overrides.items():
        try:
            _replaced(address, value, facts or current())
        except UserError as error:
            yield address, error


@of_facts
def _assumed(facts: FactBase) -> Mapping[str, Input]:
    """The assumptions of the table by address."""
    return {row.address: row for row in (_read(row, facts) for row in facts.table("demand_inputs"))}


@of_facts
def _paths(facts: FactBase) -> Mapping[str, Input]:
    """A row of each path over the years, by what its address begins with: kind, use, technology, commodity."""
    first_of: dict[str, Input] = {}
    for row in _assumed(facts).values():
        if row.year is not None:
            first_of.setdefault(_path_of(row.address), row)
    return first_of


def _path_of(address: str) -> str:
    return ":".join(address.split(":")[:4])


def _both(row: Mapping[str, str], name: str) -> dict[Lang, str]:
    return {lang: row[f"{name}_{lang}"] for lang in LANGS}


def _use_name(key: str, facts: FactBase) -> dict[Lang, str]:
    """Return the name of a use; the key itself where it is a volume's, and no use."""
    known = uses(facts)
    return known[key].name if key in known else dict.fromkeys(LANGS, key)


def _scenario_name(key: str, facts: FactBase) -> dict[Lang, str]:
    return scenarios(facts)[key].short if key else dict.fromkeys(LANGS, "")


def _read(row: Mapping[str, str], facts: FactBase) -> Input:
    return Input(
        row["kind"], row["use"], row["technology"], row["commodity"], row["scenario"],
        int(row["year"]) if row["year"] else None, float(row["low"]), float(row["value"]), float(row["high"]),
        row["unit"], row["flag"], row["source"], row["confidence"], _both(row, "note"),
        _use_name(row["use"], facts), _scenario_name(row["scenario"], facts),
    )  # fmt: skip


def _replaced(address: str, value: Value, facts: FactBase) -> Input:
    """Return a row with the user's value: one that the table has, or a further year or scenario of a path."""
    if not isinstance(address, str):
        raise UserError("demand_address", word=written(address))
    try:
        numbers = [given.number(one, address) for one in given.many(value, address, "number")]
    except UserError as error:
        raise UserError("demand_value", name=address, value=written(value)) from error
    if len(numbers) not in (1, 3) or sorted(numbers) != numbers:
        raise UserError("demand_value", name=address, value=written(value))
    assumed = _assumed(facts)
    model = assumed.get(address) or _alike(address, facts)
    if model is None:
        raise UserError("demand_address", suggestions=suggest(address, assumed), word=address)
    low, centre, high = numbers * 3 if len(numbers) == 1 else numbers
    least, most = limits(model.kind, model.unit)
    if not least <= low or not high <= most or (model.kind in POSITIVE and low == 0):
        raise UserError("demand_range", name=address, value=written(value), least=f"{least:g}",
                        most="∞" if most == np.inf else f"{most:g}")  # fmt: skip
    return replace(model, low=low, value=centre, high=high, flag="user", source="-", confidence="user",
                   note=dict.fromkeys(LANGS, ""))  # fmt: skip


def _alike(address: str, facts: FactBase) -> Input | None:
    """Return a row for an address that the table does not have: a path's further point, a growth, a base."""
    parts = address.split(":")
    if len(parts) != 6 or (parts[4] and parts[4] not in scenarios(facts)):
        return None
    if parts[5] and not re.fullmatch("[0-9]{4}", parts[5]):  # one way to write a year, or one row had two addresses
        return None
    year = int(parts[5]) if parts[5] else None
    if year is not None and not EARLIEST <= year <= LATEST:
        return None
    of_commodity = parts[3] in names.commodities()
    for kind, (use, dated, unit) in FURTHER.items():
        if parts[:3] == [kind, use, ""] and of_commodity and not parts[4] and dated == (year is not None):
            return Input(kind, use, "", parts[3], "", year, 0.0, 0.0, 0.0, unit, "user", "-", "user", {},
                         _use_name(use, facts), _scenario_name("", facts))  # fmt: skip
    row = _paths(facts).get(_path_of(address)) if year is not None else None
    named = _scenario_name(parts[4], facts)
    return replace(row, scenario=parts[4], year=year, scenario_name=named) if row else None
