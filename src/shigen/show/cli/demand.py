"""`shigen demand`: demand to 2050 in three parts, what comes back from products, and every assumption."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from shigen.base import names
from shigen.base.errors import check_view
from shigen.base.i18n import Lang, joined, shown_unit, text
from shigen.base.numbers import plain, rate, rounded
from shigen.show.cli import output
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.outlook.demand import Demand

VIEWS: Final = ("summary", "parts", "scrap", "assumptions", "trace")


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("demand_help"))
    def demand(
        commodities: list[str] = shared.commodities,
        region: str = typer.Option("WLD", help=t("opt_demand_region")),
        scenario: list[str] = typer.Option(None, help=t("opt_scenario"), show_default=False),
        view: str = typer.Option("summary", help=t("opt_demand_view")),
        study: Path = typer.Option(None, help=t("opt_demand_study"), show_default=False, readable=False),
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.outlook.demand import demand as demand_of
        from shigen.outlook.inputs import find_scenario, scenarios

        output.check_format(format)
        check_view(view, VIEWS)
        facts = output.facts(overlay)
        chosen = [find_scenario(word, facts=facts) for word in scenario or scenarios(facts)]
        choices, wanted = None, commodities or None
        if study is not None:
            from shigen.study.file import read

            plan = read(study, {})
            choices, wanted = plan.demand.choices(), wanted or plan.commodities
        projection = demand_of(region, commodities=wanted, year=year, choices=choices, edition=edition or (),
                               facts=facts)  # fmt: skip
        output.emit(_shown(projection, chosen, view, format, lang), out, lang)


def _shown(projection: "Demand", chosen: list[str], view: str, form: str, lang: Lang) -> str:
    from shigen.outlook.demand_tables import ROW_COLUMNS, SUMMARY_COLUMNS, meta, rows, summary
    from shigen.outlook.inputs import COLUMNS
    from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
    from shigen.outlook.stocks import stocks

    if view == "summary":
        summaries = [row for row in summary(projection, lang) if row["scenario"] in chosen]
        whole = {"meta": meta(projection), "records": rows(projection, chosen=chosen), "summary": summaries}
        alike = projection.alike()
        short = [row for row in summaries if not alike[row["commodity"]] or row["scenario"] == chosen[0]]
        return output.shown(
            form, summaries, SUMMARY_COLUMNS, lambda: _summary_table(short, projection, lang), whole=whole
        )
    if view == "assumptions":
        inputs = [row.row(lang) for row in projection.inputs.rows]
        return output.shown(form, inputs, COLUMNS, lambda: _plain(inputs, COLUMNS, projection, lang))
    if view == "trace":
        from shigen.show.cli.assess import show_node
        from shigen.study.demand_trace import explain_demand

        keys = [str(key) for key in projection.dataset["commodity"].values]
        trees = [explain_demand(projection, key, scenario=chosen[0], lang=lang) for key in keys]
        if form == "json":
            return output.to_json({"meta": meta(projection), "records": [tree.to_dict() for tree in trees]})
        return "".join(show_node(tree, form) for tree in trees)
    years = [year for year in (2024, 2030, 2035, 2040, 2045, 2050) if year >= int(projection.dataset["year"].min())]
    if view == "scrap":
        scrap = [row for row in stocks(projection).rows(years) if row["scenario"] in chosen]
        return output.shown(form, scrap, SCRAP_COLUMNS, lambda: _plain(scrap, SCRAP_COLUMNS, projection, lang) if scrap
                            else text("demand.no_scrap", lang))  # fmt: skip
    parts = rows(projection, chosen=chosen)
    shown = [row for row in parts if row["year"] in years]
    return output.shown(form, parts, ROW_COLUMNS, lambda: _plain(shown, ROW_COLUMNS, projection, lang))


def _summary_table(rows: list[dict[str, Any]], projection: "Demand", lang: Lang) -> Any:
    from shigen.outlook.demand_tables import SHOWN_YEARS

    alike, named = projection.alike(), projection.inputs.scenarios

    def column(key: str) -> str:
        return text(f"column.{key}", lang)

    from rich.console import Group

    from shigen.outlook.demand_tables import meta

    return Group(output.table(
        text("demand.title", lang, region=_place(projection.region, lang), first=int(projection.dataset["year"].min())),
        [(column("commodity"), "left"), (column("class"), "left"), (column("scenario"), "left"),
         *((f"{year}", "right") for year in SHOWN_YEARS), (column("cagr"), "right"), (column("study_cagr"), "right")],
        ([names.label(row["commodity"], lang), row["class"],
          text("demand.all_scenarios", lang) if alike[row["commodity"]] else named[row["scenario"]].name[lang],
          *(rounded(row[f"t_{year}"]) for year in SHOWN_YEARS), rate(row["cagr"]), rate(row["study_cagr"])]
         for row in rows),
    ), *_reasons(rows, projection, lang),
        text("cli.figures_of", lang, list=joined(meta(projection)["editions"], lang)))  # fmt: skip


def _reasons(rows: list[dict[str, Any]], projection: "Demand", lang: Lang) -> list[str]:
    """Return why minerals have no demand although their output is known, each once."""
    short = {str(key) for key, is_so in zip(projection.dataset["commodity"].values, projection.dataset["short"].values,
                                            strict=True) if is_so}  # fmt: skip
    reasons = {row["commodity"]: row["explained"] for row in rows if row["commodity"] in short}
    return [text("demand.reason", lang, commodity=names.label(key, lang), reason=reason)
            for key, reason in reasons.items()]  # fmt: skip


def _place(region: str, lang: Lang) -> str:
    return text("demand.world", lang) if region == names.WORLD else names.label(region, lang)


def _plain(rows: list[dict[str, Any]], columns: tuple[str, ...], projection: "Demand", lang: Lang) -> Any:
    words: dict[str, Callable[[Any], str]] = {
        "region": lambda key: _place(key, lang),
        "commodity": lambda key: names.label(key, lang),
        "use": lambda key: projection.inputs.uses[key].name[lang] if key else "",
        "part": lambda key: text(f"part.{key}", lang),
        "scenario": lambda key: projection.inputs.scenarios[key].name[lang],
        "flag": lambda key: text(f"flag.{key}", lang), "unit": lambda word: shown_unit(word, lang),
        "confidence": lambda key: text(f"demand_confidence.{key}", lang),
    }  # fmt: skip

    def cell(row: dict[str, Any], column: str) -> str:
        value = row[column]
        if column in words:
            return words[column](value)
        return plain(value) if isinstance(value, float) else "–" if value is None else str(value)

    titles = {"name": "assumption", "address": "key"}
    numbers = ("low", "value", "high", "in_use_t", "scrap_t", "recoverable_t", "year")
    return output.table(
        "",
        [(text(f"column.{titles.get(column, column)}", lang),
          "right" if column in numbers else "left") for column in columns],
        ([cell(row, column) for column in columns] for row in rows),
    )  # fmt: skip
