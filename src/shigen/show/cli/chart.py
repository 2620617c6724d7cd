"""`shigen chart`: one chart as a picture, or the rows that it is drawn from."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.options import Options
from shigen.show.cli.policy import run_of
from shigen.show.report.rows import columns

if TYPE_CHECKING:
    from shigen.show.charts.picture import Chart


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("chart_help"))
    def chart(
        kind: str = typer.Argument(help=t("arg_chart")),
        commodity: str = typer.Argument(None, help=t("arg_commodity"), show_default=False),
        country: str = typer.Option(None, help=t("opt_chart_country"), show_default=False),
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = shared.basis,
        format: str = typer.Option(None, help=t("opt_chart_format"), show_default=False),  # noqa: A002
        out: Path = typer.Option(None, help=t("opt_chart_out"), show_default=False),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        if format is not None:
            output.check_format(format)
        from shigen.show.charts.given import none_named
        from shigen.show.charts.kind import find_kind
        from shigen.show.charts.profile import laid_over
        from shigen.show.report.pictures import given_by

        declared = find_kind(kind)
        key = names.commodity(commodity) if commodity else None
        if declared.per == "commodity" and key is None:
            raise none_named("commodity")
        code = names.country(country) if country else None
        run = run_of(output.facts(overlay), [key] if key else None, importer, year, edition, basis)
        given = given_by(run, country=code, series=lambda: laid_over(run.shown))
        _written(given.chart(declared, lang, key), format, out, lang)


def _written(chart: "Chart", format_: str | None, out: Path | None, lang: Lang) -> None:
    """Give the rows in a format, else the picture: as the ending of the file says, or as SVG to standard output."""
    if format_ is not None:
        named = columns(chart.rows)
        shown = output.shown(format_, chart.rows, named, lambda: _table(chart, named, lang))
        output.emit(shown, out, lang)
    elif out is None:
        output.emit(chart.framed() + "\n", None, lang)
    else:
        output.say(text("cli.written", lang, path=chart.save(out)))


def _table(chart: "Chart", named: list[str], lang: Lang) -> Any:
    return output.table(chart.kind.name[lang], [(column, "left") for column in named],
                        (["" if row.get(column) is None else str(row[column]) for column in named]
                         for row in chart.rows))  # fmt: skip
