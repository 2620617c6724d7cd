"""What came of a forecast on record: which of its steps were restricted since, and how good its odds were."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.model.hindcast.skill import brier, in_order
from shigen.study.backtest.events import Unit, happened
from shigen.study.backtest.forecast import LISTED
from shigen.study.backtest.panel import HEADLINE

FILES: Final = "forecast-????-??-??.json"
JUDGED_COLUMNS: Final = ("rank", "commodity", "step", "score", "odds", "came", "event", "date")


def records_in(folder: Path) -> list[Path]:
    """Return the forecasts that lie in a folder, the newest last."""
    return sorted(folder.glob(FILES))


def read_record(folder: Path) -> dict[str, Any]:
    """Return the newest forecast on record that lies in a folder.

    Raises
    ------
    UserError
        There is none, or it is not as it was written.
    """
    files = records_in(folder)
    if not files:
        raise UserError("no_record", place=str(folder))
    try:
        record: dict[str, Any] = json.loads(files[-1].read_text("utf-8"))
        units = [(str(row["commodity"]), str(row["step"])) for row in record["at_risk"]]
        whole = bool(units) and len(units) == len(set(units)) and all(
            isinstance(row["score"], float) and (row["odds"] is None or 0 <= row["odds"] <= 1)
            for row in record["at_risk"]) and len(str(record["date"])) == len("2026-03-31")  # fmt: skip
        given = record["base_rate"]
        whole = whole and bool(record["edition"]) and (given is None or 0 <= given <= 1)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError("record_broken", place=str(files[-1]), detail=str(error)) from error
    if not whole:
        raise UserError("record_broken", place=str(files[-1]), detail="at_risk, base_rate, date, edition")
    return record


def judge(record: Mapping[str, Any], facts: FactBase) -> dict[str, Any]:
    """Return what came of a forecast by the events that the facts hold, judged as the back-test judges.

    Returns
    -------
    dict
        `date`, `edition` of the forecast; `until`, the day of the newest event that is held, of any kind; `events` that
        restricted what was at risk, `rows` (units at risk of each), `hits`; `brier` of the odds over the rows,
        `brier_of_base_rate`, `auc` of the score over pairs of one event [1], None without events or odds; `steps` with
        JUDGED_COLUMNS: those that were listed, and further ones that were restricted.
    """
    told = record["at_risk"]
    units: list[Unit] = [(row["commodity"], row["step"]) for row in told]
    odds = np.array([np.nan if row["odds"] is None else row["odds"] for row in told])
    score = np.array([row["score"] for row in told])
    every = happened(facts)
    later = [one for one in every if one.unit[0] and one.day > record["date"] and HEADLINE.takes(one)]
    came: dict[int, tuple[str, str]] = {}
    lost, plain, rows, events, won, pairs = 0.0, 0.0, 0, 0, 0.0, 0.0
    for event in dict.fromkeys(one.event for one in later):
        of_event = [one for one in later if one.event == event]
        named = {one.unit[0] for one in of_event}
        restricted = {units[n][0] for n in came}  # by an event before: no longer at risk
        places = {place for one in of_event if one.unit[0] not in restricted
                  and (place := _place(units, one.unit)) is not None}  # fmt: skip
        if not places:
            continue
        there = np.array([n for n, (key, _) in enumerate(units)
                          if n in places or (key not in named and key not in restricted)])  # fmt: skip
        hit = np.isin(there, list(places)).astype(float)
        lost += float(brier(odds[there], hit).sum())
        plain += float(brier(np.full(hit.size, _number(record["base_rate"])), hit).sum())
        rows, events = rows + hit.size, events + 1
        ordered, compared = in_order(score[there], hit)
        won, pairs = won + ordered, pairs + compared
        came |= dict.fromkeys(places, (event, of_event[0].row["date"]))
    return {
        "date": record["date"], "edition": record["edition"], "until": max((one.day for one in every), default=None),
        "events": events, "rows": rows, "hits": len(came), "brier": _mean(lost, rows),
        "brier_of_base_rate": _mean(plain, rows), "auc": _mean(won, pairs),
        "steps": [
            {"rank": n + 1, **told[n], "came": n in came, **dict(zip(("event", "date"), came.get(n, (None, None)),
                                                                      strict=True))}
            for n in range(len(told)) if n < LISTED or n in came
        ],
    }  # fmt: skip


def since(folder: str, facts: FactBase) -> dict[str, Any] | None:
    """Return what came of the forecast that an earlier study wrote, as `judge` does; None without one."""
    earlier = Path(folder)
    return judge(read_record(earlier), facts) if folder and records_in(earlier) else None


def _place(units: list[Unit], unit: Unit) -> int | None:
    """Return where a unit stands; at the material's other step where the step had no figure; None: at neither."""
    other = (unit[0], "ore" if unit[1] == "refined" else "refined")
    return next((units.index(one) for one in (unit, other) if one in units), None)


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _mean(whole: float, count: float) -> float | None:
    return None if not count or np.isnan(whole) else float(whole / count)
