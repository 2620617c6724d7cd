"""`shigen disrupt`: what happens when supply stops, in tonnes, days and prices."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from shigen.base import names
from shigen.base.errors import UserError, check_view
from shigen.base.i18n import Lang, text
from shigen.base.numbers import amount
from shigen.show.cli import output
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase
    from shigen.study.stops.played import Stops

VIEWS: Final = ("stops", "months", "helps", "elsewhere", "parameters", "measures")
DRAWS: Final = 1024


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    def option(default: Any, key: str, *names_: str) -> Any:
        return typer.Option(default, *names_, help=t(f"opt_disrupt_{key}"), show_default=False)

    @app.command(help=t("disrupt_help"))
    def disrupt(
        commodities: list[str] = shared.commodities,
        importer: str = shared.importer,
        year: int = shared.year,
        measure: str = option("", "measure"),
        stops: list[str] = option(None, "stops"),
        against: list[str] = option(None, "against"),
        form: str = option("", "form"),
        step: str = option("", "step"),
        kind: str = option("export", "kind"),
        share: float = option(1.0, "share"),
        starts: str = option("", "starts"),
        months: float = option(None, "months"),
        leak: str = option(None, "leak"),
        horizon: int = option(36, "horizon"),
        draws: int = typer.Option(DRAWS, help=t("opt_disrupt_draws")),
        view: str = typer.Option("stops", help=t("opt_disrupt_view")),
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.study.stops import rows as tables
        from shigen.study.stops import words

        output.check_format(format)
        check_view(view, VIEWS)
        facts = output.facts(overlay)
        if view == "measures":
            told = tables.measure_rows(facts, lang)
            shown = output.shown(format, told, tables.MEASURE_COLUMNS, lambda: _measures(told, lang), told)
            return output.emit(shown, out, lang)
        given: dict[str, Any] = {
            "measure": measure, "form": form, "step": step, "kind": kind, "share": share, "starts": starts,
            "months": months, "leak": _leak(leak), "horizon": horizon, "against": against or "",
        }  # fmt: skip
        if stops:
            given["stops"] = stops
        found = _played(given, commodities, importer, year, draws, view, facts)
        if format == "table" and not quiet:
            for sentence in [*words.headline(found, lang), text("disruption.closures", lang),
                             text("disruption.cannot", lang)]:  # fmt: skip
                output.say(sentence)
        rows, columns = _rows(found, view, lang)
        whole: Any = rows
        if view == "stops":
            whole = {**(tables.as_json(found, lang) or {}), "months": tables.by_month(found, lang)}
        output.emit(output.shown(format, rows, columns, lambda: _table(found, view, rows, lang), whole), out, lang)
        return None


def _leak(word: str | None) -> str | float | None:
    try:
        return float(word) if word is not None else None
    except ValueError:
        return word


def _played(given: dict[str, Any], words: Sequence[str] | None, importer: str, year: int | None, draws: int, view: str,
            facts: "FactBase") -> "Stops":  # fmt: skip
    """Play what the options ask for: by the default choice of a study where they name nothing."""
    from shigen.study.choices import question
    from shigen.study.run import Run
    from shigen.study.stops.played import stops
    from shigen.study.stops.spec import StopSpec

    home = names.importer(importer)
    if home in names.blocs():
        raise UserError("disruption_bloc", word=home)
    spec = StopSpec.model_validate(given)
    chosen: list[StopSpec] | None = None if spec == StopSpec.model_validate({"against": ""}) else [spec]
    minerals = list(words or ())
    if chosen and spec.measure and not minerals:
        minerals = list(dict.fromkeys(item.commodity for item in spec.preset(facts).items))  # type: ignore[union-attr]
    run = Run(question(home, year=year, commodities=minerals), facts=facts)
    levers = run.levers if view in ("stops", "helps") else ()
    return stops(chosen, home, run.chain, levers=levers, draws=draws, facts=facts)


def _rows(found: "Stops", view: str, lang: Lang) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the rows of a view and their columns."""
    from shigen.study.stops import rows as tables

    if view == "parameters":
        return tables.parameter_rows(found, lang), tables.PARAMETER_COLUMNS
    of: dict[str, tuple[Callable[[Stops, Lang], list[dict[str, Any]]], tuple[str, ...]]] = {
        "stops": (tables.stop_rows, tables.STOP_COLUMNS), "months": (tables.by_month, tables.MONTH_COLUMNS),
        "helps": (tables.help_rows, tables.HELP_COLUMNS),
        "elsewhere": (tables.elsewhere_rows, tables.ELSEWHERE_COLUMNS),
    }  # fmt: skip
    make, columns = of[view]
    return make(found, lang), columns


def _table(found: "Stops", view: str, rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return a view as a table to read."""
    if view == "stops":
        return _stops(found, lang)
    heads, cells = _PLAIN[view]
    titles = [(text(f"disruption.head.{key}" if key in _OWN else f"column.{key}", lang), side)
              for key, side in heads.items()]  # fmt: skip
    return output.table("", titles, (cells(row, lang) for row in rows))


def _stops(found: "Stops", lang: Lang) -> Any:
    from shigen.study.stops import words

    heads = {"commodity": "left", "restricted": "left", "design": "left", "chance": "right", "first_month": "right",
             "cover_days": "right", "short_amount": "right", "peak": "right", "reason": "left"}  # fmt: skip
    lines = []
    for one in found.rows:
        design = text(f"disruption.design.{one.design}", lang) if one.design else "–"
        cells = [words.item_name(one, lang), words.scenario(one, lang), design]
        if one.told is None:
            lines.append([*cells, "–", "–", "–", "–", "–", words.answer(one, found.draws, lang)])
            continue
        first, short, peak = one.told.first["rationing"], one.told.short["rationing"], one.told.peak
        lines.append([
            *cells, f"{words.chance(one.told.within)} %", words.month(first.p50, lang),
            words.days(one.told.cover.p50, lang), words.mass(short.p50, one.told, lang),
            words.ratio(peak.p50, one.told, lang) if peak else "–", words.unfirm(one, lang),
        ])  # fmt: skip
    return output.table("", [(text(f"column.{key}", lang), side) for key, side in heads.items()], lines)


def _measures(rows: list[dict[str, Any]], lang: Lang) -> Any:
    heads = ("column.measure_id", *(f"disruption.head.{key}" for key in ("date", "title", "minerals")))
    titles: list[tuple[str, Any]] = [(text(key, lang), "left") for key in heads]
    return output.table("", titles, ([row["measure"], row["date"], row["title"], row["minerals"]] for row in rows))


def _name(row: dict[str, Any], lang: Lang) -> list[str]:
    return [row["name"], text(f"disruption.design.{row['design']}", lang) if row["design"] else "–"]


def _month_cells(row: dict[str, Any], lang: Lang) -> list[str]:
    return [*_name(row, lang), text(f"disruption.closure.{row['closure']}", lang), str(row["month"]),
            text(f"disruption.measure.{row['quantity']}", lang), amount(row["p05"]), amount(row["p50"]),
            amount(row["p95"]), row["unit"]]  # fmt: skip


def _help_cells(row: dict[str, Any], lang: Lang) -> list[str]:
    return [*_name(row, lang), row["lever_name"], text(f"disruption.when.{row['when']}", lang),
            str(row["month"] or "–"), amount(row["saves_p50"]), amount(row["saves_p95"]), amount(row["days_gained"]),
            row["reason"]]  # fmt: skip


def _elsewhere_cells(row: dict[str, Any], lang: Lang) -> list[str]:
    return [*_name(row, lang), text(f"disruption.closure.{row['closure']}", lang), row["country_name"],
            f"{100 * row['share']:.1f} %"]  # fmt: skip


def _parameter_cells(row: dict[str, Any], lang: Lang) -> list[str]:
    return [*_name(row, lang), row["parameter_name"], f"{row['low']:g}", f"{row['central']:g}", f"{row['high']:g}",
            row["unit"], row["source"] or row["note"]]  # fmt: skip


_OWN: Final = frozenset({"month", "closure", "measure", "p05", "p50", "p95", "user", "share", "parameter", "low",
                         "central", "high", "unit", "source"})  # fmt: skip
_LEFT: Final = {"commodity": "left", "design": "left"}
_PLAIN: Final[dict[str, tuple[dict[str, str], Callable[[dict[str, Any], Lang], list[str]]]]] = {
    "months": (_LEFT | {"closure": "left", "month": "right", "measure": "left", "p05": "right", "p50": "right",
                        "p95": "right", "unit": "left"}, _month_cells),
    "helps": (_LEFT | {"policy": "left", "help_when": "left", "help_month": "right", "help_saves": "right",
                       "p95": "right", "help_days": "right", "reason": "left"}, _help_cells),
    "elsewhere": (_LEFT | {"closure": "left", "user": "left", "share": "right"}, _elsewhere_cells),
    "parameters": (_LEFT | {"parameter": "left", "low": "right", "central": "right", "high": "right", "unit": "left",
                            "source": "left"}, _parameter_cells),
}  # fmt: skip
