"""What indicators and methods said before exports were restricted: the answer first, also where ours loses."""

from typing import Any

from shigen.show.web.visit import Visit
from shigen.study.backtest import words
from shigen.study.backtest.curve import SCALINGS, shares
from shigen.study.backtest.judged import CHANCE
from shigen.study.backtest.panel import WINDOWS
from shigen.study.backtest.table import RESTRICTED
from shigen.study.backtest.table import backtest as backtest_of


def page(visit: Visit) -> dict[str, Any]:
    """Return the answer, all scores on what was printed, later revisions and prices apart, events and forecast."""
    found, lang = backtest_of(visit.facts), visit.lang
    rows = found.records(lang)
    apart = [("revised", RESTRICTED), *((facts, outcome) for facts in ("printed", "revised")
                                        for outcome in ("price_12", "price_24"))]  # fmt: skip
    return {
        "answer": words.answer(found, lang),
        "said": [words.field(found, lang), words.counted(found, lang), words.controls(found, lang)],
        "specified": words.specified(found, lang),
        "expected": words.expected(found, lang),
        "chance": CHANCE,
        "headline": [row for row in rows if (row["facts"], row["outcome"]) == ("printed", RESTRICTED)],
        "apart": [{"facts": facts, "outcome": outcome, "rows": [row for row in rows if row["n"] and (
            row["facts"], row["outcome"]) == (facts, outcome)]} for facts, outcome in apart],
        "events": found.happened(lang),
        "curve": _curve(found.curve(visit.lang), visit),
        "forecast": found.listed(lang),
        "edition": found.edition,
        "editions": visit.list(found.editions),
        "figure": visit.figure("backtest"),
    }  # fmt: skip


def _curve(rows: list[dict[str, Any]], visit: Visit) -> list[dict[str, Any]]:
    """Return the shares of the specifications in which each verdict holds, by what they differ in."""
    by = [("facts", key) for key in ("printed", "revised")]
    by += [("scaling", key) for key in SCALINGS] + [("events", window.key) for window in WINDOWS]
    told = {"facts": "facts", "scaling": "scaling", "events": "window"}
    return [{"name": visit.t(f"backtest.{told[column]}.{key}"), "n": len(of), **shares(of)}
            for column, key in by if (of := [row for row in rows if row[column] == key])]  # fmt: skip
