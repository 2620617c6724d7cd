"""What the back-test says in sentences, composed by rule from its numbers: whether ours wins or loses comes first."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from shigen.base import names
from shigen.base.i18n import Lang, joined, sentences, shown_date, text
from shigen.study.backtest.curve import shares
from shigen.study.backtest.forecast import LISTED
from shigen.study.backtest.judged import LEAST, TOP
from shigen.study.backtest.table import REASONS, RESTRICTED, Backtest


def answer(found: Backtest, lang: Lang) -> str:
    """Return the first line: whether our score or the share of the largest supplier told better what was restricted."""
    row = found.row()
    if row["verdict"] in (None, "few"):
        return text("backtest.none", lang, least=LEAST)
    key = "loses" if row["ahead"] < 0 else "ahead" if row["ahead"] > 0 else "level"
    parts = [
        text(f"backtest.{key}", lang, hits=row["hits"], events=row["events"], rows=row["n"],
             **_two(row, "auc", "auc_low", "auc_high", "largest", "china")),
        text("backtest.undecided" if row["verdict"] == "open" else "backtest.certain", lang,
             **_two(row, "ahead", "ahead_low", "ahead_high")),
    ]  # fmt: skip
    return sentences(parts, lang)


def field(found: Backtest, lang: Lang) -> str:
    """Return how many scores are ahead of the largest supplier's share, behind it, and undecided."""
    judged = [row for row in found.rows if (row["facts"], row["outcome"]) == ("printed", RESTRICTED)
              and row["kind"] != "rival"]  # fmt: skip
    count = Counter(row["verdict"] or "few" for row in judged)
    return text("backtest.field", lang, scores=len(judged), least=LEAST,
                **{key: count[key] for key in ("better", "worse", "open", "few")})  # fmt: skip


def counted(found: Backtest, lang: Lang) -> str:
    """Return how many units of events are judged, and why the others are not."""
    count = Counter(row["tested"] for row in found.events)
    why = [text(f"backtest.not_judged.{key}", lang, n=count[key]) for key in REASONS if count[key]]
    return text("backtest.counted", lang, all=len(found.events), events=len({row["event"] for row in found.events}),
                judged=count["yes"], why=joined(why, lang))  # fmt: skip


def controls(found: Backtest, lang: Lang) -> str:
    """Return where our score and the rival stood for the negative controls."""
    told = [row for row in found.happened(lang) if row["tested"] == "control" and row["ours"] is not None]
    if not told:
        return text("backtest.no_controls", lang)
    each = [_control(row, lang) for row in told]
    return text("backtest.controls", lang, list=joined(each, lang))


def _control(row: Mapping[str, Any], lang: Lang) -> str:
    ours, largest = (f"{100 * row[key]:.0f}" for key in ("ours", "largest"))
    date = shown_date(row["date"], lang)
    return text("backtest.control", lang, name=row["name"], date=date, ours=ours, largest=largest)


def specified(found: Backtest, lang: Lang) -> str:
    """Return in what share of the specifications each verdict holds."""
    every = shares(found.specifications)
    if every["chance"] is None:
        return ""
    return text("backtest.specified", lang, n=f"{len(found.specifications):,}",
                **{key: f"{100 * (share or 0.0):.0f}" for key, share in every.items()})  # fmt: skip


def expected(found: Backtest, lang: Lang) -> str:
    """Return whether the forecast has odds, with the scores that decide it."""
    made = found.forecast
    if made.base is None or made.gain is None:
        return text("backtest.no_forecast", lang)
    figures = {"edition": found.edition, "date": shown_date(found.date, lang), "base": f"{100 * made.base:.1f}",
               "score": f"{made.score:.4f}", "base_score": f"{made.base_score:.4f}",
               "low": f"{made.gain[0]:+.4f}", "high": f"{made.gain[1]:+.4f}", "listed": TOP}  # fmt: skip
    return text("backtest.with_odds" if made.skill else "backtest.without_odds", lang, **figures)


def came_true(found: Mapping[str, Any], lang: Lang) -> str:
    """Return what came of a forecast on record, as `judge` tells it."""
    about = {"date": shown_date(found["date"], lang), "edition": found["edition"]}
    if not found["events"]:
        until = shown_date(found["until"], lang) if found["until"] else text("backtest.came_nothing", lang)
        return text("backtest.came_none", lang, **about, until=until)
    listed = [row for row in found["steps"] if row["rank"] <= LISTED]
    others = [text("backtest.came_step", lang, name=names.label(row["commodity"], lang),
                   step=text(f"step.{row['step']}", lang)) for row in found["steps"][len(listed):]]  # fmt: skip
    scores = {key: "–" if found[of] is None else f"{found[of]:.{digits}f}" for key, of, digits in (
        ("brier", "brier", 4), ("base", "brier_of_base_rate", 4), ("auc", "auc", 2))}  # fmt: skip
    return text("backtest.came_true", lang, **about, **scores, events=found["events"], rows=found["rows"],
                count=len(listed), listed=sum(row["came"] for row in listed), others=len(others),
                list=joined(others, lang) if others else text("backtest.came_nothing", lang))  # fmt: skip


def _two(row: Mapping[str, Any], *keys: str) -> dict[str, str]:
    return {key: f"{row[key]:.2f}" for key in keys}
