"""Operations on names and declarations, and on the tables of figures themselves."""

from math import isfinite
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import Query, Request
from fastapi.responses import Response

from shigen.base import names
from shigen.base.i18n import LANGS
from shigen.model.indicators import indicators
from shigen.model.levers import lever_kinds
from shigen.show.web import answers
from shigen.show.web import shapes as of
from shigen.show.web.columns import many
from shigen.show.web.route import Facts, Form, api_router, gives, respond

router = api_router()
MOST_ROWS: Final = 10_000
TOTAL: Final = "X-Total-Count"
"""Header that says how many rows there are in all."""


@router.get("/commodities", summary="Minerals, by key, with every name",
            responses=gives(many(of.Commodity), of.COMMODITY_COLUMNS))  # fmt: skip
def list_commodities(form: Form = "json") -> Response:
    rows = [{"key": one.key, "name_ja": one.ja, "name_en": one.en, "symbol": one.symbol, "aliases": list(one.aliases),
             "basis_ja": one.basis_ja, "basis_en": one.basis_en, "meti13": one.meti13 or None}
            for one in names.commodities().values()]  # fmt: skip
    return respond(form, rows, rows, of.COMMODITY_COLUMNS, "commodities")


@router.get("/importers", summary="Countries and blocs that can be the importer",
            responses=gives(many(of.Importer), of.IMPORTER_COLUMNS))  # fmt: skip
def list_importers(form: Form = "json") -> Response:
    rows = [{"key": key, "kind": kind, "name_ja": one.ja, "name_en": one.en, "members": list(names.members(key))}
            for kind, several in (("bloc", names.blocs()), ("country", names.countries()))
            for key, one in several.items()]  # fmt: skip
    return respond(form, rows, rows, of.IMPORTER_COLUMNS, "importers")


@router.get("/indicators", summary="Indicators: formula, unit, line, anchors, reference",
            responses=gives(many(of.Indicator), of.INDICATOR_COLUMNS))  # fmt: skip
def list_indicators(form: Form = "json") -> Response:
    rows = [{"key": one.key, "own": one.own, "axis": one.axis or None, "stage": one.stage,
             **{f"name_{code}": one.name[code] for code in LANGS},
             **{f"formula_{code}": one.written[code] for code in LANGS},
             "unit": one.unit, "least": one.bounds[0], "most": one.bounds[1] if isfinite(one.bounds[1]) else None,
             "high_from": one.high_from,
             "anchors": list(one.anchors) if one.anchors else None, "reads": list(one.reads), "step": one.step,
             **{f"origin_{code}": one.origin[code] for code in LANGS}, "reference": one.reference}
            for one in indicators().values()]  # fmt: skip
    return respond(form, rows, rows, of.INDICATOR_COLUMNS, "indicators")


@router.get("/facts", summary="The tables of figures, or the rows of one",
            responses=gives(many(of.Table) | many(of.Fact), of.TABLE_COLUMNS, {
                TOTAL: "How many rows there are in all", "Link": "The first, previous, next and last rows (RFC 8288)",
            }))  # fmt: skip
def list_facts(
    request: Request, base: Facts,
    table: Annotated[str | None, Query(examples=["production"])] = None,
    commodity: Annotated[str | None, Query(examples=["gallium"])] = None,
    country: Annotated[str | None, Query(examples=["CHN"])] = None,
    year: int | None = None,
    edition: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 1000,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    form: Form = "json",
) -> Response:  # fmt: skip
    if table is None:
        rows = answers.tables(base)
        return _counted(respond(form, rows, rows, of.TABLE_COLUMNS, "facts"), len(rows))
    where = {
        "commodity": names.commodity(commodity) if commodity else None,
        "country": names.country(country) if country else None, "year": year,
        "edition": base.find_edition(edition) if edition else None,
    }  # fmt: skip
    lines = base.rows(table, where, limit=limit, offset=offset)
    response = _counted(
        respond(form, lines, lines, base.tables[table].columns, table), total := base.count(table, where)
    )
    links = _links(request, total, limit, offset)
    if links:
        response.headers["Link"] = links
    return response


def _counted(response: Response, total: int) -> Response:
    response.headers[TOTAL] = str(total)
    return response


def _links(request: Request, total: int, limit: int, offset: int) -> str:
    """Return where the other rows are, as RFC 8288 has it: addresses without host, since a proxy may have another."""
    last = max(total - 1, 0) // limit * limit
    places: dict[str, int | None] = {
        "first": 0 if offset else None, "prev": max(offset - limit, 0) if offset else None,
        "next": offset + limit if offset + limit < total else None, "last": last if offset != last else None,
    }  # fmt: skip
    kept: list[tuple[str, Any]] = [pair for pair in request.query_params.multi_items() if pair[0] != "offset"]
    return ", ".join(f'<{request.url.path}?{urlencode([*kept, ("offset", place)])}>; rel="{rel}"'
                     for rel, place in places.items() if place is not None)  # fmt: skip


@router.get("/levers", summary="Kinds of policies: size, unit, what each acts on",
            responses=gives(many(of.LeverKind), of.LEVER_COLUMNS))  # fmt: skip
def list_levers(form: Form = "json") -> Response:
    rows = [{"key": one.key, "own": one.own, "order": one.order, **{f"name_{code}": one.name[code] for code in LANGS},
             "size_name": one.size_name, "unit": one.unit, "size_max": one.size_max, "needs_host": one.needs_host,
             **{f"acts_on_{code}": one.acts_on[code] for code in LANGS},
             **{f"can_worsen_{code}": one.can_worsen[code] for code in LANGS}}
            for one in lever_kinds().values()]  # fmt: skip
    return respond(form, rows, rows, of.LEVER_COLUMNS, "levers")
