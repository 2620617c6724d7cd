"""How good our intervals are: the table of coverage, what is missed, and the answer in a sentence."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shigen.base import names
from shigen.base.i18n import Lang, joined, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.model.hindcast import bought, editions, known
from shigen.model.hindcast.cases import Cases, interval_score
from shigen.model.hindcast.score import scored
from shigen.model.spread import PARAMETERS

THREADS: Final = 2
UNMAPPED: Final = ("alumina", "ferrosilicon", "silicon_total", "titanium_minerals", "pgm")
"""What a publisher prints and no mineral of the package is."""
INPUTS: Final = (
    "production_hhi", "production_declared", "production", "reserves_hhi", "reserves_declared", "reserves", "trade_hhi",
    "trade", "split_intensity", "split_exporters", "split_own", "volatility", "volatility_next", "synthetic",
    "synthetic_truth",
)  # fmt: skip
"""What is tested, in the order of the table."""

COLUMNS: Final = (
    "input", "input_name", "group", "level", "level_name", "n", "held", "coverage", "coverage_low", "coverage_high",
    "width", "interval_score", "guess_coverage", "guess_width", "guess_score", "better", "factor", "widened", "note",
)  # fmt: skip
FIGURES: Final = ("coverage", "coverage_low", "coverage_high", "width", "interval_score", "guess_coverage",
                  "guess_width", "guess_score", "factor", "widened")  # fmt: skip
"""Columns of figures; empty where nothing is tested."""
MISS_COLUMNS: Final = (
    "input", "input_name", "commodity", "name", "step", "country", "importer", "code", "year", "said_by", "came_from",
    "point", "low", "high", "came", "unit",
)  # fmt: skip


@dataclass(frozen=True)
class Hindcast:
    """How often 90 % intervals held what came later. Made once for each state of the facts."""

    rows: tuple[Mapping[str, Any], ...]
    """Figures of COLUMNS; an input that the package holds nothing for has a row without figures."""
    missed: tuple[Mapping[str, Any], ...]
    """What the intervals did not hold, with MISS_COLUMNS but names; of each input the worst first."""
    editions: tuple[str, ...]
    """Editions that were compared: of production and reserves, and of what splits and volatility are tested on."""

    def records(self, lang: Lang) -> list[dict[str, Any]]:
        """Return the rows of the table, with COLUMNS.

        `coverage` [1] with its 90 % interval (Wilson's, worth as many cases as its clusters: minerals, codes, series);
        `width` the mean width and `interval_score` the mean interval score, in the unit of what is tested (HHI and mean
        governance [1], single figures the logarithm of later ÷ earlier); `guess_…` of ± 10 %; `better` by the score;
        where the coverage is below GOAL, `factor`, by which each half of an interval would have to be multiplied to
        hold 90 % of these very cases, and `widened`, the coverage with the factor that the other parts ask for.
        """
        made = ({**row, "input_name": text(f"hindcast.input.{row['input']}", lang), "level_name": _level(row, lang),
                 "note": text(f"hindcast.{'note' if row['n'] else 'lacks'}.{row['input']}", lang)}
                for row in self.rows)  # fmt: skip
        return [{column: row[column] for column in COLUMNS} for row in made]

    def misses(self, lang: Lang) -> list[dict[str, Any]]:
        """Return what the intervals missed, with MISS_COLUMNS: the interval around `point`, and what `came`."""
        every = names.commodities()

        def name(key: str) -> str:
            if key in UNMAPPED:
                return text(f"hindcast.series.{key}", lang)
            return names.label(key, lang) if key in every else key

        made = ({**row, "input_name": text(f"hindcast.input.{row['input']}", lang),
                 "name": name(row["commodity"]) if row["commodity"] else None} for row in self.missed)  # fmt: skip
        return [{column: row[column] for column in MISS_COLUMNS} for row in made]

    def whole(self, key: str) -> Mapping[str, Any]:
        """Return the row of all cases of an input."""
        return next(row for row in self.rows if row["input"] == key and row["group"] == "all")

    def decided(self, lang: Lang) -> str:
        """Return what follows for the declared scales."""
        made, held = self.whole("production_declared"), self.whole("reserves_declared")
        if not (made["n"] and held["n"]):
            return ""
        return text(
            "hindcast.decided",
            lang,
            made=_percent(made["coverage"]),
            held=_percent(held["coverage"]),
            scale=f"{PARAMETERS['reserves'].value:g}",
            truth=f"{PARAMETERS['production_truth'].value:g}",
        )

    def sentence(self, lang: Lang) -> str:
        """Return the answer: what held, what a guess would have held, and where it falls short."""
        made, held = self.whole("production_hhi"), self.whole("reserves_hhi")
        if not made["n"]:
            return text("hindcast.sentence_none", lang)
        parts = [text("hindcast.sentence", lang, n=f"{made['n']:,}", held=f"{made['held']:,}", **_percents(made))]
        thirteen = [row for row in self.rows if (row["input"], row["group"]) == ("production_hhi", "thirteen")]
        parts += [text("hindcast.sentence_thirteen", lang, n=row["n"], **_percents(row)) for row in thirteen]
        if held["n"]:
            parts.append(text("hindcast.sentence_reserves", lang, n=f"{held['n']:,}", **_percents(held)))
        short = [row for row in self.rows if row["group"] == "all" and row["factor"] is not None]
        told = [text("hindcast.short_one", lang, input=text(f"hindcast.input.{row['input']}", lang),
                     percent=_percent(row["coverage"]), factor=f"{row['factor']:.1f}") for row in short]  # fmt: skip
        parts.append(text("hindcast.short", lang, list=joined(told, lang)) if told else text("hindcast.none", lang))
        return ("" if lang == "ja" else " ").join(parts)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _percents(row: Mapping[str, Any]) -> dict[str, str]:
    names_of = {"percent": "coverage", "low": "coverage_low", "high": "coverage_high", "guess": "guess_coverage"}
    return {word: _percent(row[name]) for word, name in names_of.items()}


def _level(row: Mapping[str, Any], lang: Lang) -> str:
    """Return what a row is of, in words."""
    group, level = row["group"], row["level"]
    if group == "fold":
        return str(level)
    if group == "importer":
        return names.label(level, lang)
    if group in ("class", "changes"):
        return text(f"hindcast.class.{level}", lang) if group == "class" else text("hindcast.changes", lang, n=level)
    return text(f"hindcast.group.{group}", lang)


@of_facts
def hindcast(facts: FactBase) -> Hindcast:
    """Return how good intervals are on the editions that are held; computed once for each state of the facts.

    Scales are fitted on all pairs of editions but the one that is tested; exponent, classes and cuts are as declared.

    Examples
    --------
    >>> good = hindcast()  # doctest: +SKIP
    >>> good.whole("production_hhi")["coverage"]  # doctest: +SKIP
    """
    tests = (editions.tested, bought.splits, known.worlds, known.prices, bought.flows)
    editions.production_pairs(facts)  # two of them read it
    with ThreadPoolExecutor(THREADS) as pool:
        tested = {one.key: one for several in pool.map(lambda test: test(facts), tests) for one in several}
    rows: list[Mapping[str, Any]] = []
    for key in INPUTS:
        cases = tested.get(key)
        rows += scored(cases) if cases is not None and cases.came.size else [_none(key)]
    missed = [row for key in INPUTS if key in tested and tested[key].named for row in _missed(tested[key])]
    read = dict.fromkeys(str(edition) for key in ("production_hhi", "reserves_hhi") if key in tested
                         for name in ("edition", "edition_then") for edition in tested[key].about[name])  # fmt: skip
    others = (*(bought.read(facts) if "split_intensity" in tested else ()),
              *(known.read(facts) if "volatility" in tested else ()))  # fmt: skip
    return Hindcast(tuple(rows), tuple(missed), (*sorted(read), *others))


def _none(key: str) -> dict[str, Any]:
    """Return the row of an input that nothing is held for."""
    return {**dict.fromkeys(COLUMNS), "input": key, "group": "all", "level": "", "n": 0, "held": 0}


def _missed(cases: Cases) -> list[dict[str, Any]]:
    """Return what the intervals of an input did not hold, the worst first."""
    width = cases.ends[:, 2] - cases.ends[:, 0]
    penalty = np.where(cases.held, -1.0, interval_score(cases.ends, cases.came) - width)
    order = [int(i) for i in np.argsort(-penalty, kind="stable") if not cases.held[i]]
    told = {"said_by": "edition", "came_from": "edition_then"}
    rows = []
    for i in order:
        about = cases.about.iloc[i]
        low, high = (float(end) for end in cases.ends[i, [0, 2]])
        point = float(about["point"])
        if cases.logs:
            low, high = point * float(np.exp(low)), point * float(np.exp(high))
        texts = {column: about.get(told.get(column, column)) for column in
                 ("commodity", "step", "country", "importer", "code", "said_by", "came_from")}  # fmt: skip
        rows.append({
            "input": cases.key, **texts, "year": int(about["year"]), "point": point, "low": low, "high": high,
            "came": float(about["came"]),
            "unit": about.get("unit") if cases.logs and cases.key != "trade" else "1",
        })  # fmt: skip
    return rows
