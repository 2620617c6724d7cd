"""`shigen replays`: stops of supply that have been, played again, beside what happened."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from shigen.base.errors import check_view
from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.odds_table import figure, span
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.study.replays.table import Replays

VIEWS: Final = ("outcomes", "scores", "estimates")


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("replays_help"))
    def replays(
        view: str = typer.Option("outcomes", help=t("opt_replays_view")),
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.study.replays import table, words

        output.check_format(format)
        check_view(view, VIEWS)
        found = table.replays(output.facts(overlay))
        rows, columns = _rows(found, view, lang)
        told = [*(say(found, lang) for say in (words.answer, words.missed, words.firm, words.unplayed)),
                *words.limits(found, lang)]  # fmt: skip
        if format == "table" and not quiet:
            for sentence in filter(None, told):
                output.say(sentence)
        whole = {"meta": {"sentences": told}, "records": rows}
        output.emit(output.shown(format, rows, columns, lambda: _TABLES[view](rows, lang), whole), out, lang)


def _rows(found: "Replays", view: str, lang: Lang) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the rows of a view and their columns."""
    from shigen.study.replays import table

    if view == "outcomes":
        return found.records(lang), table.COLUMNS
    return (found.scored(lang), table.SCORE_COLUMNS) if view == "scores" else (
        found.estimated(lang), table.ESTIMATE_COLUMNS)  # fmt: skip


def _heads(keys: dict[str, str], lang: Lang) -> list[tuple[str, Any]]:
    return [(text(f"replays.head.{key}", lang), side) for key, side in keys.items()]


def _outcomes(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return what happened beside the bands as a table to read."""
    from shigen.study.replays import words

    heads = {"event": "left", "home": "left", "measure": "left", "model": "right", "came": "right",
             "verdict": "left", "confidence": "left"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        verdict = text(f"replays.verdict.{row['verdict']}", lang)
        doubt = f" ({row['why']})" if row["why"] else ""
        return [row["title"], row["home_name"], row["measure_name"] or "–", words.band(row, lang),
                words.cell(row, "came", lang) if row["came"] is not None else "–", verdict + doubt,
                text(f"backtest.confidence.{row['confidence']}", lang)]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


def _scores(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the scores of prices as a table to read."""
    heads = {"cases": "left", "band": "left", "n": "right", "events": "right", "coverage": "right",
             "median_error": "right", "score": "right"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        interval = f" ({span(row['coverage_low'], row['coverage_high'])})" if row["n"] else ""
        return [text(f"replays.cases.{row['cases']}", lang), row["name"], str(row["n"]), str(row["events"]),
                figure(row["coverage"]) + interval, figure(row["median_error"]), figure(row["score"])]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


def _estimates(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return what others published as a table to read."""
    from shigen.study.replays import words

    heads = {"event": "left", "measure": "left", "estimate": "right", "model": "right", "estimates": "left",
             "source": "left"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        return [row["title"], row["measure_name"], words.cell(row, "value", lang), words.band(row, lang),
                row["note"], row["source"]]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


_TABLES: Final = {"outcomes": _outcomes, "scores": _scores, "estimates": _estimates}
