"""`shigen technology`: technology trends, transitions and groups, and the appendices of the study."""

from pathlib import Path
from typing import Any

import typer

from shigen.base.errors import check_view
from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.options import Options


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("technology_help"))
    def technology(
        view: str = typer.Option("trends", "--view", help=t("opt_technology_view")),
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.show.report.technology import VIEWS, rows_of, table_of

        output.check_format(format)
        check_view(view, VIEWS)
        rows = rows_of(view, lang)

        def table() -> Any:
            parts = table_of(view, rows, lang)
            columns = [(title, "right" if look == "num" else "left") for title, look in parts["head"]]
            return output.table(parts["title"], columns, parts["rows"])

        output.emit(output.shown(format, rows, VIEWS[view].columns, table), out, lang)
