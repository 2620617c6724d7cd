"""The views of `shigen uncertainty` on what drives it: shares of variance, and tornados."""

from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, capital, joined, text
from shigen.show.cli import output

if TYPE_CHECKING:
    from shigen.model.drivers import Drivers
    from shigen.model.spread import Uncertainty
    from shigen.model.tornado import Tornado
    from shigen.study.run import Run

LEAST: Final = 0.05
"""Share of the variance below which an input is not named in a table."""


def view(run: "Run", chosen: "Uncertainty", name: str, form: str, lang: Lang) -> tuple[str, str]:
    """Return a view in the form that was asked for, and what to know before it is read as a table."""
    from shigen.model.drivers_records import COLUMNS, driver_rows, meta, tornado_rows
    from shigen.model.frozen import LINES_BY

    known = {"draws": f"{chosen.draws:,}", "seed": chosen.seed}
    if name == "drivers":
        found = run.drivers_by(chosen)
        rows, about = driver_rows(found), meta(found)
        note = text("drivers.drawn", lang, lines=f"{100 * LINES_BY:.0f}", **known)
        shown = output.shown(form, rows, COLUMNS[name], lambda: _shares(found, lang), {"meta": about, "records": rows})
    else:
        bars = run.tornado_by(chosen)
        rows, about = tornado_rows(bars), meta(bars)
        note = text("drivers.alone", lang, **known)
        shown = output.shown(form, rows, COLUMNS[name], lambda: _bars(bars, lang), {"meta": about, "records": rows})
    return shown, note


def _shares(found: "Drivers", lang: Lang) -> Any:
    """Return a row a mineral and outcome: its inputs by their total shares, and the figure that would tell most."""
    from shigen.model.drivers import DRIVEN
    from shigen.model.drivers_records import figure_name, lead, percent
    from shigen.model.frozen import OUTPUTS

    def shares(i: int, output_at: int) -> str:
        of = sorted(((float(found.total[n, output_at, i]), name) for n, name in enumerate(DRIVEN)), reverse=True)
        return joined([text("drivers.share", lang, input=text(f"driver.{name}", lang), percent=f"{percent(share)} %")
                       for share, name in of if share >= LEAST], lang) or "–"  # fmt: skip

    def row(i: int, output_at: int) -> list[str]:
        key = OUTPUTS[output_at]
        told = lead(found, i, key)
        figure = "–" if told.input is None else capital(figure_name(told.input, told.cell, lang))
        share = "" if told.input is None else f"{percent(told.own)} %"
        outcome = (text("drivers.type", lang, type=text(f"type.{found.types[i]}", lang)) if key == "type"
                   else text(f"stage.{key}", lang))  # fmt: skip
        return [names.label(found.commodities[i], lang), outcome, shares(i, output_at), figure, share]

    heads = [(text("column.commodity", lang), "left"), (text("drivers.outcome", lang), "left"),
             (text("drivers.shares", lang), "left"), (text("drivers.figure", lang), "left"),
             (text("column.share", lang), "right")]  # fmt: skip
    return output.table("", heads, (row(i, o) for i in range(len(found.commodities)) for o in range(len(OUTPUTS))))


def _bars(found: "Tornado", lang: Lang) -> Any:
    """Return a row a bar."""
    from shigen.model.drivers_records import figure_name, tornado_rows

    heads = [(text("column.commodity", lang), "left"), (text("column.stage", lang), "left"),
             (text("column.risk", lang), "right"), (text("drivers.input", lang), "left"),
             (text("drivers.ends", lang), "right")]  # fmt: skip
    bars = [bar for each in found.bars for bar in each]
    return output.table("", heads, (
        [names.label(row["commodity"], lang), text(f"stage.{row['stage']}", lang),
         "–" if row["risk"] is None else f"{row['risk']:.2f}", capital(figure_name(bar.input, bar.cell, lang)),
         f"{row['p05']:.3f} → {row['p95']:.3f}"]
        for row, bar in zip(tornado_rows(found), bars, strict=True)
    ))  # fmt: skip
