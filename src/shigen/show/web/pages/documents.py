"""Documents: the study of what an address asks for, as files for Office and paper; how far each is while it is made."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, is_lang
from shigen.show.documents.formats import FORMATS
from shigen.show.web import answers
from shigen.show.web.answers import Paper
from shigen.show.web.asked import plan_of, plan_words
from shigen.show.web.lanes import Laned
from shigen.show.web.visit import Visit
from shigen.show.web.visits import visit_of

router = APIRouter(route_class=Laned)
MEDIA: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8", "pdf": "application/pdf", "zip": "application/zip",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
BRIEF: Final = "brief"
PLAN: Final = "a"
"""The scenario whose policies the documents put in place."""


def page(visit: Visit) -> dict[str, Any]:
    """Return what the documents hold, and the address of each in each language."""
    plan = plan_of(visit.query, PLAN)
    files = [
        {"key": key, "name": visit.t(f"web.documents.{key}"), "note": visit.t(f"web.documents.{key}_note"),
         "links": [(lang, *links(visit, _file_of(key, lang))) for lang in LANGS]}
        for key in FORMATS
    ]  # fmt: skip
    return {
        "importer": visit.label(visit.asked.importer), "files": files, "plan": plan_words(plan),
        "minerals": visit.list(visit.label(key) for key in visit.run.study.commodities),
        "briefs": [(key, visit.label(key), *links(visit, f"brief.{key}.{visit.lang}.pdf"))
                   for key in visit.run.study.commodities],
    }  # fmt: skip


def _file_of(key: str, lang: str) -> str:
    return f"briefs.{lang}.zip" if key == BRIEF else f"report.{lang}.{key}"


def links(visit: Visit, name: str, plan: Sequence[str] | None = None) -> tuple[str, str]:
    """Return the address of a document, and that of how far it is; with the address's policies where none are given."""
    given: dict[str, Any] = {
        "commodity": visit.query.getlist("commodity"), PLAN: visit.query.getlist(PLAN) if plan is None else plan,
        "unit": None,
    }  # fmt: skip
    return visit.link(f"/documents/{name}", **given), visit.link("/documents/progress", file=name, **given)


@router.get("/documents/progress")
def progress(request: Request) -> Response:
    """Answer with what is being done for a file: a line in words; empty where nothing is."""
    visit = visit_of(request)
    at = answers.STEPS.get(wanted(visit, str(visit.query.get("file") or "-")))
    visit.query.refuse_rest()
    return JSONResponse({"step": visit.t(f"progress.{at}") if at else ""}, headers={"Cache-Control": "no-store"})


@router.get("/documents/{name}")
def document(name: str, request: Request) -> Response:
    """Answer with a document of the study that the address asks for."""
    visit = visit_of(request)
    paper = wanted(visit, name)
    visit.query.refuse_rest()
    files = answers.document(visit.facts, paper)
    kind = name.rpartition(".")[2]
    content = zipped(files) if kind == "zip" else next(iter(files.values()))
    stem = "-".join([name.rpartition(".")[0].replace(".", "-"), visit.asked.importer, str(visit.year)])
    headers = {"Content-Disposition": f'attachment; filename="{stem}.{kind}"', "Cache-Control": "private, no-cache"}
    return Response(content, media_type=MEDIA[kind], headers=headers)


def wanted(visit: Visit, name: str) -> Paper:
    """Return the document that the name of a file stands for.

    Raises
    ------
    UserError
        It stands for none.
    """
    first, *middle, kind = name.split(".")
    lang = middle[-1] if middle else ""
    plan = plan_of(visit.query, PLAN)
    if is_lang(lang):
        if (first, len(middle)) == ("report", 1) and kind in FORMATS and kind != BRIEF:
            return Paper(visit.asked, plan, kind, lang)
        if (first, len(middle), kind) == ("briefs", 1, "zip"):
            return Paper(visit.asked, plan, BRIEF, lang)
        if (first, len(middle), kind) == ("brief", 2, "pdf"):
            key = names.commodity(middle[0])
            return Paper(visit.asked.of(key), plan, BRIEF, lang, key)
    known = [_file_of(key, lang) for key in FORMATS for lang in LANGS]
    raise UserError("web_document", suggestions=suggest(name, known), word=name, known=", ".join(known))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive, the same bytes each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # PDF is compressed already
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()
