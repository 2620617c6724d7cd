"""The slides of a study, in the order of METI's own deck: the answer, the way to it, types, what to do, how sure."""

from typing import TYPE_CHECKING

from shigen import __version__
from shigen.base.i18n import Lang, text
from shigen.show.documents import slides_ahead, slides_answer, slides_risk, slides_stops, slides_todo, slides_types
from shigen.show.documents.making import Making
from shigen.show.documents.parts import Slide

if TYPE_CHECKING:
    from shigen.study.run import Run


def outline(run: "Run", lang: Lang) -> list[Slide]:
    """Return the slides of a run, the cover first; one for which the tables hold nothing is left out."""
    a = Making(run, lang)
    return [
        cover(a),
        *slides_answer.conclusion(a),
        *slides_answer.targets(a),
        *slides_answer.method(a),
        *slides_risk.upstream(a),
        *slides_risk.controls(a),
        *slides_risk.supply(a),
        *slides_risk.price(a),
        *slides_ahead.demand(a),
        *slides_ahead.lower(a),
        *slides_risk.changed(a),
        *slides_types.types(a),
        *slides_types.of_types(a),
        *slides_todo.effects(a),
        *slides_ahead.ceiling(a),
        *slides_stops.stops(a),
        *slides_todo.elsewhere(a),
        *slides_answer.sure(a),
        *slides_todo.decide(a),
    ]


def title(lang: Lang) -> str:
    """Return the name of the deck."""
    return text("deck.name", lang)


def cover(a: Making) -> Slide:
    """Return the cover: what is assessed, for whom, of which year and figures."""
    importer, year = a.name(a.run.study.importer), a.run.study.year
    lines = (
        a.t("deck.cover", importer=importer, year=year, minerals=len(a.order)),
        a.t("deck.figures", snapshot=a.facts.name, version=__version__),
    )
    return Slide("cover", a.t("deck.name"), subtitle=lines, speech=(a.t("report.question"), a.t("deck.made")))
