"""The mines, plants and projects that are held: what, where, whose, in which state, and from which source."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shigen.base.errors import UserError
from shigen.outlook.projects import KINDS, STATUSES, Project, as_lever, projects
from shigen.show.report.places import operator, project_row
from shigen.show.web import answers
from shigen.show.web.asked import plan_words, several
from shigen.show.web.visit import Visit

FIRST: Final = 150
"""Sites and projects that are shown before someone asks for all."""
FILTERS: Final = ("country", "status", "kind")


def page(visit: Visit) -> dict[str, Any]:
    """Return the list of sites and projects under its filters."""
    facts, asked = visit.facts, visit.asked
    chosen = {key: several(visit.query, key) for key in FILTERS}
    own = visit.own.projects if visit.own else ()
    sites = projects(asked.commodities or None, countries=chosen["country"] or None, statuses=chosen["status"] or None,
                     kinds=chosen["kind"] or None, own=own, facts=facts)  # fmt: skip
    shown = sites if visit.query.get("all") else sites[:FIRST]
    return {
        "chosen": chosen, "asks": ("commodity", *FILTERS), "countries": _countries(visit, own), "statuses": STATUSES,
        "kinds": KINDS if own else KINDS[1:], "projects": listed(visit, shown), "count": len(sites),
        "commodity": asked.commodities[0] if len(asked.commodities) == 1 else "",
    }  # fmt: skip


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
