"""One operation for how sure the figures are: intervals, odds, ranges of rank, chances of policies."""

from functools import reduce
from operator import or_
from typing import Annotated, Final

from fastapi import Query
from fastapi.responses import Response

from shigen.base import given
from shigen.base.errors import check_view
from shigen.model.odds_records import COLUMNS, meta, records
from shigen.model.spread import DRAWS, SEED, Uncertainty
from shigen.show.web import answers
from shigen.show.web import shapes as of
from shigen.show.web.columns import many, row, whole
from shigen.show.web.route import Facts, Form, Question, api_router, gives, respond, view_of

router = api_router()
MOST_DRAWS: Final = 16_384
"""Draws that one call may ask for."""

_COUNTED: Final = {"ranks": {"p05": int | None, "p50": int | None, "p95": int | None, "next": str | None}}
_MODELS: Final = [
    row(f"Odds{view.title()}", columns, f"A row of the view `{view}`.", sure=("commodity", "importer", "year"),
        **_COUNTED.get(view, {}))
    for view, columns in COLUMNS.items()
]  # fmt: skip
Drawn = whole("Drawn", "What draws of all that is uncertain say.",
              {"meta": of.MetaDrawn, "records": reduce(or_, map(many, _MODELS))})  # fmt: skip


@router.get("/uncertainty", summary="Intervals, odds of types, ranges of rank, chances of policies",
            responses=gives(Drawn, COLUMNS["stages"]))  # fmt: skip
def get_uncertainty(
    base: Facts, asked: Question,
    view: Annotated[str, view_of(*COLUMNS)] = "stages",
    draws: Annotated[int, Query(description="How many, at most 16384", examples=[1024])] = DRAWS,
    seed: Annotated[int, Query(description="The same seed gives the same figures")] = SEED,
    form: Form = "json"
) -> Response:  # fmt: skip
    check_view(view, COLUMNS)
    given.number(draws, "draws", "between_whole", least=1.0, most=MOST_DRAWS, low="1", high=f"{MOST_DRAWS:,}")
    Uncertainty(seed=seed)  # refuses a seed that is none
    counted = answers.odds_of(base, asked, draws, seed, view == "levers")
    rows = records(counted, view)
    return respond(form, {"meta": meta(counted), "records": rows}, rows, COLUMNS[view], f"uncertainty-{view}")
