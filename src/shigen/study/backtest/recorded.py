"""The forecast on record by itself: all that it needs of the back-test was measured once and is held in a table.

What our score said before a past event never changes: the editions that were out then are what they were. So the table
`forecast_states` holds it, a state of the editions after the other; a state that it does not hold is computed.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.figures.selection import USER
from shigen.model.indicators import indicators
from shigen.study.backtest.events import happened, under_control
from shigen.study.backtest.figures import CHINA, LARGEST, OURS, Said
from shigen.study.backtest.forecast import Record, forecast
from shigen.study.backtest.frozen import released
from shigen.study.backtest.panel import groups
from shigen.study.backtest.states import editions_of, newest_out, said_by

COLUMNS: Final = ("editions", "released", "year", "commodity", "step", "score", "largest", "china")
_SCORES: Final = {"score": OURS, "largest": LARGEST, "china": CHINA}


def mark(facts: FactBase, out: frozenset[str]) -> str:
    """Return the mark of a set of editions: the beginning of a hash of their names; a user's own do not count."""
    told = sorted(name for name in out if facts.editions[name]["publisher"] != USER)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def measured(facts: FactBase) -> list[dict[str, Any]]:
    """Return the rows of the table `forecast_states`: what was said on each state of the editions, today's last."""
    of_day, today = editions_of(facts)
    return [row for out in dict.fromkeys([*of_day.values(), today]) for row in _rows(facts, out)]


def _rows(facts: FactBase, out: frozenset[str]) -> list[dict[str, Any]]:
    said, dates = said_by(facts, out), released(facts)
    scores = {column: said.scores[key].tolist() for column, key in _SCORES.items()}
    about = {"editions": mark(facts, out), "released": max(dates[name] for name in out), "year": said.year}
    return [
        {**about, "commodity": commodity, "step": step,
         **{column: "" if of[place] != of[place] else of[place] for column, of in scores.items()}}
        for place, (commodity, step) in enumerate(said.units)
    ]  # fmt: skip


@of_facts
def recorded(facts: FactBase) -> Record:
    """Return the forecast on record, equal to that of `backtest`, without judging any other score."""
    every = [one for one in happened(facts) if one.unit[0]]
    of_day, today = editions_of(facts)
    held = _held(facts)
    made = {out: held.get(mark(facts, out)) or said_by(facts, out) for out in {*of_day.values(), today}}
    edition, date = newest_out(facts)
    events = groups(every, {day: made[out] for day, out in of_day.items()})
    return Record(forecast(events, made[today], under_control(every, f"{date}~")), edition, date)


def _held(facts: FactBase) -> Mapping[str, Said]:
    """Return what the table holds, by mark; nothing where an indicator of the user's own takes part in our score."""
    if any(one.own and one.weight and f"stage:{one.stage}" == OURS for one in indicators().values()):
        return {}
    by_mark: dict[str, list[Mapping[str, str]]] = {}
    for row in facts.table("forecast_states"):
        by_mark.setdefault(row["editions"], []).append(row)
    return {key: _said(rows) for key, rows in by_mark.items()}


def _said(rows: list[Mapping[str, str]]) -> Said:
    units = tuple((row["commodity"], row["step"]) for row in rows)
    scores = {key: np.array([float(row[column] or "nan") for row in rows]) for column, key in _SCORES.items()}
    none = np.empty((0, len(rows)))
    return Said(int(rows[0]["year"]), units, scores, none, none, np.full(len(rows), np.nan))
