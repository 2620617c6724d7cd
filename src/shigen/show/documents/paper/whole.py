"""The report of a run as PDF."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

from shigen import __version__
from shigen.base import names
from shigen.base.i18n import Lang, joined, text
from shigen.model.records import meta
from shigen.show.charts.drawing import Drawer, Here
from shigen.show.documents.paper.setting import lettered, pdf
from shigen.show.documents.paper.told import told
from shigen.show.report.blocks import parts
from shigen.show.report.used import inputs_hash

if TYPE_CHECKING:
    from shigen.show.report.html import Picture
    from shigen.study.run import Run


def paper(run: "Run", lang: Lang, drawn: "Mapping[str, Picture]") -> bytes:
    """Return the report of a run in a language, see `begun`."""
    return begun(run, lang, drawn, Here()).result()


def begun(run: "Run", lang: Lang, drawn: "Mapping[str, Picture]", setter: Drawer | Here) -> Future[bytes]:
    """Return what will be the report of a run in a language: every block that is for paper, in their order.

    Parameters
    ----------
    run : Run
        All of it is asked for.
    lang : {"ja", "en"}
        Language of all words.
    drawn : mapping
        The pictures of the study by name, as `folder.drawing` draws them.
    setter : Drawer or Here
        Whose workers set it.
    """
    made = parts(run, lang, {name: picture.chart for name, picture in drawn.items()})
    importer, year = names.label(run.study.importer, lang), run.study.year
    about = meta(run.now)
    editions = joined(about["as_of"], lang) or text("report.newest_editions", lang)
    foot = text("report.generated", lang, version=__version__, editions=editions,
                basis=text(f"report.basis_{about['basis']}", lang))  # fmt: skip
    return setter.start(pdf, "report.typ", {
        "lang": lang,
        "title": lettered(text("report.title", lang, importer=importer, year=year)),
        "subtitle": text("report.subtitle", lang, count=len(run.study.commodities)),
        "contents": text("report.contents", lang),
        "foot": lettered(foot), "hash": text("report.inputs", lang, hash=inputs_hash(run)[:16]),
        "parts": told(made, lang, {name: picture.svg_text for name, picture in drawn.items()}),
    })  # fmt: skip
