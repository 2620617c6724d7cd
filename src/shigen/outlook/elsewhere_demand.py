"""What stands beside a projection: the IEA's figure, the undamped trend, home's first figure, why a surge is slower."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from xarray import DataArray

from shigen.base import names
from shigen.base.i18n import Lang, joined, signless, source_words, text
from shigen.figures.factbase import Row
from shigen.model.assumptions import stated_growth, study_classes
from shigen.outlook.demand import Demand, cagr
from shigen.outlook.inputs import ECONOMY

YEAR: Final = 2040
"""The year of the IEA's multiples."""
FROM: Final = 2024
"""The year that they are multiples of."""
SURGES: Final = "discontinuous_increase"
"""The study's word for a mineral whose demand surges."""


def of(demand: Demand) -> dict[tuple[str, str], Row]:
    """Return what the IEA tells of world demand, by commodity and scenario; nothing beside the demand of a home."""
    if demand.region != names.WORLD:
        return {}
    return {(r["commodity"], r["scenario"]): r for r in demand.inputs.facts.table("demand_elsewhere")}


def multiples(demand: Demand) -> DataArray:
    """Return demand of 2040 over that of 2024: (commodity, scenario) [1]; NaN where the projection starts later."""
    total = demand.total.sel(bound="central", drop=True)
    first = total.sel(year=FROM) if FROM in total["year"].values else total.isel(year=0) * np.nan
    ratio: DataArray = total.sel(year=YEAR, drop=True) / first
    return ratio


def words(theirs: Row | None, ours: float, lang: Lang) -> str:
    """Return the IEA's multiple beside ours, with the reason of the difference; empty where it tells none."""
    if theirs is None or np.isnan(ours):
        return ""
    return text("demand.iea", lang, scenario=theirs["scenario"], year=theirs["year"], base=theirs["base_year"],
                theirs=f"{float(theirs['multiple']):.2f}", ours=f"{ours:.2f}", covers=theirs[f"covers_{lang}"],
                why=theirs[f"why_{lang}"])  # fmt: skip


def damping(demand: Demand, commodity: str, undamped: float, rate: float, lang: Lang) -> str:
    """Return by which rule a trend is damped, and what it would be as it is; empty where growth is assumed."""
    economy = demand.inputs.one("growth", ECONOMY)
    held = not demand.choices.damping or commodity in demand.inputs.assumed_growth()
    if economy is None or held or np.isnan(undamped):
        return ""
    return text("demand.damped", lang, years=demand.choices.damping, economy=f"{100 * economy[1]:.1f}",
                tonnes=f"{float(f'{undamped:.3g}'):,.0f}", rate=signless(f"{100 * rate:+.1f}"))  # fmt: skip


def start(demand: Demand, commodity: str, lang: Lang) -> str:
    """Return the figure from which a home's demand starts, and how it is brought to the base year; else empty."""
    figure = demand.known.get(commodity)
    if figure is None:
        return ""
    first, year = int(demand.dataset["year"].min()), int(figure["fact_year"])
    rate = stated_growth(facts=demand.inputs.facts).get(commodity, 0.0)
    told = text("demand.home_start", lang, kind=text(f"home_kind.{figure['kind']}", lang), year=year,
                tonnes=f"{float(figure['value']):,.0f}" if figure["value"] >= 100 else f"{figure['value']:.3g}",
                source=source_words(figure["edition"], lang),
                recovered=text(f"recovered.{figure['secondary']}", lang))  # fmt: skip
    if year == first:
        return told
    return told + text("demand.home_brought", lang, year=first, rate=signless(f"{100 * rate:+.1f}"))


def faster(demand: Demand) -> dict[str, list[str]]:
    """Return, of each mineral that surges, those that do not and yet grow as fast in the deciding scenario."""
    data = demand.dataset
    total = demand.total.sel(scenario=demand.choices.scenario, bound="central")
    years = int(total["year"][-1]) - int(total["year"][0])
    rate = dict(zip(data["commodity"].values, cagr(total.isel(year=0), total.isel(year=-1), years).values, strict=True))
    rises = dict(zip(data["commodity"].values, data["rise"].values >= demand.choices.line, strict=True))
    return {str(key): [str(other) for other in rises if rises[key] and not rises[other] and rate[other] >= rate[key]]
            for key in rises}  # fmt: skip


def surge_words(demand: Demand, commodity: str, quicker: Sequence[str], lang: Lang) -> str:
    """Return why a mineral counts as a surge that others outrun, and where the study's word is another."""
    rise = float(demand.dataset["rise"].sel(commodity=commodity))
    study = study_classes(facts=demand.inputs.facts)
    values: Mapping[str, object] = {"rise": f"{100 * rise:.0f}", "year": demand.choices.horizon,
                                    "line": f"{100 * demand.choices.line:.0f}"}  # fmt: skip
    told = ""
    if quicker:
        others = joined([names.label(c, lang) for c in quicker], lang)
        told += text("demand.surge_slower", lang, others=others, **values)
    if commodity in study and not np.isnan(rise) and (study[commodity] == SURGES) != (rise >= demand.choices.line):
        told += text("demand.surge_ours" if rise >= demand.choices.line else "demand.surge_study", lang, **values)
    return told
