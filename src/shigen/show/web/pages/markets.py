"""Markets of the minerals side by side, and the mines, plants and projects that are held."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.outlook.projects import KINDS, STATUSES, Project, as_lever, projects
from shigen.show.report.places import market_row, operator, project_row
from shigen.show.web import answers
from shigen.show.web.asked import plan_words, several
from shigen.show.web.visit import Visit

SORTS: Final = {"name": False, "production_t": True, "value_musd": True, "producers": False, "top1": True, "top3": True,
                "growth": True, "traded_share": True, "volatility": True, "reserve_life": False}  # fmt: skip
"""By which the table can be sorted, and whether the largest stands first; the study's order otherwise."""
FIRST: Final = 150
"""Sites and projects that are shown before someone asks for all."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the market table, the map of one mineral, and the list of sites and projects under its filters."""
    facts, asked, lang = visit.facts, visit.asked, visit.lang
    rows = [{**market_row(row, lang), "name": visit.label(row["commodity"])}
            for row in visit.run.markets.rows(lang)]  # fmt: skip
    sort = visit.query.get("sort") or ""
    mapped = names.commodity(visit.query.get("map") or rows[0]["commodity"])
    chosen = {key: several(visit.query, key) for key in ("country", "status", "kind")}
    own = visit.own.projects if visit.own else ()
    sites = projects(asked.commodities or None, countries=chosen["country"] or None, statuses=chosen["status"] or None,
                     kinds=chosen["kind"] or None, own=own, facts=facts)  # fmt: skip
    shown = sites if visit.query.get("all") else sites[:FIRST]
    return {
        "rows": ordered(rows, sort, SORTS), "sort": sort, "sorts": SORTS,
        "others": [key for key, one in names.commodities().items() if not one.meti13],
        "map": visit.figure("map", mapped), "mapped": mapped, "mapped_name": visit.label(mapped),
        "maps": list(dict.fromkeys([*(row["commodity"] for row in rows), mapped])),
        "chosen": chosen, "countries": _countries(visit, own), "statuses": STATUSES,
        "kinds": KINDS if own else KINDS[1:], "projects": listed(visit, shown), "count": len(sites),
    }  # fmt: skip


def ordered(rows: list[dict[str, Any]], by: str, sorts: Mapping[str, bool]) -> list[dict[str, Any]]:
    """Return rows by one of their columns, what is not known last; as they are where none is named.

    Raises
    ------
    UserError
        The table cannot be sorted by it.
    """
    if not by:
        return rows
    if by not in sorts:
        raise UserError("web_sort", suggestions=suggest(by, sorts), word=by, known=", ".join(sorts))
    known = [row for row in rows if row[by] is not None]
    return sorted(known, key=lambda row: len(row[by]) if isinstance(row[by], list) else row[by], reverse=sorts[by]) + [
        row for row in rows if row[by] is None]  # fmt: skip


def listed(visit: Visit, several: Sequence[Project]) -> list[dict[str, Any]]:
    """Return sites and projects with their words; what would be a policy leads to the page of policies."""
    rows = [(one, project_row(one, visit.lang)) for one in several]
    return [{**row, "operator": operator(row), "policy": _policy(visit, one)} for one, row in rows]


def _policy(visit: Visit, project: Project) -> str:
    """Return the address where a project is weighed as a policy; empty where it would be none."""
    try:
        policy = as_lever(project)
    except UserError:
        return ""
    return visit.link("/policies", a=plan_words([policy]))


def _countries(visit: Visit, own: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the countries of which any site or project is held, by name."""
    codes = {*answers.countries_of_projects(visit.facts), *(str(row["country"]) for row in own)}
    return sorted(((code, visit.label(code)) for code in codes), key=lambda one: one[1])
