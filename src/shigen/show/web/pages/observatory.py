"""What others do: timeline, matrix, measures, documents, and what the importer lacks, each row with its source."""

from typing import Any, Final

from shigen.base import names
from shigen.base.errors import check_view
from shigen.base.years import EARLIEST, LATEST, span
from shigen.outlook.elsewhere import elsewhere
from shigen.outlook.observatory import Rows, instruments, measures, region_name
from shigen.outlook.policies import VIEWS, policies
from shigen.outlook.standing import AS_OF
from shigen.show.report.observatory import named
from shigen.show.web.visit import Visit

ORDER: Final = ("timeline", "matrix", "measures", "documents", "elsewhere")
"""Views in the order of the page; the first one is shown where the address names none."""
CHARTS: Final = ("timeline", "policy_matrix")
BESIDE: Final = {
    "timeline": "timeline",
    "measures": "timeline",
    "matrix": "policy_matrix",
    "elsewhere": "policy_matrix",
}
"""Which chart stands open above a view."""
FILTERS: Final = {"commodity": ("commodity",), "region": ("region",), "instrument": ("instrument",),
                  "years": ("first", "last"), "measure": ("measure",), "as_of": ("as_of",)}  # fmt: skip
"""Choices of the views, each with its parameters."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the rows of one view under its filters, with the charts."""
    view = visit.query.get("view") or ORDER[0]
    check_view(view, ORDER)
    given = _given(visit)
    years = span(given["years"]) if "years" in given else None
    home = visit.asked.importer if view == "elsewhere" else None
    rows = policies(
        view, commodity=given.get("commodity"), region=given.get("region"), instrument=given.get("instrument"),
        years=years, home=home, measure=given.get("measure"), as_of=given.get("as_of"), lang=visit.lang,
        facts=visit.facts,
    )  # fmt: skip
    takes = VIEWS[view][2]
    commodity = names.commodity(given["commodity"]) if "commodity" in given else None
    of_one = commodity is not None and home is not None  # the matrix names no minerals
    return {
        "view": view, "as_of": AS_OF, "takes": takes, "tabs": [(one, _tab(visit, one)) for one in ORDER],
        "rows": _in_words(visit, view, rows, commodity), "only": given.get("measure"),
        "filtered": bool(given.keys() - {"as_of"}) and not of_one, "of_one": of_one, "offered": _offered(visit, view),
        "charts": [(kind, visit.figure(kind, commodity if kind == "timeline" else None),
                    BESIDE.get(view) == kind and not of_one) for kind in CHARTS],
        "data": {form: visit.data("policies", form, where=False, view=view, **given, home=home)
                 for form in ("csv", "json")},
        "about": {key: row[f"about_{visit.lang}"] for key, row in instruments(visit.facts).items()},
        "rests_on": elsewhere(home, commodity=commodity, facts=visit.facts).in_words(visit.lang) if home else "",
        "home": region_name(home, visit.lang) if home else "",
        "asks": [key for name, keys in FILTERS.items() if name in takes and name != "measure" for key in keys],
    }  # fmt: skip


def _given(visit: Visit) -> dict[str, str]:
    """Return the filters that the address sets; a span of years that is open at one end ends far off."""
    given = {name: word for name, (key, *_) in FILTERS.items() if name != "years" and (word := visit.query.get(key))}
    first, last = ((visit.query.get(key) or "").strip() for key in FILTERS["years"])
    return given | ({"years": f"{first or EARLIEST}:{last or LATEST}"} if first or last else {})


def _tab(visit: Visit, view: str) -> str:
    """Return the address of a view, without the filters that it does not take."""
    aside = [key for name, keys in FILTERS.items() if name not in VIEWS[view][2] for key in keys]
    return visit.link(**{"view": view} | dict.fromkeys(aside))


def _offered(visit: Visit, view: str) -> dict[str, list[tuple[str, str]]]:
    """Return what the filters of a view offer: what any of its rows names."""
    every = policies("measures" if view == "elsewhere" else view, lang=visit.lang, facts=visit.facts)
    regions = {key: region_name(key, visit.lang) for row in every for key in (row["region"], *row.get("parties", ()))}
    minerals = {key for row in every for key in row.get("commodities", ())}
    used = {key for row in every for key in (row.get("instrument"), *row.get("also", ()))}
    return {
        "region": sorted(regions.items(), key=lambda one: one[1]),
        "commodity": [(key, one.to(visit.lang)) for key, one in names.commodities().items() if key in minerals],
        "instrument": [(key, row[f"name_{visit.lang}"]) for key, row in instruments(visit.facts).items()
                       if key in used],
    }  # fmt: skip


def _in_words(visit: Visit, view: str, rows: Rows, commodity: str | None) -> Rows:
    """Return the rows of a view with the words and links that its table needs."""
    if view == "measures":
        return [named(row, visit.lang, facts=visit.facts) for row in rows]
    if view == "timeline":
        stands = {row["measure"]: row for row in measures(lang=visit.lang, facts=visit.facts)}
        return [{**named(row, visit.lang, facts=visit.facts), "stands": stands.get(row["measure"])} for row in rows]
    return not_here(visit, rows, commodity) if view == "elsewhere" else rows


def not_here(visit: Visit, rows: Rows, commodity: str | None) -> Rows:
    """Return what others do and the importer does not with its examples as links, for one mineral or any."""
    asked = elsewhere(visit.asked.importer, commodity=commodity, facts=visit.facts)
    of = {"commodities": [commodity]} if commodity else {}
    return [{**row, **of, "examples": list(zip(one.examples, row["examples"], strict=True))}
            for row, one in zip(rows, asked.missing, strict=True)]  # fmt: skip
