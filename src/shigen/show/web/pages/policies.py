"""Policies for several minerals: two lists of them beside today, kept in the address or in a study file."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from shigen.base import names, numbers
from shigen.base.declare import STAGES, Lever
from shigen.base.errors import UserError
from shigen.base.whole import scratch
from shigen.model.effects import total_cost
from shigen.model.levers import lever_kinds, size_in_words
from shigen.show.charts.theme import MARKS
from shigen.show.report import minerals
from shigen.show.web import answers
from shigen.show.web.asked import MOST, SCENARIOS, Asked, lever_of, number, plan_of, plan_words, without_files, written
from shigen.show.web.lanes import Laned
from shigen.show.web.own import bare_name
from shigen.show.web.pages.mineral import named
from shigen.show.web.pages.overview import shade
from shigen.show.web.problems import Problem
from shigen.show.web.visit import Visit, countries_by_name
from shigen.show.web.visits import visit_of
from shigen.study.choices import LeverSpec, Study
from shigen.study.file import read, study_from

router = APIRouter(route_class=Laned)

SIDES: Final = SCENARIOS[:2]
LARGEST: Final = 1_000_000
"""Bytes of a study file."""
HELD: Final = ("importer", "year", "edition", "basis", "commodities", "levers", "snapshot", "overlay")
"""Keys of a study file that the address holds, or that are refused."""


NOTES: Final = "levers.note"


def page(visit: Visit) -> dict[str, Any]:
    """Return both scenarios, what they change beside today, and the forms."""
    plans, keys, asked, changed = laid(visit)
    return {
        "importer": visit.label(asked.importer),
        "sides": [_side(side, plans, visit) for side in SIDES],
        "minerals": _minerals(keys, asked, plans, changed, visit),
        "changed": changed,
        "kinds": [(key, _kind_name(key, visit)) for key in lever_kinds()],
        "hosts": countries_by_name(visit.lang),
        "kept": [(key, value) for key in ("importer", "year", "edition", "basis", *SIDES, "lang")
                 for value in visit.query.getlist(key) if value],
        "load": visit.link("/policies/load", **{side: plan_words(plan) for side, plan in plans.items()}),
        "marks": MARKS,
        "most": f"{LARGEST / 1e6:.0f}",
        "left": visit.list(key for key in visit.query.getlist("left") if key in (*Study.model_fields, NOTES)),
    }  # fmt: skip


def laid(
    visit: Visit,
) -> tuple[dict[str, tuple[Lever, ...]], list[str], Asked, dict[str, list[dict[str, Any]]]]:
    """Return the lists of policies of an address, their minerals, what is asked of these, and rows of their effects.

    Raises
    ------
    UserError
        A policy has not the form of one, or says what cannot be.
    """
    plans = {side: plan_of(visit.query, side) for side in SIDES}
    keys = list(dict.fromkeys(policy.commodity for plan in plans.values() for policy in plan))
    asked = visit.asked.about(*keys)
    return plans, keys, asked, {
        side: minerals.effect_rows(answers.changes(visit.facts, asked, plan), visit.lang, assumed=False)
        for side, plan in plans.items()
    }  # fmt: skip


def _kind_name(key: str, visit: Visit) -> str:
    """Return the name of a kind of policy with the unit of its size."""
    kind = lever_kinds()[key]
    unit = visit.t(f"unit.{kind.size_name}") or visit.t("web.policies.share")
    return visit.t("web.policies.kind", name=kind.name[visit.lang], unit=unit)


def _side(side: str, plans: Mapping[str, tuple[Lever, ...]], visit: Visit) -> dict[str, Any]:
    """Return one scenario: its policies in words, what it costs, and where its links lead."""
    plan = plans[side]
    words = plan_words(plan)
    other = next(one for one in SIDES if one != side)
    cost, lacking = total_cost(plan, facts=visit.facts)
    return {
        "key": side,
        "name": side.upper(),
        "policies": [
            {"mineral": visit.label(one.commodity), "key": one.commodity, "words": in_words(one, visit),
             "remove": _link(visit, side, words[:n] + words[n + 1 :])}
            for n, one in enumerate(plan)
        ],
        "cost": cost,
        "assumed": any(one.cost_musd is None and one not in lacking for one in plan),
        "lacking": visit.list(f"{visit.label(one.commodity)} {visit.t(f'lever.{one.key}')}" for one in lacking),
        "copied": _link(visit, other, words),
        "other": other.upper(),
        "cleared": _link(visit, side, []),
        "study": visit.link("/policies/study.toml", **{side: words, "scenario": side}),
        "csv": visit.data("tables", view="effects", a=words),
    }  # fmt: skip


def _link(visit: Visit, side: str, words: Sequence[str]) -> str:
    """Return the address of the page with other policies in a scenario."""
    changes: dict[str, Any] = {side: list(words), "left": None}
    return visit.link(**changes)


def in_words(policy: Lever, visit: Visit) -> str:
    """Return a policy as a reader wants it: kind, host, size, and what departs from the assumptions."""
    kind = lever_kinds()[policy.key]
    parts = [visit.label(policy.host)] if policy.host else []
    parts.append(size_in_words(policy.key, policy.size, visit.lang))
    if policy.offtake != 1:
        parts.append(visit.t("web.policies.offtake_of", percent=f"{100 * policy.offtake:.0f}"))
    if policy.cost_musd is not None:
        parts.append(visit.t("web.policies.own_cost", cost=numbers.money(policy.cost_musd, visit.lang)))
    return visit.list([kind.name[visit.lang], *parts])


def _minerals(
    keys: Sequence[str], asked: Asked, plans: Mapping[str, tuple[Lever, ...]],
    changed: Mapping[str, Sequence[Mapping[str, Any]]], visit: Visit,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return each mineral with its radar, and where its pages are, beside its figures."""
    blocks = []
    for one in beside(keys, asked, plans, changed, visit):
        key = one["key"]
        mine = {side: tuple(policy for policy in plan if policy.commodity == key) for side, plan in plans.items()}
        words: dict[str, Any] = {side: plan_words(plan) for side, plan in mine.items()}
        blocks.append({
            **one,
            "radar": visit.figure("profile", key, plans=tuple(mine.values())),
            "series": visit.list([visit.t("report.before"), *(visit.t("web.scenario", name=side.upper())
                                                               for side in SIDES if mine[side])]),
            "open": {side: visit.link(f"/minerals/{key}", **named(written(own))) for side, own in mine.items()
                     if own and len({policy.key for policy in own}) == len(own)},
            "axes": visit.link("/compare", by="scenarios", commodity=key, **words),
            "csv": visit.data("tables", view="scenarios", **words),
        })  # fmt: skip
    return blocks


def beside(
    keys: Sequence[str], asked: Asked, plans: Mapping[str, tuple[Lever, ...]],
    changed: Mapping[str, Sequence[Mapping[str, Any]]], visit: Visit,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return each mineral with its figures today and under each scenario; `changed` are rows of effects by scenario."""
    facts, lang = visit.facts, visit.lang
    risks = {"": _risks(answers.run_of(facts, asked).now.stages(lang))} | {
        side: _risks(answers.under(facts, asked, plan).stages(lang)) for side, plan in plans.items()}  # fmt: skip
    blocks = []
    for key in keys:
        own = {side: any(one.commodity == key for one in plan) for side, plan in plans.items()}
        # The last row of a mineral tells all its policies together.
        whole = {side: [row for row in changed[side] if row["commodity"] == key][-1:] for side in SIDES}
        blocks.append({
            "key": key, "name": visit.label(key),
            "stages": [{"stage": stage, "today": risks[""][key, stage],
                        "then": [_moved(risks[""][key, stage], risks[side][key, stage], own=own[side])
                                 for side in SIDES]} for stage in STAGES],
            "tonnes": [_tonnes(name, [whole[side] for side in SIDES]) for name in ("above_line", "largest")],
            "whole": {side: rows[0] if rows else None for side, rows in whole.items()},
        })  # fmt: skip
    return blocks


def _risks(rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(row["commodity"], row["stage"]): {**row, "shade": shade(row["risk"])} for row in rows}


def _moved(before: Mapping[str, Any], after: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
    return {**after, "own": own, "change": difference(after["risk"], before["risk"])}


def difference(value: float | None, first: float | None) -> float | None:
    """Return by how much a figure departs from another; None where either is not known."""
    return None if value is None or first is None else value - first


def _tonnes(name: str, whole: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """Return tonnes before and after: today's stand in the rows of either scenario."""
    today = next(row[f"{name}_before_t"] for rows in whole for row in rows)
    return {"name": name, "today": today, "then": [rows[0][f"{name}_after_t"] if rows else today for rows in whole],
            "own": [bool(rows) for rows in whole]}  # fmt: skip


def side_of(word: str | None) -> str:
    """Return which scenario a word names; the first where it names none.

    Raises
    ------
    UserError
        There is no such scenario.
    """
    side = (word or SIDES[0]).strip().casefold()
    if side not in SIDES:
        raise UserError("unknown_scenario", word=word, known=", ".join(SIDES))
    return side


def _to(visit: Visit, side: str, plan: Sequence[Lever], **more: object) -> RedirectResponse:
    """Lead to the page with one scenario as given and the other as it was."""
    if len(plan) > MOST:
        raise UserError("web_many", name=side, count=len(plan), most=MOST)
    plans = {one: plan_words(plan_of(visit.query, one)) for one in SIDES} | {side: plan_words(plan)}
    return RedirectResponse(visit.link("/policies", **plans, **more), 303)


@router.get("/policies/add")
def added(request: Request) -> Response:
    """Add the policy that a form names to a scenario, in place of the same kind, mineral and host."""
    visit = visit_of(request)
    query, side = visit.query, side_of(visit.query.get("add"))
    kind = lever_kinds().get(str(query.get("kind")))
    size = number("size", query.get("size") or "-")
    more = {name: number(field, str(query.get(field)))
            for name, field in (("offtake", "offtake"), ("cost_musd", "cost")) if query.get(field)}  # fmt: skip
    host = query.get("host") if kind is None or kind.needs_host else None
    new = lever_of(str(query.get("kind") or "-"), query.get("mineral") or "-", size, host or None, **more)
    place = (new.key, new.commodity, new.host)
    kept = [one for one in plan_of(query, side) if (one.key, one.commodity, one.host) != place]
    return _to(visit, side, [*kept, new])


@router.get("/policies/package")
def packaged(request: Request) -> Response:
    """Put the package of a mineral at default size in place of its policies in a scenario."""
    visit = visit_of(request)
    side, key = side_of(visit.query.get("add")), names.commodity(visit.query.get("package") or "-")
    plan = answers.run_of(visit.facts, visit.asked.about(key)).default_plan(key)
    if not plan:
        raise UserError("web_no_package", word=visit.label(key))
    kept = [one for one in plan_of(visit.query, side) if one.commodity != key]
    return _to(visit, side, [*kept, *plan])


@router.get("/policies/study.toml")
def saved(request: Request) -> Response:
    """Answer with the study file of a scenario."""
    visit = visit_of(request)
    side = side_of(visit.query.get("scenario"))
    study = study_of(visit, side)
    parts = [study.commodities[0] if len(study.commodities) == 1 else "", study.importer, str(study.year), side.upper()]
    name = "-".join(["study", *(part for part in parts if part)]) + ".toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-cache"}
    return Response(study.to_toml(), media_type="application/toml; charset=utf-8", headers=headers)


def study_of(visit: Visit, side: str) -> Study:
    """Return the study that a scenario is: its minerals alone, so that no other gets a package.

    Raises
    ------
    UserError
        The scenario is empty, or the study refuses what the address names.
    """
    plan = plan_of(visit.query, side)
    if not plan:
        raise UserError("web_scenario_empty", word=side.upper())
    asked = visit.asked.about(*(one.commodity for one in plan))
    return study_from({
        "importer": asked.importer, "year": answers.run_of(visit.facts, asked).year, "edition": list(asked.edition),
        "basis": asked.basis, "commodities": list(dict.fromkeys(one.commodity for one in plan)),
        "levers": [LeverSpec.of(one).model_dump(exclude_none=True, exclude={"note"}) for one in plan],
    })  # fmt: skip


@router.post("/policies/load")
def loaded(
    request: Request, file: Annotated[UploadFile | None, File()] = None, scenario: Annotated[str, Form()] = SIDES[0]
) -> Response:
    """Read an uploaded study file and lead to the address that holds it, its policies in the scenario chosen."""
    visit, side = visit_of(request), side_of(scenario)
    content = file.file.read(LARGEST + 1) if file is not None else b""
    if file is None or not file.filename:
        raise UserError("web_no_study")
    study = study_in(content, file.filename)
    plan = [spec.lever() for spec in study.levers]
    return _to(visit, side, plan, importer=study.importer, year=study.year, edition=study.edition, basis=study.basis,
               left=left_out(study))  # fmt: skip


def study_in(content: bytes, name: str) -> Study:
    """Read an uploaded study file.

    Raises
    ------
    UserError
        Every problem of the file, with its line; or it names files of the server.
    Problem
        413: it is too large.
    """
    bare = bare_name(name) or "study.toml"
    if len(content) > LARGEST:
        raise Problem(UserError("web_file_size", word=bare, found=f"{len(content) / 1e6:.1f}",
                                most=f"{LARGEST / 1e6:.0f}"), 413)  # fmt: skip
    with scratch() as folder, _placed_in(folder):
        path = folder / bare
        path.write_bytes(content)
        without_files(_tree(content))
        return read(path, {})


def _tree(content: bytes) -> dict[str, Any]:
    """Return the keys of a file; none where it is no TOML, which reading it tells with its line."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, RecursionError, tomllib.TOMLDecodeError):
        return {}


@contextmanager
def _placed_in(folder: Path) -> Iterator[None]:
    """Tell mistakes by the file's own name: where the server put it for a moment says nothing to who sent it."""
    try:
        yield
    except UserError as error:
        for one in error.each:
            one.place = one.place.replace(f"{folder}/", "")
        raise


def left_out(study: Study) -> list[str]:
    """Return the keys of a study that the page does not hold: choices of method, and minerals without a policy."""
    given, usual = study.model_dump(), Study().model_dump()
    choices = [key for key in given if key not in HELD and given[key] != usual[key]]
    without = set(study.commodities) - {spec.lever().commodity for spec in study.levers}
    notes = any(spec.note for spec in study.levers)
    return [*(["commodities"] if without else []), *choices, *([NOTES] if notes else [])]
