"""The countries behind the minerals, and all of one country as the importer sees it."""

from collections.abc import Iterable
from typing import Any, Final

from shigen.base import names
from shigen.outlook.projects import projects
from shigen.show.charts.cite import figures
from shigen.show.report.observatory import named
from shigen.show.report.places import LISTS, share_row
from shigen.show.web import answers
from shigen.show.web.pages.markets import ordered
from shigen.show.web.pages.projects import listed
from shigen.show.web.problems import in_path
from shigen.show.web.visit import Visit

SORTS: Final = {"name": False, "governance": True, "largest_producer_of": True, "largest_holder_of": True,
                "produces": True, "home_imports_kusd": True, "largest_supplier_of": True}  # fmt: skip
"""By which the list can be sorted, and whether the largest stands first; the largest supplier of home otherwise."""
TRACE: Final = {"reserves": "reserve_concentration", "ore": "production_concentration",
                "refined": "refined_concentration"}  # fmt: skip
"""The indicator whose trace holds a share in reserves or production."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the countries that hold, produce or sell a mineral, with the map of their governance."""
    rows = [{**row, "name": visit.label(row["country"]), **{key: _minerals(visit, row[key]) for key in LISTS}}
            for row in visit.run.countries]  # fmt: skip
    sort = visit.query.get("sort") or ""
    return {
        "importer": visit.label(visit.asked.importer), "rows": ordered(rows, sort, SORTS), "sort": sort,
        "sorts": SORTS, "picture": visit.figure("governance_map"), "sources": _sources(visit),
    }  # fmt: skip


def one(visit: Visit, country: str) -> dict[str, Any]:
    """Return all of one country."""
    code = in_path(names.country, country)
    facts, asked, lang = visit.facts, visit.asked, visit.lang
    profile = answers.country_page(facts, asked, code)
    row = next((row for row in visit.run.countries if row["country"] == code), None)
    own = visit.own.projects if visit.own else ()
    weighed = {row["commodity"] for row in profile.arrivals}
    return {
        "sources": _sources(visit), "code": code, "name": visit.label(code), "importer": visit.label(asked.importer),
        "at_home": code in names.members(asked.importer),
        "row": row and {**row, **{key: _minerals(visit, row[key]) for key in LISTS}},
        "governance": profile.governance, "years": visit.figure("governance_years", country=code),
        "shares": [{**share_row(row, lang), "trace": TRACE[row["step"]]} for row in profile.shares],
        "imports": [{**share_row(row, lang), "trace": f"{row['step']}_import_governance"} for row in profile.imports],
        "arrivals": [{**row, "name": visit.label(row["commodity"])}
                  for row in sorted(profile.arrivals, key=lambda row: (row["rank"], -row["share"]))],
        "unweighed": _minerals(visit, dict.fromkeys(row["commodity"] for row in profile.imports
                                                    if row["commodity"] not in weighed)),
        "measures": [named(row, lang, facts=facts) for row in profile.measure_rows(lang)],
        "projects": listed(visit, projects(countries=[code], own=own, facts=facts)),
    }  # fmt: skip


def _sources(visit: Visit) -> str:
    """Return the editions that the figures of all countries come from, in one line."""
    return visit.t("chart.source", sources=visit.list(figures([visit.run.now])))


def _minerals(visit: Visit, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return minerals with their names."""
    return [(key, visit.label(key)) for key in keys]
