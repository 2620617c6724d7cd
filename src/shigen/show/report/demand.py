"""What the report says of demand: the summary, scrap, uses without figures, and every assumption."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, joined, source_words, text
from shigen.model.assumptions import study_demand
from shigen.outlook.demand import Demand
from shigen.outlook.demand_tables import SHOWN_YEARS, concerning, summary
from shigen.outlook.stocks import Stocks

if TYPE_CHECKING:
    from shigen.study.run import Run


def context(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return the values that the template shows."""
    return section(result.demand, result.home_demand, result.stocks, lang)


def section(world: Demand, home: Demand, scrap: Stocks, lang: Lang, *, among: Collection[str] = ()) -> dict[str, Any]:
    """Return what is said of a demand result: rows, scrap, uses without figures, and every assumption.

    Parameters
    ----------
    world : Demand
        Whose rows are told; a home's as well.
    home : Demand
        Stands beside each row.
    scrap : Stocks
        Of `world`.
    lang : {"ja", "en"}
        Language of the words.
    among : collection of str
        Scenarios whose rows are told; all when empty. A mineral that all scenarios give alike keeps its row.
    """
    keys = [str(c) for c in world.dataset["commodity"].values]
    beside = {(row["commodity"], row["scenario"]): row for row in summary(home, lang)}
    rows = [{**row, "home": beside[row["commodity"], row["scenario"]]} for row in summary(world, lang)]
    alike = world.alike()
    return {
        "years": [year for year in SHOWN_YEARS if year >= int(world.dataset["year"].min())],
        "choices": world.choices,
        "scenario": world.inputs.scenarios[world.choices.scenario],
        "scenarios": [replace(scenario, source=source_words(scenario.source, lang))
                      for scenario in world.inputs.scenarios.values()],
        "minerals": [_mineral(world, key, [row for row in rows if row["commodity"] == key
                                    and (alike[key] or not among or row["scenario"] in among)],
                              lang, alike=alike[key],
                              home=study_demand(key, facts=world.inputs.facts) if home.region == "JPN" else None)
                     for key in keys],
        "scrap": _scrap(world, scrap, lang),
        "scrap_absent": joined([names.label(key, lang) for key in keys
                                if not bool(scrap.modelled().sel(commodity=key))], lang),
        "gaps": [{"name": names.label(r["commodity"], lang), "use": r[f"use_{lang}"], "why": r[f"why_{lang}"],
                  "source": source_words(r["source"], lang)}
                 for r in world.inputs.facts.table("demand_gaps") if r["commodity"] in keys],
        "inputs": [row.row(lang) for row in concerning(world, keys)],
    }  # fmt: skip


def _mineral(
    world: Demand, key: str, rows: list[dict[str, Any]], lang: Lang, *, alike: bool, home: float | None
) -> dict[str, Any]:
    """Return a mineral with its rows: one where all scenarios are alike."""
    shown = rows[:1] if alike else rows
    return {
        "key": key, "name": names.label(key, lang), "unit": names.commodities()[key].unit(lang),
        "class": rows[0]["class"], "study_class": rows[0]["study_class"],
        "rows": [{**row, "short": text("demand.all_scenarios", lang) if alike else
                  world.inputs.scenarios[row["scenario"]].short[lang]} for row in shown],
        "explained": rows[0]["explained"], "study_home": home,
    }  # fmt: skip


def _scrap(demand: Demand, stocks: Stocks, lang: Lang) -> list[dict[str, Any]]:
    """Return scrap of products in the deciding scenario, and what it could cover of demand."""
    data = stocks.dataset.sel(scenario=demand.choices.scenario)
    rows = []
    for key in (str(c) for c in data["commodity"].values):
        own = data.sel(commodity=key)
        if float(own["scrap"].max()) > 0:
            used = [use for use in own["use"].values if float(own["scrap"].sel(use=use).max()) > 0]
            rows.append({
                "name": names.label(key, lang), "uses": [demand.inputs.uses[str(use)].name[lang] for use in used],
                "cells": [{"year": year, "scrap": float(own["scrap"].sel(year=year).sum()),
                           "recoverable": float(own["recoverable"].sel(year=year)),
                           "ceiling": float(own["ceiling"].sel(year=year))}
                          for year in SHOWN_YEARS if year >= int(own["year"].min())],
            })  # fmt: skip
    return rows
