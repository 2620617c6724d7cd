"""`shigen uncertainty`: how sure the figures are, by draws of all that is uncertain."""

from pathlib import Path
from typing import Any, Final

import typer

from shigen.base import names
from shigen.base.errors import check_view
from shigen.base.i18n import Lang, joined, text
from shigen.model.spread import DRAWS, SEED
from shigen.show.cli import driven, output, sweep
from shigen.show.cli.odds_table import figure, span, table_of
from shigen.show.cli.options import Options
from shigen.show.cli.policy import run_of


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("uncertainty_help"))
    def uncertainty(
        commodities: list[str] = shared.commodities,
        draws: int = typer.Option(None, help=t("opt_draws"), show_default=str(DRAWS)),
        seed: int = typer.Option(SEED, help=t("opt_seed")),
        view: str = typer.Option("stages", help=t("opt_uncertainty_view")),
        importer: str = shared.importer,
        importers: str = typer.Option(None, help=t("opt_importers"), show_default=False),
        year: int = shared.year,
        years: str = shared.years,
        workers: int = typer.Option(None, help=t("opt_workers"), show_default=False),
        scheduler: str = typer.Option(None, help=t("opt_scheduler"), show_default=False),
        edition: list[str] = shared.edition,
        overlay: list[Path] = shared.overlay,
        basis: str = shared.basis,
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = typer.Option(None, help=t("opt_uncertainty_out"), show_default=False),
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.base.memory import keep_freed
        from shigen.model.drivers_records import COLUMNS as DRIVER_COLUMNS
        from shigen.model.odds_records import COLUMNS, meta, records
        from shigen.model.spread import Uncertainty, at_least_one
        from shigen.study.designs import DESIGN_COLUMNS

        keep_freed()
        output.check_format(format)
        check_view(view, [*COLUMNS, *DRIVER_COLUMNS, DESIGNS, *CHECKED])
        if view in CHECKED:
            _checked(view, format, out, lang, overlay, quiet=quiet)
            return
        chosen = at_least_one(Uncertainty(draws=DRAWS if draws is None else draws, seed=seed))
        if any(one is not None for one in (importers, years, workers, scheduler)):
            whose = importer if importers is None else importers
            ask = sweep.Ask(commodities, whose, year, years, edition, overlay, basis, workers, scheduler)
            sweep.run(ask, chosen, view, format, out, lang, quiet=quiet)
            return
        run = run_of(output.facts(overlay), commodities, importer, year, edition, basis)
        if view == DESIGNS:
            by_rule = run.designs.by_design(lang)
            if format == "table" and not quiet:
                output.say(run.designs.sentence(lang))
            whole = {"meta": {"ranks": run.designs.by_mineral(lang)}, "records": by_rule}
            output.emit(
                output.shown(format, by_rule, DESIGN_COLUMNS, lambda: _designs(by_rule, lang), whole), out, lang
            )
            return
        if view in DRIVER_COLUMNS:
            shown, note = driven.view(run, chosen, view, format, lang)
            if format == "table" and not quiet:
                output.say(note)
            output.emit(shown, out, lang)
            return
        counted = run.odds(chosen, policies=view == "levers")
        rows, about = records(counted, view), meta(counted)
        whole = {"meta": about, "records": rows}
        if format == "table" and not quiet:
            output.say(text("uncertainty.drawn", lang, draws=f"{counted.drawn:,}", seed=about["seed"],
                            error=f"{about['error'] or 0:.4f}"))  # fmt: skip
        shown = output.shown(format, rows, COLUMNS[view], lambda: table_of(view, rows, lang), whole)
        output.emit(shown, out, lang)


DESIGNS: Final = "designs"
"""The view of other rules, which needs no draws."""


CHECKED: Final = ("coverage", "misses")
"""The views of what came later: of all that is held, whatever mineral is asked for."""


def _checked(view: str, form: str, out: Path, lang: Lang, overlay: list[Path], *, quiet: bool) -> None:
    """Print how good intervals are, or what they missed."""
    from shigen.model.hindcast.cases import LEVEL
    from shigen.model.hindcast.score import GOAL
    from shigen.model.hindcast.table import COLUMNS, MISS_COLUMNS, hindcast

    found = hindcast(output.facts(overlay))
    rows, columns = (found.records(lang), COLUMNS) if view == "coverage" else (found.misses(lang), MISS_COLUMNS)
    if form == "table" and not quiet:
        output.say(found.sentence(lang))
    about = {"level": LEVEL, "goal": list(GOAL), "editions": list(found.editions), "sentence": found.sentence(lang),
             "decided": found.decided(lang)}  # fmt: skip
    made = _coverage if view == "coverage" else _misses
    output.emit(
        output.shown(form, rows, columns, lambda: made(rows, lang), {"meta": about, "records": rows}), out, lang
    )


def _coverage(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the coverage as a table to read."""
    heads = [("tested", "left"), ("of", "left"), ("n", "right"), ("coverage", "right"), ("interval", "right"),
             ("width", "right"), ("score", "right"), ("guess", "right"), ("width", "right"), ("score", "right"),
             ("better", "left"), ("factor", "right"), ("widened", "right")]  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        if not row["n"]:
            return [row["input_name"], row["note"], "0", *["–"] * 10]
        figures = [figure(row[key]) for key in ("guess_coverage", "guess_width", "guess_score")]
        return [row["input_name"], row["level_name"], f"{row['n']:,}", figure(row["coverage"]),
                span(row["coverage_low"], row["coverage_high"]), figure(row["width"]), figure(row["interval_score"]),
                *figures, text(f"hindcast.which.{row['better']}", lang), figure(row["factor"]),
                figure(row["widened"])]  # fmt: skip

    return output.table("", [(text(f"hindcast.head.{key}", lang), side) for key, side in heads], map(cells, rows))


def _misses(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return what was missed as a table to read."""
    heads = [(text("hindcast.head.tested", lang), "left"), (text("column.commodity", lang), "left"),
             (text("column.country", lang), "left"), (text("column.year", lang), "right"),
             (text("hindcast.head.interval", lang), "right"), (text("hindcast.head.came", lang), "right")]  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        where = [names.label(key, lang) for key in (row["country"], row["importer"]) if key]
        form = ".2f" if row["unit"] == "1" else ",.0f"
        return [row["input_name"], row["name"] or row["code"], " ".join(where) or "–", str(row["year"]),
                span(row["low"], row["high"], form), figure(row["came"], form)]  # fmt: skip

    return output.table("", heads, map(cells, rows))


def _designs(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the designs as a table: those that touch a stage."""
    heads = [(text("csv.designs.name", lang), "left"), (text("column.stage", lang), "left"),
             (text("csv.designs.worst", lang), "left"), (text("csv.designs.same_worst", lang), "left"),
             (text("csv.designs.types_changed", lang), "left")]  # fmt: skip

    def minerals(keys: list[str]) -> str:
        return joined([names.label(key, lang) for key in keys], lang) or "–"

    return output.table("", heads, (
        [row["name"], text(f"stage.{row['stage']}", lang), minerals(row["worst"]),
         text("designs.kept" if row["same_worst"] else "designs.other", lang), minerals(row["types_changed"])]
        for row in rows if row["touched"]
    ))  # fmt: skip
