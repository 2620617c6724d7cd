"""The section on what others do: rows of the observatory with the words and links of a page."""

from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, joined
from shigen.figures.factbase import FactBase
from shigen.model.levers import lever_kinds
from shigen.outlook.observatory import documents, instruments, matrix, measures, region_name, timeline
from shigen.outlook.policies import VIEWS, policies
from shigen.outlook.standing import AS_OF

if TYPE_CHECKING:
    from shigen.study.run import Run


def as_json(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return what study.json holds: every view, and what the comparison with the importer rests on."""
    rows = {view: policies(view, lang=lang, facts=result.facts) for view in VIEWS if view != "elsewhere"}
    home = result.elsewhere
    return {**rows, "elsewhere": home.rows(lang), "home": {"region": home.home, "held": home.measure_count,
                                                           "rests_on": home.in_words(lang)}}  # fmt: skip


def section(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return everything that the page's section shows."""
    facts, home = result.facts, result.elsewhere
    every = [named(row, lang, facts=facts) for row in measures(lang=lang, facts=facts)]
    studied = set(result.study.commodities)
    missing = home.rows(lang)
    cells = matrix(lang=lang, facts=facts)
    return {
        "as_of": AS_OF,
        "home": region_name(home.home, lang),
        "rests_on": home.in_words(lang),
        "missing": [row for row in missing if row["side"] != "restricts"],
        "restricts": [row for row in missing if row["side"] == "restricts"],
        "matrix": cells,
        "levers": _levers(result, cells, lang),
        "timeline": [named(row, lang, facts=facts) for row in timeline(lang=lang, facts=facts)],
        "instruments": [{"name": row[f"name_{lang}"], "about": row[f"about_{lang}"]}
                        for row in instruments(facts).values()],
        "studied": [row for row in every if studied & set(row["commodities"])],
        "others": [row for row in every if not studied & set(row["commodities"])],
        "documents": documents(lang=lang, facts=facts),
    }  # fmt: skip


def named(row: dict[str, Any], lang: Lang, *, facts: FactBase) -> dict[str, Any]:
    """Return a row of the measures or the timeline with the names of its minerals, parties and instruments."""
    minerals = [names.label(key, lang) for key in row["commodities"]]
    return {
        **row,
        "minerals": joined(minerals + ([row["scope"]] if row.get("scope") else []), lang),
        "with": joined([region_name(key, lang) for key in row.get("parties", [])], lang),
        "kinds": joined(
            [instruments(facts)[key][f"name_{lang}"] for key in [row["instrument"], *row.get("also", [])]], lang
        ),
    }


def _levers(result: "Run", cells: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    """Return each lever with the matrix's measures that it models and the minerals for which the study runs it."""
    measured = {key: [c["name"] for c in cells if key in c["levers"]] for key in lever_kinds()}
    run = {key: dict.fromkeys(one.commodity for one in result.levers if one.key == key) for key in lever_kinds()}
    return [
        {
            "key": key, "acts_on": kind.acts_on[lang], "measures": joined(list(dict.fromkeys(measured[key])), lang),
            "minerals": [{"key": mineral, "name": names.label(mineral, lang)} for mineral in run[key]],
        }
        for key, kind in lever_kinds().items()
    ]  # fmt: skip
