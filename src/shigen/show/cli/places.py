"""`shigen markets`, `shigen countries` and `shigen projects`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base import names
from shigen.base.i18n import Lang, shown_date, shown_unit, text
from shigen.base.numbers import amount, change, percent
from shigen.show.cli import output
from shigen.show.cli.assess import run
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.outlook.countries import CountryPage


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verbs to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("markets_help"))
    def markets(
        commodities: list[str] = shared.commodities,
        importer: str = shared.importer,
        year: int = shared.year,
        years: str = shared.years,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        facts = output.facts(overlay)
        assessment = run(commodities, importer, year, years, edition, "sourcing", None, facts)
        from shigen.outlook.markets import COLUMNS
        from shigen.outlook.markets import markets as markets_of

        rows = markets_of(assessment, facts=facts).rows(lang)
        output.emit(output.shown(format, rows, COLUMNS, lambda: _markets_table(rows, lang)), out, lang)

    @app.command(help=t("countries_help"))
    def countries(
        country: str = typer.Argument(None, help=t("arg_country"), show_default=False),
        commodity: list[str] = shared.commodity,
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        if country:
            names.country(country)
        facts = output.facts(overlay)
        assessment = run(commodity, importer, year, None, edition, "sourcing", None, facts)
        from shigen.outlook import countries as country_tables

        if country:
            page = country_tables.country(country, assessment, facts=facts)
            answer = output.shown(
                format, page.rows(lang), country_tables.PAGE_COLUMNS, lambda: "", whole=page.to_dict(lang)
            )
            answer = output.render(*_page_tables(page, lang)) if format == "table" else answer
        else:
            rows, home = country_tables.countries(assessment), str(assessment.chain["importer"].item())
            answer = output.shown(
                format, rows, country_tables.COLUMNS, lambda: _countries_table(rows, names.label(home, lang), lang)
            )
        output.emit(answer, out, lang)

    @app.command(help=t("projects_help"))
    def projects(
        commodity: list[str] = shared.commodity,
        country: list[str] = typer.Option(None, help=t("opt_country"), show_default=False),
        status: list[str] = typer.Option(None, help=t("opt_status"), show_default=False),
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        from shigen.figures.own.overlay import read_overlay
        from shigen.model.chain import meti13
        from shigen.outlook.projects import COLUMNS
        from shigen.outlook.projects import projects as projects_of

        own = read_overlay(overlay).projects if overlay else ()
        listed = projects_of(commodity or meti13(), countries=country, statuses=status, own=own,
                             facts=output.facts(overlay))  # fmt: skip
        rows = [project.row(lang) for project in listed]
        answer = output.shown(format, rows, COLUMNS, lambda: _projects_table(rows, lang) if rows
                              else text("project.none", lang))  # fmt: skip
        output.emit(answer, out, lang)


def _markets_table(rows: list[dict[str, Any]], lang: Lang) -> Any:
    from rich.console import Group

    from shigen.show.report.places import absent, growth

    def m(key: str) -> str:
        return text(f"market.{key}", lang)

    years = len({row["year"] for row in rows}) > 1
    columns = [
        (text("column.commodity", lang), "left"), *([(text("column.year", lang), "right")] if years else []),
        (text("column.step", lang), "left"), (m("production"), "right"), (m("value_musd"), "right"),
        (m("producers"), "right"), (m("top1"), "left"), (m("top3"), "right"), (m("growth"), "left"),
        (m("traded_share"), "right"), (m("volatility"), "right"), (m("reserve_life"), "right"),
    ]  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        first = names.label(row["top1_country"], lang) if row["top1_country"] else ""
        return [
            names.label(row["commodity"], lang), *([str(row["year"])] if years else []),
            text(f"step.{row['step']}", lang), amount(row["production_t"]), amount(row["value_musd"]),
            str(row["producers"]), f"{first} {percent(row['top1'])}".strip(), percent(row["top3"]),
            growth(row, lang), percent(row["traded_share"]),
            "–" if row["volatility"] is None else f"{row['volatility']:.2f}", amount(row["reserve_life"]),
        ]  # fmt: skip

    missing = {row["commodity"]: absent(row, lang) for row in rows}
    reasons = [f"{names.label(key, lang)}{'：' if lang == 'ja' else ': '}{reason}" for key, several in missing.items()
               for reason in several]  # fmt: skip
    return Group(output.table("", columns, map(cells, rows)), *([m("absent"), *reasons] if reasons else []), "")


def _countries_table(rows: list[dict[str, Any]], importer: str, lang: Lang) -> Any:
    from shigen.show.report.places import listed

    def c(key: str, **values: str) -> str:
        return text(f"country.{key}", lang, **values)

    return output.table(
        "",
        [(text("column.country", lang), "left"), (c("governance"), "right"), (c("largest_producer_of"), "left"),
         (c("largest_holder_of"), "left"), (c("home_imports", importer=importer), "right"), (c("home_share"), "right"),
         (c("largest_supplier_of", importer=importer), "left")],
        ([names.label(r["country"], lang), "–" if r["governance"] is None else f"{r['governance']:.2f}",
          listed(r["largest_producer_of"], lang), listed(r["largest_holder_of"], lang),
          amount(r["home_imports_kusd"] / 1000), percent(r["home_import_share"], 1),
          listed(r["largest_supplier_of"], lang)] for r in rows),
    )  # fmt: skip


def _page_tables(page: "CountryPage", lang: Lang) -> list[Any]:
    from shigen.show.report.places import flag_word

    def c(key: str) -> str:
        return text(f"country.{key}", lang)

    def column(key: str) -> str:
        return text(f"column.{key}", lang)

    def steps(rows: list[dict[str, Any]], title: str) -> Any:
        return output.table(
            title,
            [(column("commodity"), "left"), (column("panel"), "left"), (column("share"), "right"),
             (column("rank"), "right"), (column("value"), "right"), (column("unit"), "left"),
             (column("flags"), "left")],
            ([names.label(r["commodity"], lang), text("panel.reserves", lang) if r["step"] == "reserves"
              else text(f"step.{r['step']}", lang), percent(r["share"], 1), str(r["rank"] or "–"),
              "" if r["unit"] == "1" else amount(r["value"]), "" if r["unit"] == "1" else shown_unit(r["unit"], lang),
              flag_word(r["flag"], lang)] for r in rows),
        ) if rows else output.table(title, [(c("no_rows"), "left")], [])  # fmt: skip

    governance = output.table(
        c("dimensions"),
        [(c("dimension"), "left"), (column("year"), "right"), (c("estimate"), "right"), (c("standard_error"), "right"),
         (c("change"), "left"), (c("trend"), "left")],
        ([text(f"explain.wgi.{r['dimension']}", lang), str(r["year"]), change(r["value"]),
          "–" if r["standard_error"] is None else f"{r['standard_error']:.2f}",
          text("country.change_since", lang, change=change(r["change"]), year=r["since"]),
          text(f"trend.{r['trend']}", lang) if r["trend"] else ""] for r in page.governance),
    )  # fmt: skip

    measures = output.table(
        c("measures"), [(column("year"), "left"), (column("title"), "left"), (column("status"), "left")],
        ([shown_date(m["date"], lang), m["title"], m["status_name"]]
         for m in page.measure_rows(lang)),
    ) if page.measures else c("no_measures")  # fmt: skip
    return [names.label(page.country, lang), steps(page.shares, c("shares")), governance,
            steps(page.imports, c("imports")), measures]  # fmt: skip


def _projects_table(rows: list[dict[str, Any]], lang: Lang) -> Any:
    from shigen.show.report.places import measured, operator

    def p(key: str) -> str:
        return text(f"project.{key}", lang)

    return output.table(
        "",
        [(p("kind"), "left"), (p("name"), "left"), (text("column.commodity", lang), "left"),
         (text("column.country", lang), "left"), (p("stage"), "left"), (p("status"), "left"), (p("tonnes"), "right"),
         (p("owner"), "left"), (p("lever"), "left"), (p("confidence"), "left")],
        ([text(f"project_kind.{r['kind']}", lang), r["name"], names.label(r["commodity"], lang),
          names.label(r["country"], lang), text(f"project_stage.{r['stage']}", lang),
          text(f"project_status.{r['status']}", lang), measured(r, lang), operator(r),
          text(f"lever.{r['lever']}", lang) if r["lever"] else "",
          text(f"project_confidence.{r['confidence']}", lang) if r["confidence"] else ""] for r in rows),
    )  # fmt: skip
