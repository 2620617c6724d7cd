"""`shigen backtest`: what indicators and methods said before exports were restricted, and the forecast on record."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import typer

from shigen.base import names
from shigen.base.errors import UserError, check_view
from shigen.base.i18n import Lang, text
from shigen.show.cli import output
from shigen.show.cli.odds_table import figure, span
from shigen.show.cli.options import Options

if TYPE_CHECKING:
    from shigen.study.backtest.table import Backtest

VIEWS: Final = ("scores", "events", "specifications", "forecast", "judged")


def add(app: typer.Typer, lang: Lang) -> None:
    """Add the verb to the application."""
    shared = Options(lang)

    def t(key: str) -> str:
        return text(f"cli.{key}", lang)

    @app.command(help=t("backtest_help"))
    def backtest(
        view: str = typer.Option("scores", help=t("opt_backtest_view")),
        record: Path = typer.Option(None, help=t("opt_backtest_record"), show_default=False),
        against: Path = typer.Option(None, help=t("opt_backtest_against"), show_default=False),
        overlay: list[Path] = shared.overlay,
        format: str = shared.form,  # noqa: A002 - the option's fixed name
        out: Path = shared.out,
        lang_: str = shared.lang,
        quiet: bool = shared.quiet,
    ) -> None:
        from shigen.study.backtest import table, words
        from shigen.study.backtest.come_true import judge, read_record

        output.check_format(format)
        check_view(view, VIEWS)
        if view == "judged" and against is None:
            raise UserError("judged_against")
        facts = output.facts(overlay)
        came = None if against is None else judge(read_record(against), facts)
        found = table.backtest(facts)
        if record is not None:
            record.mkdir(parents=True, exist_ok=True)
            written = record / found.record().file
            written.write_text(found.record().content(), "utf-8")
            if not quiet:
                output.say(text("backtest.recorded", lang, path=str(written)))
        rows, columns = _rows(found, came, view, lang)
        told = [words.answer(found, lang), *(say(found, lang) for say in (
            words.field, words.counted, words.controls, words.specified, words.expected)),
            text("backtest.cannot", lang)]  # fmt: skip
        if came is not None:
            told.insert(0, words.came_true(came, lang))
        if format == "table" and not quiet:
            for sentence in told:
                output.say(sentence)
        whole = {"meta": {"sentences": told, "forecast": found.record().as_json(), "judged": came}, "records": rows}
        output.emit(output.shown(format, rows, columns, lambda: _TABLES[view](rows, lang), whole), out, lang)


def _rows(
    found: "Backtest", came: dict[str, Any] | None, view: str, lang: Lang
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Return the rows of a view and their columns."""
    from shigen.study.backtest import table
    from shigen.study.backtest.come_true import JUDGED_COLUMNS

    if view == "scores":
        return found.records(lang), table.COLUMNS
    if view == "events":
        return found.happened(lang), table.EVENT_COLUMNS
    if view == "specifications":
        return found.curve(lang), table.CURVE_COLUMNS
    if view == "judged":
        return [] if came is None else came["steps"], JUDGED_COLUMNS
    return found.listed(lang), table.FORECAST_COLUMNS


def _heads(keys: dict[str, str], lang: Lang) -> list[tuple[str, Any]]:
    return [(text(f"backtest.head.{key}", lang), side) for key, side in keys.items()]


def _scores(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the scores as a table to read: of what was restricted, by what was printed."""
    heads = {"score": "left", "n": "right", "hits": "right", "events": "right", "auc": "right", "interval": "right",
             "percentile": "right", "largest": "right", "china": "right", "verdict": "left"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        return [row["name"], str(row["n"]), str(row["hits"]), str(row["events"]), figure(row["auc"]),
                span(row["auc_low"], row["auc_high"]) if row["auc_low"] is not None else "–",
                figure(row["percentile"]), figure(row["largest"]), figure(row["china"]),
                text(f"backtest.verdict.{row['verdict'] or 'few'}", lang)]  # fmt: skip

    shown = [row for row in rows if (row["facts"], row["outcome"]) == ("printed", "restricted")]
    return output.table("", _heads(heads, lang), map(cells, shown))


def _events(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the events as a table to read."""
    heads = {"date": "left", "event": "left", "unit": "left", "tested": "left", "ours": "right", "largest": "right",
             "price_12": "right"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        unit = f"{row['name']} ({text('step.' + row['step'], lang)})" if row["name"] else "–"
        return [row["date"], row["title"], unit, text(f"backtest.tested.{row['tested']}", lang),
                figure(row["ours"]), figure(row["largest"]), figure(row["price_12"])]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


def _specifications(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the specification curve as a table to read, the best first."""
    heads = {"facts": "left", "choice": "left", "scaling": "left", "weights": "left", "hits": "right", "auc": "right",
             "largest": "right"}  # fmt: skip

    def cells(row: dict[str, Any]) -> list[str]:
        return [text(f"backtest.facts.{row['facts']}", lang), text(f"backtest.window.{row['events']}", lang),
                text(f"backtest.scaling.{row['scaling']}", lang), row["weights"], str(row["hits"]),
                figure(row["auc"]), figure(row["largest"])]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, sorted(rows, key=lambda row: -row["auc"])))


def _forecast(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return the forecast as a table to read."""
    heads = {"rank": "right", "unit": "left", "ours": "right", "odds": "right", "largest": "right", "china": "right"}

    def cells(row: dict[str, Any]) -> list[str]:
        unit = f"{names.label(row['commodity'], lang)} ({text('step.' + row['step'], lang)})"
        return [str(row["rank"]), unit, figure(row["score"]), figure(row["odds"]), figure(row["largest"]),
                figure(row["china"])]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


def _judged(rows: list[dict[str, Any]], lang: Lang) -> Any:
    """Return what came of a forecast as a table to read."""
    heads = {"rank": "right", "unit": "left", "ours": "right", "odds": "right", "came": "left", "date": "left"}

    def cells(row: dict[str, Any]) -> list[str]:
        unit = f"{names.label(row['commodity'], lang)} ({text('step.' + row['step'], lang)})"
        return [str(row["rank"]), unit, figure(row["score"]), figure(row["odds"]),
                text("backtest.came.yes" if row["came"] else "backtest.came.no", lang), row["date"] or "–"]  # fmt: skip

    return output.table("", _heads(heads, lang), map(cells, rows))


_TABLES: Final = {"scores": _scores, "events": _events, "specifications": _specifications, "forecast": _forecast,
                  "judged": _judged}  # fmt: skip
