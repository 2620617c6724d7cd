"""`shigen policies`: what others do about minerals, and what they do that the home does not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import typer

from shigen.base import names
from shigen.base.i18n import Lang, joined, shown_date, text
from shigen.base.years import span
from shigen.show.cli import output
from shigen.show.cli.options import Options


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("policies_help"))
    def policies(
        view: str = typer.Option("measures", help=t("opt_view")),
        commodity: str = typer.Option(None, help=t("opt_policy_commodity"), show_default=False),
        region: str = typer.Option(None, help=t("opt_region"), show_default=False),
        instrument: str = typer.Option(None, help=t("opt_instrument"), show_default=False),
        years: str = typer.Option(None, help=t("opt_policy_years"), show_default=False),
        home: str = typer.Option(None, help=t("opt_home"), show_default=False),
        measure: str = typer.Option(None, help=t("opt_measure"), show_default=False),
        as_of: str = typer.Option(None, help=t("opt_as_of"), show_default=False),
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.outlook.elsewhere import elsewhere
        from shigen.outlook.policies import VIEWS
        from shigen.outlook.policies import policies as policy_rows

        output.check_format(format)
        rows = policy_rows(view, commodity=commodity, region=region, instrument=instrument, measure=measure,
                           as_of=as_of, years=span(years) if years else None, home=home, lang=lang)  # fmt: skip
        columns = VIEWS[view][1]
        answer = output.shown(format, rows, columns, lambda: TABLES[view](rows, lang) if rows
                              else text("policies.none", lang))  # fmt: skip
        output.emit(answer, out, lang)
        if view == "elsewhere" and not quiet:
            output.say(elsewhere(home or "JPN").in_words(lang))


def _table(rows: list[dict[str, Any]], columns: list[tuple[str, Callable[[dict[str, Any]], str]]], lang: Lang) -> Any:
    titles = [(text(f"policies.column.{key}" if key in OWN else f"column.{key}", lang), "left") for key, _ in columns]
    return output.table("", titles, ([cell(row) for _, cell in columns] for row in rows))


OWN: Final = ("date", "region", "category", "instrument", "measure", "status", "note", "minerals", "confidence", "home",
              "by", "remark", "levers", "since", "since_home", "key", "span")  # fmt: skip
"""Columns whose titles are the observatory's own."""


def _beside(name: str, note: str, lang: Lang) -> str:
    """Return a word with its note in brackets, where it has one."""
    return name if not note else f"{name}（{note}）" if lang == "ja" else f"{name} ({note})"


def _minerals(row: dict[str, Any], lang: Lang) -> str:
    scope = [row["scope"]] if row["scope"] else []
    return joined([*(names.label(key, lang) for key in row["commodities"]), *scope], lang)


def _sure(row: dict[str, Any], lang: Lang) -> str:
    return _beside(row["confidence_name"], "" if row.get("recalled") in ("", None) or row["confidence"] == "recalled"
                   else text("policies.recalled_parts", lang, parts=row["recalled"]), lang)  # fmt: skip


def _levers(row: dict[str, Any], lang: Lang) -> str:
    return joined([text(f"lever.{key}", lang) for key in row["levers"]], lang) or text("policies.lever_none", lang)


def _span(row: dict[str, Any], lang: Lang) -> str:
    """Return from when and until when a measure holds, where either is known."""
    if not (row["starts"] or row["ends"]):
        return ""
    starts, ends = (shown_date(row[end], lang) for end in ("starts", "ends"))
    return text("policies.span", lang, starts=starts, ends=ends)


def _measures(rows: list[dict[str, Any]], lang: Lang) -> Any:
    return _table(rows, [
        ("key", lambda r: r["measure"]), ("date", lambda r: shown_date(r["date"], lang)),
        ("span", lambda r: _span(r, lang)),
        ("region", lambda r: r["region_name"]), ("instrument", lambda r: r["instrument_name"]),
        ("measure", lambda r: r["title"]),
        ("status", lambda r: _beside(r["status_name"], r["status_note"], lang)),
        ("minerals", lambda r: _minerals(r, lang)), ("confidence", lambda r: _sure(r, lang)),
    ], lang)  # fmt: skip


def _timeline(rows: list[dict[str, Any]], lang: Lang) -> Any:
    return _table(rows, [
        ("date", lambda r: shown_date(r["date"], lang)), ("region", lambda r: r["region_name"]),
        ("category", lambda r: r["category_name"]), ("measure", lambda r: r["title"]), ("note", lambda r: r["note"]),
        ("confidence", lambda r: r["confidence_name"]),
    ], lang)  # fmt: skip


def _matrix(rows: list[dict[str, Any]], lang: Lang) -> Any:
    return _table(rows, [
        ("measure", lambda r: r["name"]), ("region", lambda r: r["region_name"]),
        ("status", lambda r: r["status_name"]), ("remark", lambda r: r["remark"]),
        ("levers", lambda r: _levers(r, lang)), ("since", lambda r: "\n".join(r["later_titles"])),
        ("confidence", lambda r: r["confidence_name"]),
    ], lang)  # fmt: skip


def _documents(rows: list[dict[str, Any]], lang: Lang) -> Any:
    titles = [text(f"policies.column.{key}", lang) for key in ("date", "region")]
    titles += [text("column.title", lang)]
    titles += [text(f"policies.{key}", lang) for key in ("asks", "report", "proposes")]
    titles += [text("policies.column.confidence", lang)]
    return output.table("", [(title, "left") for title in titles], (
        [shown_date(r["date"], lang), r["region_name"], _beside(r["title"], r["note"], lang), r["asks"],
         _beside(r["report"], shown_date(r["report_date"], lang), lang), r["proposes"], _sure(r, lang)]
        for r in rows))  # fmt: skip


def _elsewhere(rows: list[dict[str, Any]], lang: Lang) -> Any:
    return _table(rows, [
        ("measure", lambda r: _beside(r["name"], r["side_name"] if r["side"] != "secures" else "", lang)),
        ("home", lambda r: r["home_status_name"]), ("remark", lambda r: r["remark"]),
        ("by", lambda r: joined(r["by_names"], lang)), ("levers", lambda r: _levers(r, lang)),
        ("since_home", lambda r: "\n".join(r["since"])), ("confidence", lambda r: r["confidence_name"]),
    ], lang)  # fmt: skip


TABLES: Final[dict[str, Callable[[list[dict[str, Any]], Lang], Any]]] = {
    "measures": _measures, "timeline": _timeline, "matrix": _matrix, "documents": _documents, "elsewhere": _elsewhere,
}  # fmt: skip
