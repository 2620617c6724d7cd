"""`shigen methods`: methods of other authors, and a user's own, on the same figures."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base import names
from shigen.base.errors import check_view
from shigen.base.i18n import Lang, default_lang, shown_unit, text
from shigen.show.cli import output
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.model.methods import MethodFigures


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("methods_help"))
    def methods(
        words: list[str] = typer.Argument(None, help=t("arg_methods"), show_default=False),
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        view: str = typer.Option("values", help=t("opt_methods_view")),
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.model.method_records import METHOD_COLUMNS, VIEWS
        from shigen.model.methods import methods as by_methods
        from shigen.model.methods import sorted_out

        output.check_format(format)
        check_view(view, VIEWS)
        keys, commodities = sorted_out(words or ())
        facts = output.facts(overlay)
        figures = by_methods(keys=keys or None, importer=importer, year=year, commodities=commodities or None,
                             edition=edition or None, facts=facts)  # fmt: skip
        if figures.chain is not None:
            output.say_unread([figures.chain], facts, default_lang(), methods=True)
        rows = figures.records(lang)
        whole = {"meta": figures.meta(), "records": rows}
        shown = output.shown(format, rows, METHOD_COLUMNS, lambda: _table(figures, rows, lang), whole)
        output.emit(shown, out, lang)


def _table(figures: "MethodFigures", rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return one table of all figures: a method's minerals one below the other."""
    from shigen.base.method import METHODS

    def name(row: dict[str, Any]) -> str:
        one = METHODS[row["method"]]
        return text("methods.own", lang, name=one.name[lang]) if one.own else one.name[lang]

    columns = ("method", "importer", "year", "commodity", "value", "interval", "unit", "status", "coverage", "reason")
    right = ("value", "interval", "coverage")
    return output.table(
        "",
        [(text(f"column.{key}", lang), "right" if key in right else "left") for key in columns],
        ([name(row), names.label(str(row["importer"]), lang), str(row["year"]), names.label(row["commodity"], lang),
          _figure(row["raw"]), _span(row["raw_low"], row["raw_high"]),
          "" if row["unit"] == "1" else shown_unit(row["unit"], lang), text(f"status.{row['status']}", lang),
          "–" if row["coverage"] is None else f"{100 * row['coverage']:.0f} %", row["reason"]] for row in rows),
    )  # fmt: skip


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:,.3f}"


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:,.3f}–{high:,.3f}"
