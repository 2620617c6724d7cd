"""What the replays say in sentences and cells, composed by rule from their numbers: what was missed comes first."""

from collections.abc import Iterable, Mapping
from typing import Any

from shigen.base import names
from shigen.base.i18n import Lang, in_brackets, joined, sentences, shown_date, text
from shigen.study.replays.cases import HORIZON
from shigen.study.replays.table import Replays

LIMITS = ("hoarding", "stocks", "first_month", "regional", "forms", "durations")
"""What the model cannot know, in the order in which it is told: keys of `replays.limit`."""


def answer(found: Replays, lang: Lang) -> str:
    """Return the first sentences: how many outcomes the bands held and missed, and who wins on prices, by how much."""
    judged = found.count("miss") + found.count("hit")
    if not judged:
        return text("replays.none", lang)
    events = {row["event"] for row in found.rows if row["verdict"] in ("miss", "hit")}
    counted = text("replays.answer", lang, judged=judged, events=len(events), missed=found.count("miss"),
                   held=found.count("hit"))  # fmt: skip
    return sentences([counted, winner(found, lang)], lang)


def missed(found: Replays, lang: Lang) -> str:
    """Return what the bands missed, the farthest first; empty where nothing was."""
    named = dict.fromkeys(str(row[f"title_{lang}"]) for row in found.rows if row["verdict"] == "miss")
    return text("replays.missed", lang, list=_titles(named, lang)) if named else ""


def _titles(titles: Iterable[str], lang: Lang) -> str:
    """Return titles as a list within a sentence: they hold commas themselves."""
    return "、".join(f"「{one}」" for one in titles) if lang == "ja" else "; ".join(titles)


def winner(found: Replays, lang: Lang) -> str:
    """Return which band of prices wins by the interval score, by how much, and on how few cases."""
    ours, other = found.score("model"), found.score("constant")
    if not ours["n"]:
        return text("replays.no_prices", lang)
    less, more = sorted((ours["score"], other["score"]))
    key = "level" if less == more else "model_wins" if ours["score"] == less else "constant_wins"
    held, other_held = (round(one["coverage"] * one["n"]) for one in (ours, other))
    return text(f"replays.prices.{key}", lang, n=ours["n"], events=ours["events"], ours=f"{ours['score']:.1f}",
                other=f"{other['score']:.1f}", times=f"{more / less:.1f}" if less else "∞", held=held,
                other_held=other_held)  # fmt: skip


def firm(found: Replays, lang: Lang) -> str:
    """Return how the bands of prices do on the cases whose flows are seen."""
    ours, other = found.score("model", "firm"), found.score("constant", "firm")
    if not ours["n"]:
        return text("replays.none_firm", lang)
    return text("replays.firm", lang, n=ours["n"], events=ours["events"], ours=f"{ours['score']:.1f}",
                other=f"{other['score']:.1f}")  # fmt: skip


def unplayed(found: Replays, lang: Lang) -> str:
    """Return what could not be played, and why; empty where all was."""
    rows = [row for row in found.rows if row["verdict"] == "unplayed"]
    whys = [in_brackets(text(f"replays.why.{row['why'][0]}", lang), lang) for row in rows]
    told = dict.fromkeys(row[f"title_{lang}"] + why for row, why in zip(rows, whys, strict=True))
    return text("replays.unplayed", lang, list=_titles(told, lang)) if told else ""


def limits(found: Replays, lang: Lang) -> list[str]:
    """Return what the model cannot know, a sentence each."""
    return [text(f"replays.limit.{key}", lang, months=HORIZON, low=f"{found.changes[0]:,}",
                 high=f"{found.changes[1]:,}") for key in LIMITS]  # fmt: skip


def cell(row: Mapping[str, Any], key: str, lang: Lang) -> str:
    """Return one figure of a row of the records in its unit: `p05`, `p50`, `p95`, `came`, or another column.

    A price above the least of the ceiling is told as more than it; a month that does not come within the horizon as
    never.
    """
    value, measure = row[key], row["measure"]
    if measure == "first_short":
        return text("replays.month", lang, month=f"{value:.0f}") if value is not None else text("replays.never", lang)
    if value is None:
        return "–"
    if measure == "price":
        if key in ("p05", "p50", "p95") and row.get("ceiling") and value > row["ceiling"]:
            return text("replays.above", lang, value=f"{row['ceiling']:g}")
        return text("replays.times", lang, value=f"{value:.2f}")
    if measure in ("received", "imports", "through"):
        return f"{100 * value:.0f} %"
    return f"{100 * value:.2g} %" if measure == "gdp_share" else f"{value:,.0f}"


def band(row: Mapping[str, Any], lang: Lang) -> str:
    """Return the middle of the model's band with its ends; a dash where it has none."""
    if row.get("verdict") == "unplayed" or (row["p50"] is None and row["measure"] != "first_short"):
        return "–"
    ends = [cell(row, key, lang) for key in ("p05", "p95")]
    middle = cell(row, "p50", lang)
    return middle if ends[0] == ends[1] == middle else middle + f" [{ends[0]}–{ends[1]}]"


def figures(row: Mapping[str, Any], lang: Lang) -> str:
    """Return on which figures a replay stands: the newest edition of production, and the year of trade."""
    if row["network"] is None:
        return "–"
    key = row["facts"] if row["scope"] != "home" else "shares"
    told = text(f"replays.facts.{key}", lang, edition=row["edition"], year=row["network"])
    return joined(
        [told, *([text("replays.shares", lang)] if row["output_from"] == "shares" and key != "shares" else [])], lang
    )


def stands(row: Mapping[str, Any], lang: Lang) -> str:
    """Return whether the editions of its time are held, in a sentence."""
    return text(f"replays.stands.{row['facts']}", lang, day=shown_date(row["day"], lang))


def played(row: Mapping[str, Any], lang: Lang) -> str:
    """Return what was played in one line: who stops, how much, since when and how long."""
    stops = joined([names.label(key, lang) for key in str(row["stops"]).split(";")], lang)
    against = text("replays.against_all", lang) if row["against"] == "all" else joined(
        [names.label(key, lang) for key in str(row["against"]).split(";")], lang)  # fmt: skip
    return text(f"replays.played.{row['kind']}", lang, stops=stops, against=against, share=f"{100 * row['share']:.0f}",
                starts=shown_date(row["starts"], lang), months=f"{row['months']:g}",
                basis=text(f"replays.basis.{row['basis']}", lang))  # fmt: skip
