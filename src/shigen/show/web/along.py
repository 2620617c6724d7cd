"""All that one slider of a mineral can answer, in one pass: the radar follows the hand without asking again."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import QueryParams

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang
from shigen.figures.factbase import FactBase
from shigen.model.reach import STEPS, Reach, reach
from shigen.model.whatif import Question
from shigen.show.web import answers
from shigen.show.web.asked import Asked, levers_of
from shigen.show.web.kept import kept
from shigen.show.web.lanes import Laned
from shigen.show.web.problems import in_path
from shigen.show.web.visits import visit_of
from shigen.show.web.whatif import answers_of

router = APIRouter(route_class=Laned)
PLACES = STEPS + 1
"""Where a slider can stand."""


@router.get("/minerals/{commodity}/along")
def along(commodity: str, request: Request) -> Response:
    """Answer with the radar and the stage risks at each place of the slider `along`, beside the policies that are set.

    Without `along`: of the policies that are set alone.
    """
    visit = visit_of(request)
    key = in_path(names.commodity, commodity)
    slider, asked = visit.query.get("along"), visit.asked.about(key)
    levers_of(visit.query, key)
    visit.query.refuse_rest()
    given = tuple((name, word) for name, word in visit.query.multi_items() if name not in ("along", slider))
    sizes: tuple[str | None, ...] = (None,)
    if slider:
        sliders = {one.key: one for one in reaches(visit.facts, asked, key)}
        if slider not in sliders:
            raise UserError(
                "unknown_lever", suggestions=suggest(slider, sliders), word=slider, known=", ".join(sliders)
            )
        sizes = tuple(f"{place * sliders[slider].step:.12g}" for place in range(PLACES))
    return JSONResponse(_answers(visit.facts, asked, key, given, slider, sizes, visit.lang))


@kept(96)
def reaches(facts: FactBase, asked: Asked, commodity: str) -> list[Reach]:
    """Return the sliders of a mineral."""
    now = answers.now_of(facts, asked)
    return reach(now.chain.sel(commodity=commodity), commodity, scoring=now.scoring, facts=facts)


@kept(48)
def _answers(
    facts: FactBase, asked: Asked, commodity: str, given: tuple[tuple[str, str], ...], slider: str | None,
    sizes: tuple[str | None, ...], lang: Lang,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return what becomes of a mineral at each size of a policy, beside the policies that an address gives."""
    at = partial(_levers, given, slider)
    questions = [Question(levers_of(at(size), commodity), (commodity,)) for size in sizes]
    return [
        {"size": size, "chart": answer.chart, "stages": {row["stage"]: row["risk"] for row in answer.stages}}
        for size, answer in zip(sizes, answers_of(facts, asked, questions, lang), strict=True)
    ]


def _levers(given: tuple[tuple[str, str], ...], slider: str | None, size: str | None) -> QueryParams:
    """Return the parameters of an address with one policy at a size."""
    return QueryParams([*given, *([(slider, size)] if slider and size else [])])
