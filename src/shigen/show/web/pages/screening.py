"""Screening: which minerals are targets and why, by the critical lists that are compared; and what technology moves."""

from collections.abc import Iterable
from typing import Any, Final

from shigen.figures.elements import elements
from shigen.outlook.appendices import recycling_flows
from shigen.outlook.newest import renewal
from shigen.outlook.screening import (
    NEWEST,
    Screening,
    changes,
    label,
    newest_lists,
    predecessor,
    printed_count,
    study_lists,
)
from shigen.show.charts.flows import flows
from shigen.show.report.technology import rows_of, table_of
from shigen.show.web import answers
from shigen.show.web.asked import several
from shigen.show.web.visit import Visit

TABLES: Final = ("transitions", "trends", "groups", "minerals", "devices", "flows")
"""What the study says of technology and of its minerals, as tables."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the screening of the lists that the address names; of the study's and EU 2020 where it names none."""
    lists = tuple(dict.fromkeys(several(visit.query, "list")))
    screening = answers.screening(visit.facts, lists)
    targets = [key for element in screening.targets if (key := screening.commodity(element))]
    return {
        "screening": screening,
        "newest": NEWEST,
        "titles": _titles(visit, screening),
        "counted": {name: _counted(visit, name, len(members)) for name, members in screening.lists.items()},
        "by_study": set(screening.lists) == set(study_lists(visit.facts)),
        "by_newest": tuple(screening.lists) == newest_lists(visit.facts),
        "renewed": renewal(visit.facts).sentence(visit.lang),
        "steps": steps(visit, screening),
        "reasons": _reasons(visit, screening),
        "rows": [{**row, "result": _result(row)} for row in screening.rows(visit.lang)],
        "symbols": {e: e if len(e) < 4 else "" for e in elements(visit.facts)},
        "targets": list(dict.fromkeys(targets)),
        "moved": [moved(visit, name) for name in screening.lists],
        "periodic": visit.figure("periodic", lists=lists),
        "compared": visit.figure("lists", lists=lists),
        "csv": visit.data("screening", where=False, list=list(screening.lists)),
        "tables": {
            view: table_of(view, rows_of(view, visit.lang, facts=visit.facts), visit.lang, more=True) for view in TABLES
        },
        "trends": visit.figure("trends"),
        "power_map": visit.figure("power_map"),
        "flows": _flows(visit),
    }


def _titles(visit: Visit, screening: Screening) -> list[dict[str, Any]]:
    """Return every list that can be compared, with its title, and whether it is."""
    return [{"key": row["list"], "title": row[f"title_{visit.lang}"], "chosen": row["list"] in screening.lists}
            for row in visit.facts.table("list_titles")]  # fmt: skip


def _counted(visit: Visit, name: str, elements_: int) -> str:
    """Return how many minerals a list names as its publisher counts; beside it, ours, where elements are joined."""
    printed = printed_count(name, facts=visit.facts)
    key = "counted" if printed == elements_ else "counted_joined"
    return visit.t(f"web.screening.{key}", printed=printed, joined=elements_)


def _named(visit: Visit, screening: Screening, keys: Iterable[str]) -> list[dict[str, str]]:
    """Return elements with their name, and the mineral of the package where there is one."""
    return [{"name": screening.label(key, visit.lang), "commodity": screening.commodity(key)} for key in keys]


def steps(visit: Visit, screening: Screening) -> list[tuple[str, list[dict[str, str]]]]:
    """Return each step of the rule with what it picks."""
    picked = {
        "screen.common": screening.common, "web.screening.step_new": screening.new_technology,
        "web.screening.step_out": screening.excluded, "web.screening.step_in": screening.added,
        "web.screening.step_targets": screening.targets,
    }  # fmt: skip
    return [(visit.t(key), _named(visit, screening, members)) for key, members in picked.items()]


def _reasons(visit: Visit, screening: Screening) -> list[tuple[str, str, str]]:
    """Return what the rule says of single minerals, with the reason."""
    steps = {
        "report.screened_out": screening.excluded, "report.screened_in": screening.added,
        "screen.new_technology": screening.new_technology,
    }  # fmt: skip
    return [(screening.label(e, visit.lang), visit.t(key), reason[visit.lang])
            for key, members in steps.items() for e, reason in members.items()]  # fmt: skip


def _result(row: dict[str, Any]) -> str:
    """Return in one word what becomes of an element."""
    return next((word for word in ("excluded", "added", "target") if row[word]), "none")


def moved(visit: Visit, name: str) -> dict[str, Any]:
    """Return what a list took in and left out against the one before it."""
    rows = changes(name, visit.lang, facts=visit.facts)
    moves = [
        (row["change"], label(row["element"], visit.lang, facts=visit.facts), row["reason"].rstrip("。."))
        for row in rows
    ]
    return {
        "list": name, "before": predecessor(name, facts=visit.facts),
        **{change: [(one, why) for kind, one, why in moves if kind == change] for change in ("in", "out")},
    }  # fmt: skip


def _flows(visit: Visit) -> list[tuple[str, str, Any]]:
    """Return each flow of recycling with its product and its chart."""
    products = {row["flow"]: row["product"] for row in recycling_flows(visit.lang, facts=visit.facts)}
    return [(flow, products[flow], visit.figure("recycling_flow", commodity)) for flow, commodity in flows(visit.facts)]
