"""The workbook of a run: its sheets, from the inputs to the answer."""

from typing import TYPE_CHECKING

from shigen.base.i18n import Lang
from shigen.show.documents.book import front, intake, others, pictures, results, stops, supply
from shigen.show.documents.book.held import Held

if TYPE_CHECKING:
    from shigen.study.run import Run


def workbook(run: "Run", lang: Lang) -> bytes:
    """Return the workbook of a run in a language: the same bytes each time.

    The inputs come first, so that what is made of them knows where they stand; the sheets are in the order of `SHEETS`.
    """
    a = Held(run, lang)
    others.choices(a)
    supply.production(a)
    supply.reserves(a)
    intake.governance(a)
    intake.imports(a)
    others.prices(a)
    others.others(a)
    results.axes_sheet(a)
    results.stages_sheet(a)
    results.types_sheet(a)
    pictures.data(a)
    pictures.results(a)
    pictures.charts(a)
    front.policies(a)
    stops.stops(a)
    stops.months(a)
    front.changes(a)
    front.sources(a)
    front.answer(a)
    return a.book.close(a.w("title"))
