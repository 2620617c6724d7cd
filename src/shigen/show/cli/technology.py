"""`shigen technology`: technology trends, transitions and groups, and the appendices of the study."""

from pathlib import Path
from typing import Any

import typer

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, text
from shigen.show.cli import output


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("technology_help"))
    def technology(
        view: str = typer.Option("trends", "--view", help=t("opt_technology_view")),
        format: str = typer.Option("table", help=t("opt_format")),  # noqa: A002
        out: Path = typer.Option(None, help=t("opt_out"), show_default=False),
        lang_: str = typer.Option(lang, "--lang", help=t("opt_lang"), show_default=False),
        quiet: bool = typer.Option(False, "--quiet", help=t("opt_quiet")),
    ) -> None:
        from shigen.show.report.technology import VIEWS, rows_of, table_of

        output.check_format(format)
        if view not in VIEWS:
            close = suggest(view, VIEWS)
            raise UserError("unknown_view", suggestions=close, word=view, known=", ".join(VIEWS))
        rows = rows_of(view, lang)

        def table() -> Any:
            made = table_of(view, rows, lang)
            columns = [(title, "right" if look == "num" else "left") for title, look in made["head"]]
            return output.table(made["title"], columns, made["rows"])

        output.emit(output.shown(format, rows, VIEWS[view].columns, table), out, lang)
