"""The back-test as a whole: verdicts, events, controls, specification curve and forecast, with names and sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import in_language, of_facts
from shigen.model.hindcast.skill import percentile
from shigen.model.indicators import indicators
from shigen.model.methods import declarations
from shigen.study.backtest.curve import curve
from shigen.study.backtest.events import Happened, happened, under_control
from shigen.study.backtest.figures import CHINA, LARGEST, OURS, Said
from shigen.study.backtest.forecast import Forecast, Record, forecast
from shigen.study.backtest.judged import judged
from shigen.study.backtest.outcomes import after, lost_tonnes, price_rows
from shigen.study.backtest.panel import groups
from shigen.study.backtest.states import States, newest_out, states, tested_by

RESTRICTED: Final = "restricted"
REASONS: Final = ("before_editions", "already", "output", "control", "recalled", "outside")
"""Why a unit of an event is not judged in the headline."""
COLUMNS: Final = (
    "facts", "outcome", "score", "kind", "name", "n", "hits", "events", "auc", "auc_low", "auc_high", "percentile",
    "percentile_low", "percentile_high", "top", "largest", "china", "ahead", "ahead_low", "ahead_high", "verdict",
)  # fmt: skip
EVENT_COLUMNS: Final = (
    "event", "title", "commodity", "name", "step", "date", "actor", "outcome", "already", "confidence", "tested",
    "edition", "stands_in", "ours", "largest", "china", "price_1", "price_3", "price_12", "price_24", "lost_t_low",
    "lost_t_high", "note", "source",
)  # fmt: skip
CURVE_COLUMNS: Final = ("facts", "events", "scaling", "weights", "name", "n", "hits", "auc", "largest", "china")
FORECAST_COLUMNS: Final = ("rank", "commodity", "name", "step", "score", "odds", "largest", "china")


@dataclass(frozen=True)
class Backtest:
    """What was judged. Made once for each state of the facts."""

    rows: tuple[Mapping[str, Any], ...]
    events: tuple[Mapping[str, Any], ...]
    specifications: tuple[Mapping[str, Any], ...]
    forecast: Forecast
    edition: str
    """The newest edition of production, on which the forecast rests."""
    date: str
    """The day from which on it counts as out: the date of the forecast."""
    editions: tuple[str, ...]
    """Editions of production by which events were judged."""

    def records(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row a score, outcome and kind of facts, with COLUMNS; see `judged`."""
        made = ({**row, "name": score_name(row["score"], lang)} for row in self.rows)
        return [{column: row[column] for column in COLUMNS} for row in made]

    def happened(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row an event and unit, with EVENT_COLUMNS: whether it was judged, where scores had put it before.

        `ours`, `largest` and `china` are percentiles among the units of the state [1]; prices are after ÷ before [1].
        """
        made = ({**in_language(row, lang), "name": _label(row["commodity"], lang)} for row in self.events)
        return [{column: row[column] if row[column] != "" else None for column in EVENT_COLUMNS} for row in made]

    def curve(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row a specification, with CURVE_COLUMNS."""
        made = ({**row, "name": choice_name(row, lang)} for row in self.specifications)
        return [{column: row[column] for column in CURVE_COLUMNS} for row in made]

    def listed(self, lang: Lang) -> list[dict[str, Any]]:
        """Return the forecast on record, with FORECAST_COLUMNS."""
        made = ({**row, "name": _label(row["commodity"], lang)} for row in self.forecast.rows)
        return [{column: row[column] for column in FORECAST_COLUMNS} for row in made]

    def row(self, score: str = OURS, outcome: str = RESTRICTED, facts: str = "printed") -> Mapping[str, Any]:
        """Return one row."""
        return next(one for one in self.rows if (one["score"], one["outcome"], one["facts"]) == (score, outcome, facts))

    def record(self) -> Record:
        """Return the forecast as it is put on record."""
        return Record(self.forecast, self.edition, self.date)


def score_name(key: str, lang: Lang) -> str:
    """Return the name of a score."""
    kind, _, name = key.partition(":")
    if kind == "indicator":
        return indicators()[name].name[lang]
    if kind == "method":
        return declarations()[name].name[lang]
    return text(f"backtest.score.{kind}", lang, stage=text(f"stage.{name}", lang)) if kind == "stage" else text(
        f"backtest.rival.{name}", lang)  # fmt: skip


def choice_name(row: Mapping[str, Any], lang: Lang) -> str:
    """Return in words which figures, events and scaling a specification chooses."""
    told = (
        text(f"backtest.facts.{row['facts']}", lang),
        text(f"backtest.window.{row['events']}", lang),
        text(f"backtest.scaling.{row['scaling']}", lang),
    )
    return " · ".join(told)


def _label(key: str, lang: Lang) -> str | None:
    return names.label(key, lang) if key else None


@of_facts
def backtest(facts: FactBase) -> Backtest:
    """Judge every indicator, stage and method on the events that the facts hold; computed once for each state of them.

    A user's own figures are no edition and take no part; his own indicators and methods do.

    Examples
    --------
    >>> found = backtest()  # doctest: +SKIP
    >>> found.row()["auc"]  # doctest: +SKIP
    """
    every = [one for one in happened(facts) if one.unit[0]]
    found = states(facts)
    by_facts = {"printed": found.printed, "revised": found.revised}
    chosen = {of: groups(every, by_day) for of, by_day in by_facts.items()}
    rows: list[Mapping[str, Any]] = []
    keys = list(found.now.scores)
    for of, events in chosen.items():
        rows += [{"facts": of, "outcome": RESTRICTED, "score": key, "kind": key.partition(":")[0],
                  **judged(key, events)} for key in keys]  # fmt: skip
        rows += price_rows(of, keys, events, found.price)
    edition, date = newest_out(facts)
    told = tuple(_event(one, facts, found) for one in happened(facts))
    curves = curve(every, by_facts)
    expected = forecast(chosen["printed"], found.now, under_control(every, f"{date}~"))
    read = tuple(dict.fromkeys(sorted(str(row["edition"]) for row in told if row["edition"])))
    return Backtest(tuple(rows), told, tuple(curves), expected, edition, date, read)


def _event(one: Happened, facts: FactBase, found: States) -> dict[str, Any]:
    """Return the row of a unit of an event."""
    edition = tested_by(facts, one) if one.unit[0] and one.row["outcome"] != "outside" else None
    said = found.printed.get(one.day) if edition else None
    place = said.place(one.unit) if said else None
    figures: dict[str, Any] = dict.fromkeys(("ours", "largest", "china", "lost_t_low", "lost_t_high"))
    if said and place is not None:
        figures |= {name: _place(said, place, key) for name, key in
                    (("ours", OURS), ("largest", LARGEST), ("china", CHINA))}  # fmt: skip
        figures["lost_t_low"], figures["lost_t_high"] = lost_tonnes(one, said, place)
    return {
        **one.row, **figures, "tested": _tested(one, said, place),
        "edition": edition, "stands_in": None if said is None or place is None else said.units[place] != one.unit,
        **{f"price_{n}": one.number(f"price_{n}") for n in (1, 3)},
        **{f"price_{12 * n}": after(found.price, one.unit[0], one.day, n) for n in (1, 2)},
    }  # fmt: skip


def _tested(one: Happened, said: Said | None, place: int | None) -> str:
    """Return whether a unit is judged in the headline, or why not."""
    if one.row["outcome"] == "outside":
        return "outside"
    if said is None or place is None:
        return "before_editions"
    if one.row["outcome"] == "none":
        return "control"
    if one.row["outcome"] == "output":
        return "output"
    return "recalled" if not one.sure else "already" if not one.new else "yes"


def _place(said: Said, place: int, key: str) -> float | None:
    score = said.scores[key]
    there = np.isfinite(score)
    if not there[place]:
        return None
    return float(percentile(score[there], np.array([int(there[:place].sum())]))[0])
