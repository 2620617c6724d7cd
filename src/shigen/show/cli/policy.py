"""`shigen types`, `shigen lever` and `shigen ledger`."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from shigen.base import names, numbers
from shigen.base.i18n import Lang, default_lang, joined, source_words, text
from shigen.base.years import span
from shigen.show.cli import output
from shigen.show.cli.assess import check_names
from shigen.show.cli.options import Options, number

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase
    from shigen.model.typology import Types
    from shigen.study.run import Run


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verbs to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("types_help"))
    def types(
        commodities: list[str] = shared.commodities,
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = shared.basis,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        facts = output.facts(overlay)
        verdicts = run_of(facts, commodities, importer, year, edition, basis).verdicts
        from shigen.model.typology import TYPE_COLUMNS

        rows = [{k: v for k, v in verdict.row(lang).items() if k in TYPE_COLUMNS} for verdict in verdicts]
        output.emit(output.shown(format, rows, TYPE_COLUMNS, lambda: _types_table(verdicts, lang)), out, lang)

    @app.command(help=t("lever_help"))
    def lever(
        commodity: str = typer.Argument(help=t("arg_commodity")),
        key: str = typer.Argument(help=t("arg_lever")),
        host: str = typer.Option(None, help=t("opt_host"), show_default=False),
        size: float = typer.Option(..., help=t("opt_size"), parser=number("--size")),
        offtake: float = typer.Option(1.0, help=t("opt_offtake"), parser=number("--offtake")),
        cost: float = typer.Option(None, help=t("opt_cost"), show_default=False, parser=number("--cost")),
        importer: str = shared.importer,
        year: int = shared.year,
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = shared.basis,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        from shigen.model.effects import EFFECT_COLUMNS
        from shigen.model.levers import lever as lever_of
        from shigen.model.levers import lever_kinds
        from shigen.model.sense import beyond
        from shigen.outlook.ahead import AHEAD_COLUMNS

        kinds = lever_kinds()
        named = kinds[key].size_name if key in kinds else "t_per_year"
        policy = lever_of(key, commodity, host=host, offtake=offtake, cost_musd=cost, **{named: size})  # type: ignore[arg-type]
        facts = output.facts(overlay)
        run = run_of(facts, [commodity], importer, year, edition, basis)
        row = run.effects_of([policy])[0]
        columns = (*EFFECT_COLUMNS, *AHEAD_COLUMNS)
        output.warn((large.in_words(lang) for large in beyond(run.chain, [policy])), lang)
        answer = output.shown(format, [row], columns, lambda: _effect_table(row, lang), whole=row)
        output.emit(answer, out, lang)

    @app.command(help=t("ledger_help"))
    def ledger(
        commodities: list[str] = shared.commodities,
        years: str = typer.Option(..., help=t("opt_years")),
        importer: str = shared.importer,
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        output.check_format(format)
        period = span(years)
        from shigen.study.ledger import COLUMNS
        from shigen.study.ledger import ledger as ledger_of

        facts = output.facts(overlay)
        rows = ledger_of(importer, years=period, commodities=commodities or None, facts=facts).rows(lang)
        output.emit(output.shown(format, rows, COLUMNS, lambda: _ledger_table(rows, lang)), out, lang)


def run_of(
    facts: "FactBase", commodities: list[str] | None, importer: str, year: int | None, edition: list[str] | None,
    basis: str,
) -> "Run":  # fmt: skip
    """Return the run of METI's study of what the options ask for; say which of the user's own figures it leaves."""
    check_names(importer, commodities)
    from shigen.study.choices import question
    from shigen.study.run import Run

    run = Run(question(importer, year=year, edition=edition or (), commodities=commodities or (), basis=basis),
              facts=facts)  # fmt: skip
    output.say_unread([run.chain], facts, default_lang())
    return run


def _ledger_table(rows: list[dict[str, Any]], lang: Lang) -> Any:
    moved = [r for r in rows if r["change"] is None or abs(r["change"]) >= 5e-4]
    return output.table("", [(text("column.sentence", lang), "left")],
                        ([r["sentence"]] for r in moved if r["why"] != "no_data"))  # fmt: skip


def _types_table(verdicts: "Types", lang: Lang) -> Any:
    return output.table(
        "",
        [(text("column.commodity", lang), "left"), (text("column.type", lang), "left"),
         (text("column.firmness", lang), "left"), (text("column.decided_by", lang), "left")],
        ([names.label(v.commodity, lang), text(f"type.{v.type}", lang), text(f"firmness.{v.firmness}", lang),
          "\n".join(v.row(lang)["decided_by"])] for v in verdicts),
    )  # fmt: skip


def _effect_table(row: dict[str, Any], lang: Lang) -> Any:
    from shigen.model.indicators import indicators
    from shigen.model.levers import size_in_words

    declared = indicators()

    def cell(key: str) -> str:
        value = row[key]
        if value is None or value in ("", []):
            return numbers.ABSENT if value in ("", []) else text("chart.missing", lang)
        if key in worded:
            return worded[key](value)
        return numbers.plain(value) if isinstance(value, float) else str(value)

    worded: dict[str, Callable[[Any], str]] = {
        "host": lambda value: names.label(value, lang), "lever": lambda value: text(f"lever.{value}", lang),
        "size": lambda value: size_in_words(row["lever"], value, lang),
        **dict.fromkeys(("raised", "lowered", "left_out"),
                        lambda value: joined([declared[k].name[lang] for k in value], lang)),
        **dict.fromkeys(("scrap_share", "recycling_ceiling"), lambda value: numbers.percent(value, 1)),
        "scrap_absent": lambda value: text(f"scrap_absent.{value}", lang),
        **dict.fromkeys(("cost_basis", "year_basis"), lambda value: _basis(value, lang)),
    }  # fmt: skip
    shown = [k for k in row if k not in ("commodity", "effect", "unit")]
    return output.table(
        names.label(row["commodity"], lang),
        [("", "left"), ("", "left")],
        ([text(f"effect.{'scrap_ceiling' if k == 'scrap_share' else k}", lang), cell(k)] for k in shown),
    )


def _basis(value: str, lang: Lang) -> str:
    """Return what a figure rests on in words: none, the user's, or the kind of its figure and its source."""
    if value in ("no_figure", "user_figure"):
        return text(f"basis.{value}", lang)
    kind, _, source = value.partition(": ")
    named = source_words(source, lang)
    return named if kind == source else f"{text(f'flag.{kind}', lang)}{text('basis.colon', lang)}{named}"
