"""What draws say, as a table to read: intervals in one column, in words of the field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shigen.base import names
from shigen.base.i18n import Lang, joined, text
from shigen.show.cli import output

Cell = Callable[[Mapping[str, Any]], str]


def table_of(view: str, rows: Sequence[Mapping[str, Any]], lang: Lang, title: str = "") -> Any:
    """Return a table to read: intervals in one column, in words of the field."""
    from shigen.base import numbers
    from shigen.model.indicators import indicators
    from shigen.model.levers import size_in_words
    from shigen.show.report.minerals import LEAST

    declared = indicators()

    def head(key: str) -> str:
        return text(f"uncertainty.{key}", lang)

    def mineral(row: Mapping[str, Any]) -> str:
        return names.label(row["commodity"], lang)

    def stage(row: Mapping[str, Any]) -> str:
        return text(f"stage.{row['stage']}", lang)

    def interval(before: str = "", form: str = ".2f") -> Cell:
        return lambda row: span(row[f"{before}p05"], row[f"{before}p95"], form)

    def plain(key: str, form: str = ".2f") -> Cell:
        return lambda row: figure(row[key], form)

    def odds(row: Mapping[str, Any]) -> str:
        told = [text("uncertainty.odds", lang, type=text(f"type.{kind}", lang), percent=numbers.odds(p))
                for kind, p in row["probability"].items() if p >= LEAST]  # fmt: skip
        return joined(told, lang)

    def above(row: Mapping[str, Any]) -> str:
        if row["next"] is None:
            return ""
        return text(
            "uncertainty.above", lang, next=names.label(row["next"], lang), percent=numbers.odds(row["above_next"])
        )

    def tonnes(row: Mapping[str, Any]) -> str:
        low, high = row["displaced_p05"], row["displaced_p95"]
        return "–" if low is None or high is None else f"{low:,.0f}–{high:,.0f}"

    column: Callable[[str], str] = lambda key: text(f"column.{key}", lang)  # noqa: E731
    tables: Mapping[str, list[tuple[str, str, Cell]]] = {
        "records": [
            (column("commodity"), "left", mineral),
            (column("indicator"), "left", lambda row: declared[row["indicator"]].name[lang]),
            (column("raw"), "right", plain("raw")), (head("median"), "right", plain("p50")),
            (head("interval"), "right", interval()),
            (column("status"), "left", lambda row: text(f"status.{row['status']}", lang)),
        ],
        "stages": [
            (column("commodity"), "left", mineral), (column("stage"), "left", stage),
            (column("risk"), "right", plain("risk")), (head("median"), "right", plain("p50")),
            (head("interval"), "right", interval()),
            (head("extremes"), "right", lambda row: span(row["risk_low"], row["risk_high"])),
        ],
        "types": [
            (column("commodity"), "left", mineral),
            (column("type"), "left", lambda row: text(f"type.{row['type']}", lang)),
            (column("firmness"), "left", lambda row: text(f"firmness.{row['firmness']}", lang)),
            (head("probability"), "left", odds),
        ],
        "ranks": [
            (column("stage"), "left", stage), (column("rank"), "right", lambda row: str(row["rank"])),
            (column("commodity"), "left", mineral),
            (head("rank_range"), "right", lambda row: _places(row["p05"], row["p95"])), (head("next"), "left", above),
        ],
        "levers": [
            (column("commodity"), "left", mineral),
            (column("policy"), "left", lambda row: text(f"lever.{row['lever']}", lang)),
            (head("size"), "right", lambda row: size_in_words(row["lever"], row["size"], lang)),
            (column("stage"), "left", stage), (head("change"), "right", plain("p50", "+.3f")),
            (head("interval"), "right", interval(form="+.3f")),
            (head("lowers"), "right", lambda row: numbers.odds(row["lowers"])), (head("displaced"), "right", tonnes),
        ],
    }  # fmt: skip
    chosen = tables[view]
    return output.table(title, [(head, side) for head, side, _ in chosen],
                        ([cell(row) for *_, cell in chosen] for row in rows))  # fmt: skip


def figure(value: float | None, form: str = ".2f") -> str:
    """Return a figure, a dash where there is none."""
    return "–" if value is None else f"{value:{form}}"


def span(low: float | None, high: float | None, form: str = ".2f") -> str:
    """Return an interval in one cell, a dash where there is none."""
    if low is None or high is None:
        return "–"
    between = " … " if form.startswith("+") else "–"  # a dash would stand before a minus
    return f"{low:{form}}{between}{high:{form}}"


def _places(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
