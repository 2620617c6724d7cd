"""Stops of supply that have been, played again: what the model missed comes first, beside what happened."""

from typing import Any

from shigen.show.web.visit import Visit
from shigen.study.replays import words
from shigen.study.replays.table import replays as replays_of


def page(visit: Visit) -> dict[str, Any]:
    """Return the answer, outcomes beside bands, scores of prices, published estimates, and what cannot be known."""
    found, lang = replays_of(visit.facts), visit.lang
    told = [_told(row, visit) for row in found.records(lang)]
    return {
        "answer": words.answer(found, lang),
        "said": [one for one in (words.missed(found, lang), words.firm(found, lang),
                             words.unplayed(found, lang)) if one],
        "limits": words.limits(found, lang),
        "judged": [row for row in told if row["verdict"] != "unknown"],
        "besides": [row for row in told if row["verdict"] == "unknown"],
        "scores": found.scored(lang),
        "estimates": [{**row, "shown": words.cell(row, "value", lang), "band": words.band(row, lang),
                       "ends": [words.cell({**row, "value": row[end]}, "value", lang) for end in ("low", "high")]
                       if row["low"] is not None else []}
                      for row in found.estimated(lang)],
        "figure": visit.figure("replays"),
    }  # fmt: skip


def _told(row: dict[str, Any], visit: Visit) -> dict[str, Any]:
    lang = visit.lang
    ends = [words.cell(row, f"constant_{p}", lang) for p in ("p05", "p95")] if row["constant_p05"] is not None else []
    return {**row, "played": words.played(row, lang), "band": words.band(row, lang), "constant": ends,
            "shown": words.cell(row, "came", lang) if row["came"] is not None else "–",
            "figures": words.figures(row, lang), "stands": words.stands(row, lang),
            "when": visit.day(row["date"]) if row["date"] else ""}  # fmt: skip
