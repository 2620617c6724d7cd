"""`shigen screen`: which minerals, by which lists and which rule."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.outlook.screening import Screening


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("screen_help"))
    def screen(
        list_: list[str] = typer.Option(None, "--list", help=t("opt_list"), show_default=False),
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.outlook.newest import told
        from shigen.outlook.screening import COLUMNS
        from shigen.outlook.screening import screen as screening_of

        output.check_format(format)
        screening = screening_of(list_ or None, facts=output.facts(overlay))
        answer = output.shown(
            format, screening.rows(lang), COLUMNS, lambda: _table(screening, lang), whole=told(screening, lang)
        )
        output.emit(answer, out, lang)


def _table(screening: "Screening", lang: Lang) -> Any:
    from rich.console import Group

    from shigen.outlook.newest import renewal

    extra = ("common", "new_technology", "target")

    def mark(yes: bool) -> str:
        return "●" if yes else ""

    def reason(row: dict[str, Any]) -> str:
        words = screening.excluded.get(row["element"]) or screening.added.get(row["element"])
        return words[lang] if words else ""

    compared = output.table(
        "",
        [(text("column.commodity", lang), "left"), *((name, "center") for name in screening.lists),
         *((text(f"screen.{key}", lang), "center") for key in extra), (text("column.reason", lang), "left")],
        ([row["name"], *(mark(name in row["lists"]) for name in screening.lists), *(mark(row[key]) for key in extra),
          reason(row)] for row in screening.rows(lang)),
    )  # fmt: skip
    words = [line for line in (screening.gap(lang), renewal(screening.facts).sentence(lang)) if line]
    return Group(compared, "", *words)
