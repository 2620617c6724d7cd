"""`shigen assess`, `shigen explain` and `shigen why`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, default_lang, joined, shown_unit, text
from shigen.base.years import span
from shigen.show.cli import output
from shigen.show.cli.options import Options
from shigen.show.report.rows import to_csv

if TYPE_CHECKING:
    from rich.tree import Tree
    from xarray import Dataset

    from shigen.figures.factbase import FactBase
    from shigen.model.criticality import Assessment
    from shigen.study.tracer import Node


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verbs to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("assess_help"))
    def assess(
        commodities: list[str] = shared.commodities,
        importer: str = shared.importer,
        year: int = shared.year,
        years: str = shared.years,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        indicator: list[str] = typer.Option(None, help=t("opt_indicator"), show_default=False),
        basis: str = shared.basis,
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = typer.Option(False, help=t("opt_quiet")),
    ) -> None:
        output.check_format(format)
        assessment = run(commodities, importer, year, years, edition, basis, indicator, output.facts(overlay))
        output.emit(_show(assessment, format, lang), out, lang)

    @app.command(help=t("explain_help"))
    def explain(
        commodity: str = typer.Argument(help=t("arg_commodity")),
        indicator: str = typer.Argument(help=t("arg_indicator")),
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = shared.basis,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = typer.Option(False, help=t("opt_quiet")),
    ) -> None:
        output.check_format(format)
        check_names(importer, [commodity])
        from shigen.study.trace import explain as tree_of
        from shigen.study.trace import find_measure

        measure = find_measure(indicator).key
        facts = output.facts(overlay)
        chain = loaded([commodity], importer, year, None, edition, basis, facts)
        node = tree_of(chain, commodity, measure, lang=lang, facts=facts)
        output.emit(show_node(node, format), out, lang)

    @app.command(help=t("why_help"))
    def why(
        address: str = typer.Argument(help=t("arg_address")),
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
        from shigen.study.why import COLUMNS
        from shigen.study.why import why as why_of

        facts = output.facts(overlay)
        rows = [
            finding.row() for finding in why_of(address, importer=importer, year=year, edition=edition, facts=facts)
        ]
        answer = output.shown(
            format, rows, COLUMNS, lambda: _why_table(rows, lang) if rows else text("cli.why_nothing", lang)
        )
        output.emit(answer, out, lang)


def _why_table(rows: list[dict[str, Any]], lang: Lang) -> Any:
    from shigen.model.indicators import indicators

    declared = indicators()

    def cell(row: dict[str, Any], key: str) -> str:
        value = row[key]
        if key == "commodity":
            return names.label(value, lang)
        if key == "kind":
            return text(f"kind.{value}", lang)
        if key == "name":
            kind = row["kind"]
            return (
                declared[value].name[lang]
                if kind == "indicator"
                else text(f"{kind}.{value}", lang)
                if kind == "stage"
                else value
                if kind == "demand"
                else ""
            )
        return text(f"type.{value}", lang) if row["kind"] == "type" else _figure(value)

    columns = ("commodity", "kind", "name", "minus_10", "base", "plus_10")
    return output.table("", [(text(f"column.{c}", lang), "left") for c in columns],
                        ([cell(row, c) for c in columns] for row in rows))  # fmt: skip


def check_names(importer: str, commodities: list[str] | None) -> None:
    """Refuse names that are not known before anything heavy is loaded."""
    names.importer(importer)
    for word in commodities or ():
        names.commodity(word)


def run(
    commodities: list[str] | None, importer: str, year: int | None, years: str | None, edition: list[str] | None,
    basis: str, indicators: list[str] | None, facts: "FactBase",
) -> "Assessment":  # fmt: skip
    """Load and assess what the options ask for."""
    if year is not None and years is not None:
        raise UserError("year_and_years")
    check_names(importer, commodities)
    from shigen.model.criticality import assess
    from shigen.model.indicators import find_indicator
    from shigen.model.indicators import indicators as declared

    asked_for = list(dict.fromkeys(find_indicator(word).key for word in indicators or () if word != "all"))
    wanted = list(declared()) if "all" in (indicators or ()) else asked_for
    chain = loaded(commodities, importer, year, years, edition, basis, facts)
    return assess(chain, indicators=wanted or None)


def loaded(
    commodities: list[str] | None, importer: str, year: int | None, years: str | None, edition: list[str] | None,
    basis: str, facts: "FactBase",
) -> "Dataset":  # fmt: skip
    """Load what the options ask for, and say which rows of the user's own are not read."""
    from shigen.model.chain import load

    chain = load(importer, year=year, years=span(years) if years else None, commodities=commodities or None,
                 edition=edition or None, basis=basis, facts=facts)  # type: ignore[arg-type]  # fmt: skip
    output.say_unread([chain], facts, default_lang())
    return chain


def _show(assessment: "Assessment", format_: str, lang: Lang) -> str:
    from shigen.model.records import RECORD_COLUMNS, meta

    rows = assessment.records(lang)
    if format_ == "json":
        return output.to_json({"meta": meta(assessment), "records": rows, "stages": assessment.stages(lang)})
    if format_ == "csv":
        return to_csv(rows, RECORD_COLUMNS)
    return output.render(*_tables(assessment, rows, lang))


def _tables(assessment: "Assessment", rows: list[dict[str, Any]], lang: Lang) -> list[Any]:
    from shigen.model.records import meta, places, table_name

    def column(key: str) -> str:
        return text(f"column.{key}", lang)

    from shigen.model.indicators import indicators

    declared = indicators()
    shown = []
    stages = assessment.stages(lang)
    for year in sorted({r["year"] for r in rows}):
        importer = names.label(str(rows[0]["importer"]), lang)
        if stages:
            shown.append(output.table(
                text("cli.stage_title", lang, importer=importer, year=year),
                [(column("commodity"), "left"), (column("stage"), "left"), (column("risk"), "right"),
                 (column("interval"), "right"), (column("rank"), "right"), (column("left_out"), "left")],
                ([names.label(s["commodity"], lang), text(f"stage.{s['stage']}", lang), _figure(s["risk"]),
                  _span(s["risk_low"], s["risk_high"]), places(s, lang) or "–",
                  joined([declared[k].name[lang] for k in s["left_out"]], lang)]
                 for s in stages if s["year"] == year),
            ))  # fmt: skip
        shown.append(output.table(
            text("cli.indicator_title", lang, importer=importer, year=year),
            [(column("commodity"), "left"), (column("indicator"), "left"), (column("raw"), "right"),
             (column("band"), "right"), (column("score"), "right"), (column("status"), "left"),
             (column("reason"), "left")],
            ([names.label(r["commodity"], lang), declared[r["indicator"]].name[lang], _figure(r["raw"]),
              "" if r["raw_low"] == r["raw_high"] else _span(r["raw_low"], r["raw_high"]), _figure(r["score"]),
              text(f"status.{r['status']}", lang), r["reason"]] for r in rows if r["year"] == year),
        ))  # fmt: skip
    about = meta(assessment)
    listed = [" ".join([table_name(k, lang), *_years(about["years"].get(k, [])), f"({', '.join(v)})"])
              for k, v in about["editions"].items() if v]  # fmt: skip
    return [*shown, text("cli.figures_of", lang, list="; ".join(listed))]


def _years(years: list[int]) -> list[str]:
    return [f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])] if years else []


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _span(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.3f}–{high:.3f}"


def show_node(node: "Node", format_: str) -> str:
    """Return a trace as a tree, as JSON, or its facts as CSV."""
    if format_ == "json":
        return output.to_json(node.to_dict())
    if format_ == "csv":
        columns = ("label", "value", "unit", "note", "address", "published")
        return to_csv([fact.to_dict() for fact in node.facts()], columns)
    return output.render(_tree(node))


def _tree(node: "Node") -> "Tree":
    from rich.text import Text
    from rich.tree import Tree

    lang = default_lang()

    def line(node: "Node") -> Text:
        details = "\n".join(p for p in (node.note, node.published, node.address) if p)
        shown = Text(node.label)
        if node.value is not None:
            unit = "" if node.unit == "1" else f" {shown_unit(node.unit, lang)}"
            shown.append("：" if lang == "ja" else ": ").append(f"{node.value:,.6g}", "bold").append(unit)
        return shown.append(f"\n{details}", "dim") if details else shown

    tree = Tree(line(node))
    stack = [(tree, child) for child in node.children]
    while stack:
        branch, child = stack.pop(0)
        grown = branch.add(line(child))
        stack += [(grown, grandchild) for grandchild in child.children]
    return tree
