"""Data: what the figures cover, each table's rows, editions and sources; and figures of the user's own over them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, joined, sentences, shown_date, source_words, text
from shigen.base.whole import scratch
from shigen.figures import store
from shigen.figures.own.tables import user_tables
from shigen.figures.own.template import write_template
from shigen.figures.sources import sources
from shigen.model.records import table_name
from shigen.show.web import answers
from shigen.show.web.asked import year_of
from shigen.show.web.kept import kept
from shigen.show.web.lanes import Laned
from shigen.show.web.own import HOURS, LARGEST, MOST_FILES, Own
from shigen.show.web.visit import Visit, countries_by_name, render
from shigen.show.web.visits import OWN_COOKIE, visit_of

router = APIRouter(route_class=Laned)
MOST_ROWS: Final = 200
"""Rows of a table that the page shows."""
MOST_CSV: Final = 10_000
"""Rows that the API gives at once."""
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMED: Final = ("commodity", "country", "importer", "exporter", "partner", "member")
"""Columns whose keys have names."""


def page(visit: Visit) -> dict[str, Any]:
    """Return coverage, tables, the rows of one, editions, sources, snapshots, and the figures of this browser."""
    tables = [_in_words(row, visit) for row in answers.tables(visit.facts)]
    published = [one.name for one in visit.facts.tables.values() if {"year", "edition"} <= {*one.columns}]
    order = {table: n for n, table in enumerate(dict.fromkeys([*user_tables(), *published]))}
    return {
        "charts": [visit.figure("coverage"), visit.figure("revisions")],
        "commodity": visit.asked.commodities[0] if len(visit.asked.commodities) == 1 else "",
        "figures": sorted((row for row in tables if row["table"] in published), key=lambda row: order[row["table"]]),
        "others": [row for row in tables if row["table"] not in published],
        "view": _view(visit, visit.query.get("table") or ""),
        "editions": [_edition(one) for one in visit.facts.editions.values()],
        "sources": publishers(visit),
        "snapshots": snapshots(visit), "held": _own(visit.own, visit.lang), "mistakes": [],
        "unread": _unread(visit),
        "limits": {"hours": HOURS, "count": MOST_FILES, "most": f"{LARGEST / 1e6:.0f}"},
    }  # fmt: skip


def _table(table: str, lang: Lang) -> str:
    """Return the name of a table of figures, or of one that users alone fill."""
    return text("template.table.products", lang) if table == "products" else table_name(table, lang)


def _in_words(row: Mapping[str, Any], visit: Visit) -> dict[str, Any]:
    """Return a table in words."""
    ahead = row["age"] is not None and row["age"] < 0  # projections lie ahead of today
    return {
        **row, "name": _table(row["table"], visit.lang), "age": None if ahead else row["age"],
        "kinds": [(visit.t(f"flag.{flag}"), count) for flag, count in row["flags"].items()],
    }  # fmt: skip


def _view(visit: Visit, table: str) -> dict[str, Any] | None:
    """Return rows of a table that the address asks for; what the table has no column for does not narrow it."""
    if not table:
        return None
    commodities, country = visit.asked.commodities, visit.query.get("country")
    filters = {
        "commodity": commodities[0] if len(commodities) == 1 else None,
        "country": names.country(country) if country else None,
        "year": year_of(visit.query.get("year")),
    }
    known = visit.facts.tables[table].columns if table in visit.facts.tables else ()
    where = {key: value for key, value in filters.items() if key in known and value is not None}
    rows = visit.facts.rows(table, where, limit=MOST_ROWS + 1)
    columns = visit.facts.tables[table].columns
    cells = [[_cell(column, row[column], visit) for column in columns] for row in rows[:MOST_ROWS]]
    return {
        "table": table, "name": _table(table, visit.lang), "columns": columns, "where": dict.fromkeys(filters) | where,
        "fields": [key for key in filters if key in columns], "more": len(rows) > MOST_ROWS,
        "countries": countries_by_name(visit.lang),
        "rows": cells, "looks": [_look(field, n, cells) for n, field in enumerate(visit.facts.tables[table].fields)],
        "csv": "/api/v1/facts?" + urlencode({"table": table, **where, "limit": MOST_CSV, "format": "csv"}),
    }  # fmt: skip


def _cell(column: str, value: Any, visit: Visit) -> tuple[str, str]:
    """Return a cell as it is read, and the key behind a name."""
    if value is None:
        return "–", ""
    if column == "flag":
        return visit.t(f"flag.{value}"), ""
    if column in NAMED and isinstance(value, str):
        named = visit.label(value)
        return named, value if named != value else ""
    return f"{value:,.12g}" if isinstance(value, float) else str(value), ""


def _look(field: Mapping[str, Any], n: int, rows: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return how a column is set: numbers to the right, long texts wide."""
    if field["type"] != "string":
        return "num"
    return "text" if any(len(row[n][0]) > 24 for row in rows) else ""


def _edition(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an edition with the address of its publisher as a link where it is one."""
    cells = {key: None if value is None or value != value else str(value) for key, value in row.items()}
    address = cells["address"] or ""
    return {**cells, "link": address if address.startswith(("https://", "http://")) else ""}


def publishers(visit: Visit) -> list[dict[str, str]]:
    """Return the publishers whose figures can be brought up to date: what each gives, how, and by which terms."""
    return [
        {"name": one.name[visit.lang], "tables": visit.list(_table(table, visit.lang) for table in one.gives),
         "network": visit.t("cli.by_network" if one.fetch else "cli.by_hand"),
         "terms": source_words(one.terms, visit.lang), "address": one.address}
        for one in sources().values()
    ]  # fmt: skip


def snapshots(visit: Visit) -> list[dict[str, Any]]:
    """Return the states of the tables that the server holds, with what went into each."""
    in_use = store.in_use().name
    return [
        {"name": one.name, "in_use": one.name == in_use, "made_at": one.made_at, "parent": one.parent,
         "files": visit.list(f"{file['name']} ({file['sha256'][:12]})" for s in one.sources for file in s["files"])}
        for one in store.snapshots().values()
    ]  # fmt: skip


def _own(own: Own | None, lang: Lang) -> dict[str, Any] | None:
    """Return the figures of this browser: files, rows by table, projects, and until when they are held."""
    if own is None:
        return None
    until = own.until.astimezone()
    day = shown_date(f"{until:%Y-%m-%d}", lang)
    return {
        "files": joined(list(own.files), lang), "until": f"{day} {until:%H:%M} ({until:%Z})",
        "tables": [(table, _table(table, lang), count) for table, count in own.rows.items()],
        "laid": [table for table in own.rows if table in own.facts.over],
        "projects": [{**one, "commodity": names.label(one["commodity"], lang),
                      "country": names.label(one["country"], lang), "step": text(f"step.{one['step']}", lang),
                      "status": one["status"] and text(f"template.status.{one['status']}", lang)}
                     for one in own.projects],
    }  # fmt: skip


def _unread(visit: Visit) -> list[str] | None:
    """Return the rows of this browser's figures that nothing reads; None where it has none over the public ones."""
    if visit.own is None or not visit.own.facts.over:
        return None
    asked = replace(visit.asked, commodities=())
    return [row.in_words(visit.lang) for row in answers.run_of(visit.own.facts, asked).unread]


@router.get("/data/template.xlsx")
def template(request: Request) -> Response:
    """Answer with the workbook that users fill."""
    lang = visit_of(request).lang
    name = {"Content-Disposition": f'attachment; filename="shigen-{lang}.xlsx"'}
    return Response(_template(lang), media_type=WORKBOOK, headers=name)


@kept(2)
def _template(lang: Lang) -> bytes:
    with scratch() as folder:
        return write_template(folder / "template.xlsx", lang=lang).read_bytes()


async def _sent(request: Request) -> list[tuple[str, bytes]]:
    """Return name and content of each file that was sent; a field without a file is none."""
    async with request.form(max_files=4 * MOST_FILES, max_fields=MOST_FILES) as form:
        sent = [one for one in form.getlist("file") if isinstance(one, UploadFile) and one.filename]
        return [(str(one.filename), await one.read()) for one in sent]


@router.post("/data/own")
def take(request: Request, files: Annotated[Sequence[tuple[str, bytes]], Depends(_sent)]) -> Response:
    """Take figures of the user's own, or show all that is wrong with them."""
    owners = request.app.state.owners
    try:
        sender = request.client.host if request.client else ""
        word = owners.take(files, request.cookies.get(OWN_COOKIE), sender=sender)
    except UserError as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        return _refused(request, error)
    response = _back(request)
    response.set_cookie(OWN_COOKIE, word, max_age=HOURS * 3600, path="/", httponly=True, samesite="strict",
                        secure=request.url.scheme == "https")  # fmt: skip
    return response


@router.post("/data/own/forget")
def forget(request: Request) -> Response:
    """Let go of the figures of this browser."""
    request.app.state.owners.forget(request.cookies.get(OWN_COOKIE))
    response = _back(request)
    response.delete_cookie(OWN_COOKIE, path="/", httponly=True, samesite="strict",
                           secure=request.url.scheme == "https")  # fmt: skip
    return response


def _back(request: Request) -> Response:
    return RedirectResponse(visit_of(request).link("/data") + "#own", 303)


def _refused(request: Request, error: UserError) -> Response:
    """Show the page with every mistake; figures that were taken before stay in use."""
    visit = replace(visit_of(request), path="/data")
    mistakes = [_mistake(one, visit.lang) for one in error.each]
    return HTMLResponse(render(visit, "data", {**page(visit), "mistakes": mistakes}), 422)


def _mistake(error: UserError, lang: Lang) -> dict[str, str]:
    """Return where a mistake is, what is there, what was expected, and what to do."""
    meant = text("error.did_you_mean", lang, choices=joined(list(error.suggestions), lang)) if error.suggestions else ""
    mend = sentences((meant, error.part("mend", lang, http=True)), lang)
    return {"place": error.place, "fact": error.part("fact", lang, http=True),
            "expected": error.part("expected", lang, http=True),
            "mend": mend}  # fmt: skip
