"""Minerals, importers, years or scenarios side by side: one radar, one table, each figure with its trace."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import STAGES, Lever
from shigen.base.errors import UserError, check_view
from shigen.model.indicators import axes, indicators
from shigen.show.charts.theme import MARKS
from shigen.show.report import minerals
from shigen.show.web import answers
from shigen.show.web.asked import SCENARIOS, Asked, plan_of, plan_words, several, written, year_of
from shigen.show.web.pages.mineral import named
from shigen.show.web.pages.policies import difference, in_words
from shigen.show.web.visit import Visit, years

BY: Final = ("minerals", "importers", "years", "scenarios")
MOST_SERIES: Final = len(MARKS)
MINERALS: Final = ("gallium", "rare_earths", "cobalt")
IMPORTERS: Final = ("KOR", "EU27", "USA")
YEARS_BACK: Final = (3, 6)
"""What an address is compared with that names nothing; the first mineral where it names none."""


@dataclass(frozen=True)
class Series:
    """One line of the radar, one group of columns of the table."""

    name: str
    commodity: str
    asked: Asked
    number: int
    """Its colour and mark."""
    levers: tuple[Lever, ...] = ()


def page(visit: Visit) -> dict[str, Any]:
    """Return the radar and the table of what the address lays side by side."""
    by, key, asked, plans, several_of = laid(visit)
    fixed = {
        "minerals": visit.label(key),
        "importers": visit.label(asked.importer),
        "years": visit.t("web.year", year=asked.year),
    }
    return {
        "by": by, "commodity": key, "marks": MARKS,
        "tabs": [(one, visit.link(**_tab(one))) for one in BY],
        "fixed": visit.list(word for part, word in fixed.items() if part != by),
        "picture": _picture(key, several_of, plans, visit),
        "series": [_head(one, visit) for one in several_of],
        "slots": _slots(by, several_of),
        **compared(several_of, visit),
        "csv": visit.data("tables", view="compared", by=by, commodity=key, **_named(by, several_of, plans)),
        **(_scenario_links(key, asked, plans, visit) if by == "scenarios" else {}),
    }  # fmt: skip


def laid(visit: Visit) -> tuple[str, str, Asked, tuple[tuple[Lever, ...], ...], list[Series]]:
    """Return what the address lays side by side: of which kind, which mineral, where and when, policies, and series.

    Raises
    ------
    UserError
        A word is not known, or there are too many.
    """
    by = visit.query.get("by") or BY[0]
    check_view(by, BY)
    key = names.commodity(visit.query.get("commodity") or MINERALS[0])
    bare = replace(visit.asked, commodities=())
    asked = replace(bare, year=answers.run_of(visit.facts, bare.of(key)).year)
    plans = _plans(visit, key) if by == "scenarios" else ()
    several_of = _scenarios(key, asked, plans, visit) if by == "scenarios" else _questions(by, key, asked, visit)
    return by, key, asked, plans, several_of


def _named(by: str, series: Sequence[Series], plans: Sequence[tuple[Lever, ...]]) -> dict[str, Any]:
    """Return the parameters that name every series, also those that the address leaves to be chosen."""
    if by == "scenarios":
        return {name: plan_words(plan) for name, plan in zip(SCENARIOS, plans, strict=True)}
    return {"with": [_held(by, one) for one in series]}


def _tab(by: str) -> dict[str, Any]:
    """Return what changes in the address when something else is compared: words of one kind fit no other."""
    return {"by": by, "with": None}


def _questions(by: str, key: str, asked: Asked, visit: Visit) -> list[Series]:
    """Return a series for each mineral, importer or year, the first that of the address itself, each once.

    Raises
    ------
    UserError
        A word is not known, or there are too many.
    """
    read: Mapping[str, Callable[[str], Any]] = {
        "minerals": names.commodity, "importers": names.importer, "years": year_of}  # fmt: skip
    first: Mapping[str, Any] = {"minerals": key, "importers": asked.importer, "years": asked.year}
    words = several(visit.query, "with") if "with" in visit.query else _usual(by, asked, visit)
    subjects = list(dict.fromkeys([first[by], *(read[by](word) for word in words)]))
    if len(subjects) > MOST_SERIES:
        raise UserError("web_many", name="with", count=len(subjects) - 1, most=MOST_SERIES - 1)
    series_of: Mapping[str, Callable[[Any, int], Series]] = {
        "minerals": lambda one, n: Series(visit.label(one), one, asked, n),
        "importers": lambda one, n: Series(visit.label(one), key, replace(asked, importer=one), n),
        "years": lambda one, n: Series(str(one), key, replace(asked, year=one), n),
    }
    return [series_of[by](one, n) for n, one in enumerate(subjects)]


def _usual(by: str, asked: Asked, visit: Visit) -> list[str]:
    """Return what is compared where the address does not say."""
    if by == "minerals":
        return list(MINERALS)
    if by == "importers":
        return list(IMPORTERS)
    known = years(visit.facts)
    return [str(year) for back in YEARS_BACK if (year := int(asked.year or 0) - back) in known]


def _plans(visit: Visit, key: str) -> tuple[tuple[Lever, ...], ...]:
    """Return the lists of policies for a mineral; its package at default size where the address names none."""
    plans = [tuple(policy for policy in plan_of(visit.query, name) if policy.commodity == key) for name in SCENARIOS]
    if not any(plans):
        plans[0] = tuple(answers.run_of(visit.facts, visit.asked.about(key)).default_plan(key))
    return tuple(plans)


def _scenarios(key: str, asked: Asked, plans: Sequence[tuple[Lever, ...]], visit: Visit) -> list[Series]:
    """Return the series of today and of each list of policies; an empty list leaves its colour out."""
    return [Series(visit.t("report.before"), key, asked, 0), *(
        Series(visit.t("web.scenario", name=name.upper()), key, asked, n, plan)
        for n, (name, plan) in enumerate(zip(SCENARIOS, plans, strict=True), start=1) if plan)]  # fmt: skip


def _picture(key: str, series: Sequence[Series], plans: Sequence[tuple[Lever, ...]], visit: Visit) -> Any:
    """Return the radar of all series."""
    if plans:
        return visit.figure("profile", key, plans=tuple(plans))
    others = tuple(replace(one.asked, commodities=(one.commodity,)) for one in series[1:])
    return visit.figure("profile", key, others=others)


def _head(one: Series, visit: Visit) -> dict[str, Any]:
    """Return what heads the columns of a series, and where its own page is."""
    policies = named(written(one.levers)) if len({x.key for x in one.levers}) == len(one.levers) else {}
    return {
        "name": one.name,
        "number": one.number,
        "words": [in_words(policy, visit) for policy in one.levers],
        "page": visit.link(f"/minerals/{one.commodity}", importer=one.asked.importer, year=one.asked.year, **policies),
    }


def _slots(by: str, series: Sequence[Series]) -> list[str]:
    """Return what each further choice of the form holds; empty where it is free."""
    if by == "scenarios":
        return []
    return ([_held(by, one) for one in series[1:]] + [""] * MOST_SERIES)[: MOST_SERIES - 1]


def _held(by: str, one: Series) -> str:
    """Return the word of an address that names a series."""
    return {"minerals": one.commodity, "importers": one.asked.importer, "years": str(one.asked.year)}[by]


def compared(series: Sequence[Series], visit: Visit) -> dict[str, Any]:
    """Return the rows of the table: six axes and three stages, a cell a series."""
    lang = visit.lang
    facts = visit.facts
    assessments = [answers.under(facts, asked, one.levers) if one.levers else answers.run_of(facts, asked).now
                   for one in series for asked in [one.asked.of(one.commodity)]]  # fmt: skip
    tables = [minerals.table(one.commodity, result.records(lang), lang, result.scoring.high)
              for one, result in zip(series, assessments, strict=True)]  # fmt: skip
    records = [{row["indicator"]: row for row in rows} for rows in tables]
    risks = [{row["stage"]: row for row in result.stages(lang) if row["commodity"] == one.commodity}
             for one, result in zip(series, assessments, strict=True)]  # fmt: skip
    return {
        "axes": [{"key": key, "axis": indicators()[key].axis, "name": indicators()[key].name[lang],
                  "cells": [_cell(row[key], records[0][key], "score", one, key, visit)
                            for one, row in zip(series, records, strict=True)]} for key in axes()],
        "stages": [{"key": stage, "name": visit.t("web.policies.stage_risk", stage=visit.t(f"stage.{stage}")),
                    "cells": [_cell(row[stage], risks[0][stage], "risk", one, stage, visit)
                              for one, row in zip(series, risks, strict=True)]} for stage in STAGES],
    }  # fmt: skip


def _cell(
    row: Mapping[str, Any], first: Mapping[str, Any], figure: str, one: Series, key: str, visit: Visit
) -> dict[str, Any]:
    """Return a figure with its difference to the first series and its trace; under policies there is none."""
    trace = None if one.levers else visit.link(
        f"/trace/{one.commodity}/{key}", importer=one.asked.importer, year=one.asked.year)  # fmt: skip
    return {**row, "change": difference(row[figure], first[figure]), "trace": trace}


def _scenario_links(key: str, asked: Asked, plans: Sequence[tuple[Lever, ...]], visit: Visit) -> dict[str, Any]:
    """Return where scenarios are edited, and how the package at default size becomes one more."""
    words = {name: plan_words(plan) for name, plan in zip(SCENARIOS, plans, strict=True)}
    package = plan_words(answers.run_of(visit.facts, asked.of(key)).default_plan(key))
    free = next((name for name, held in words.items() if not held), None)
    changes: dict[str, Any] = {**words, free: package} if free else {}
    return {
        "edit": visit.link("/policies", **{name: words[name] for name in SCENARIOS[:2]}),
        "package": (str(free).upper(), visit.link(**changes)) if free and package not in words.values() else None,
    }
