"""`shigen data`: the figures."""

from pathlib import Path
from typing import Any

import typer

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.report.rows import to_csv


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb group to the application."""

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    group = typer.Typer(help=t("data_help"), no_args_is_help=True)
    app.add_typer(group, name="data")

    @group.callback()
    def data() -> None:
        pass

    @group.command(help=t("status_help"))
    def status(
        commodities: bool = typer.Option(False, "--commodities", help=t("opt_commodities")),
        format: str = typer.Option("table", help=t("opt_format")),  # noqa: A002
        out: Path = typer.Option(None, help=t("opt_out"), show_default=False),
        lang_: str = typer.Option(lang, "--lang", help=t("opt_lang"), show_default=False),
    ) -> None:
        output.check_format(format)
        rows, columns = _commodities(lang) if commodities else _status()
        output.emit(_show(rows, columns, format, lang), out, lang)


def _status() -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    from shigen.figures.coverage import status

    return status(), ("table", "rows", "years", "editions", "flags", "terms")


def _commodities(lang: Lang) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    rows = [{"commodity": c.key, "symbol": c.symbol, "title": c.to(lang), "basis": c.basis(lang)}
            for c in names.commodities().values()]  # fmt: skip
    return rows, ("commodity", "symbol", "title", "basis")


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...], format_: str, lang: Lang) -> str:
    if format_ == "json":
        return output.to_json(rows)
    if format_ == "csv":
        return to_csv(rows, columns)

    def shown(row: dict[str, Any], column: str) -> str:
        value = row[column]
        if column == "table":
            return text(f"table.{value}", lang)
        if isinstance(value, dict):
            return "; ".join(f"{text(f'flag.{k}', lang)} {v:,}" for k, v in value.items())
        return "; ".join(value) if isinstance(value, list) else f"{value:,}" if isinstance(value, int) else str(value)

    return output.render(output.table(
        "", [(text(f"column.{c}", lang), "right" if c == "rows" else "left") for c in columns],
        [[shown(row, c) for c in columns] for row in rows],
    ))  # fmt: skip
