"""Demand to 2050 in three parts: growth, amounts, what moves them, scrap, and every assumption behind."""

from dataclasses import replace
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.outlook.demand import FIRST_AHEAD, LAST
from shigen.outlook.demand_tables import concerning
from shigen.outlook.trend import LEAST_YEARS, LONGEST_SPAN
from shigen.show.report import demand as demand_words
from shigen.show.report.technology import rows_of, table_of
from shigen.show.web import answers
from shigen.show.web.projection import RATIO, Projection, projection_of, scenarios_of
from shigen.show.web.visit import Visit

TABLES: Final = ("summary", "parts", "scrap", "assumptions")
"""Views of the API that a user can keep as CSV."""
USUAL_FIELDS: Final = ("decides", "span", "line", "horizon")
"""Fields of the form that say how demand is projected."""


def page(visit: Visit) -> dict[str, Any]:
    """Return demand of the world, or of the country or bloc that the address names as `region`."""
    way, chosen = projection_of(visit.query), scenarios_of(visit.query, visit.facts)
    word = visit.query.get("region")
    region = names.importer(word, said="place") if word else None
    world = answers.demand_of(visit.facts, visit.asked, way, None)
    shown = answers.demand_of(visit.facts, visit.asked, way, region)
    home = answers.demand_of(visit.facts, visit.asked, way, region or visit.asked.importer)
    scrap = answers.scrap_ahead(visit.facts, visit.asked, way, region)
    known = bool(home.dataset["ratio"].notnull().any())
    more: dict[str, Any] = {"region": region, "scenarios": chosen, "projection": way}
    ahead = demand_words.section(shown, home, scrap, visit.lang, among=chosen)
    minerals = [_shown(one) for one in ahead["minerals"]]
    explained = [one for one in minerals if one["explained"]]
    short = dict(zip(map(str, shown.dataset["commodity"].values), shown.dataset["short"].values, strict=True))
    ratios = _ratios(visit, way, [one["key"] for one in minerals]) if region and (region != "JPN" or way.ratios) else []
    return {
        "ahead": ahead,
        "wide": [one for one in explained if len(one["rows"]) > 1],
        "narrow": [one for one in explained if len(one["rows"]) == 1],
        "silent": visit.list(one["name"] for one in minerals if one not in explained and not short[one["key"]]),
        "short": [(one["name"], one["explained"]) for one in ahead["minerals"] if short[one["key"]]],
        "minerals": minerals,
        # What an importer's demand rests on is what the world's does, whether or not its share is known.
        "inputs": [row.row(visit.lang) for row in concerning(world, [one["key"] for one in minerals])],
        "region": region, "place": visit.label(region) if region else visit.t("web.demand.world"),
        "importer": visit.label(home.region), "known": known,
        "lacking": UserError("demand_no_home", region=visit.label(home.region)).part("fact", visit.lang),
        "way": way, "changed": replace(way, ratios=()) != Projection(), "chosen": chosen,
        "plain": visit.link(**dict.fromkeys(replace(way, ratios=()).written())),
        "least": {"span": LEAST_YEARS, "horizon": FIRST_AHEAD}, "most": {"span": LONGEST_SPAN, "horizon": LAST},
        "ratios": ratios,
        "asks": ["region", "commodity", "scenario", *USUAL_FIELDS, *(name for name, *_ in ratios)],
        "growth": visit.figure("demand_growth", **more),
        "back": visit.figure("scrap", **more),
        "pictures": {one["key"]: visit.figure("demand", one["key"], **more) for one in explained},
        "tables": [(view, visit.t(f"web.demand.csv.{view}"), _address(visit, view, way, region, chosen))
                   for view in TABLES],
        "intensities": table_of("intensities", rows_of("intensities", visit.lang, facts=visit.facts), visit.lang,
                                more=True),
    }  # fmt: skip


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    """Return a mineral with one row where no scenario has a figure."""
    known = any(row["cagr"] is not None for row in one["rows"])
    return one if known else {**one, "rows": [{**one["rows"][0], "short": "–"}], "explained": ""}


def _ratios(visit: Visit, way: Projection, keys: list[str]) -> list[tuple[str, str, str]]:
    """Return the parameter, the name and the present value of each mineral's home demand per tonne of world demand."""
    own = dict(way.ratios)
    return [(f"{RATIO}{key}", visit.label(key), f"{own[key]:.12g}" if key in own else "") for key in keys]


def _address(visit: Visit, view: str, way: Projection, region: str | None, chosen: tuple[str, ...]) -> str:
    """Return where the API gives a table of what is shown, as CSV."""
    changes: dict[str, Any] = {key.replace(".", "__"): value for key, value in way.written().items()}
    return visit.data("demand", commodity=visit.asked.commodities, region=region, scenario=chosen, **changes, view=view)
