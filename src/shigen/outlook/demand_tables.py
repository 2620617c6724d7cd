"""Rows of a demand result: every part and use, the summary beside the study's rate, and the clause for the types."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen import __version__
from shigen.base.i18n import LANGS, Lang, joined, signless, text
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.assumptions import study_classes
from shigen.model.records import number
from shigen.model.typology import Clause
from shigen.outlook import elsewhere_demand as elsewhere
from shigen.outlook.demand import PARTS, Demand, cagr
from shigen.outlook.inputs import ECONOMY, Input
from shigen.outlook.trend import LEAST_YEARS
from shigen.outlook.volumes import SERIES

ROW_COLUMNS: Final = ("region", "commodity", "part", "use", "scenario", "year", "low", "value", "high", "unit")
SHOWN_YEARS: Final = (2024, 2030, 2040, 2050)
SUMMARY_COLUMNS: Final = (
    "commodity", "scenario", "class", "study_class", "base", "base_year", *(f"t_{year}" for year in SHOWN_YEARS),
    "cagr", "cagr_low", "cagr_high", "study_cagr", "growth", "t_2050_undamped", "cagr_undamped", "multiple_2040",
    "iea_multiple_2040", "rise", "fall", "explained",
)  # fmt: skip
NEAR: Final = 0.03
"""How near to its line the rise of new uses makes the clause provisional."""


def rows(
    demand: Demand, *, commodities: Sequence[str] | None = None, years: Sequence[int] | None = None,
    chosen: Sequence[str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Return one row a commodity, use, scenario and year with ROW_COLUMNS; the part `total` holds the sum.

    A use that a commodity does not have, or that lies inside the trend, has no row; what is not known is None.
    """
    data = demand.dataset
    at = {"year": list(years) if years else data["year"].values, "scenario": list(chosen or demand.inputs.scenarios),
          "commodity": list(commodities) if commodities else data["commodity"].values}  # fmt: skip
    dims = ("commodity", "scenario", "year", "bound")
    every = data["demand"].sel(at).transpose("part", "use", *dims)
    places = [[str(label) for label in every[dim].values] for dim in ("part", "use")]
    blocks = [
        (use.part, use.key, every.values[places[0].index(use.part), places[1].index(use.key)])
        for use in demand.inputs.uses.values()
    ]
    blocks.append(("total", "", demand.total.sel(at).transpose(*dims).values))
    keys, among, ahead = ([str(label) for label in every[dim].values] for dim in dims[:3])
    return [
        {"region": demand.region, "commodity": commodity, "part": part, "use": use, "scenario": scenario,
         "year": int(year), "low": number(low), "value": number(value), "high": number(high), "unit": "t/yr"}
        for i, commodity in enumerate(keys) for part, use, block in blocks
        if part in ("existing", "total") or not np.isnan(block[i]).all()
        for j, scenario in enumerate(among) for k, year in enumerate(ahead) for low, value, high in (block[i, j, k],)
    ]  # fmt: skip


def summary(demand: Demand, lang: Lang) -> list[dict[str, Any]]:
    """Return one row a commodity and scenario with SUMMARY_COLUMNS: amounts, growth a year beside the study's, why."""
    total, data = demand.total.transpose("commodity", "scenario", "year", "bound"), demand.dataset
    years = [int(year) for year in total["year"].values]
    rate = cagr(total.isel(year=0), total.isel(year=-1), years[-1] - years[0]).values
    amounts = total.sel(bound="central").values
    study = {r["commodity"]: r for r in demand.inputs.facts.table("study_demand")}
    changes = _changes(demand)
    classes = demand.classes()
    short = data["short"].values
    beside = elsewhere.of(demand)
    multiples = elsewhere.multiples(demand).transpose("commodity", "scenario").values
    undamped = data["undamped"].transpose("commodity", "scenario", "year")
    faster = elsewhere.faster(demand)
    lines = []
    for i, key in enumerate(classes):
        published = study.get(key)
        base, base_year, growth, rise, fall = (
            float(array.values[i]) for array in (
                data["base"], data["base_year"], data["growth"].sel(bound="central"), data["rise"], data["fall"]
            )
        )  # fmt: skip
        trend = _trend(data.isel(commodity=i), classes[key], growth, lang, elsewhere.start(demand, key, lang))
        for j, scenario in enumerate(total["scenario"].values):
            low, centre, high = np.sort(rate[i, j])
            if_undamped, last = (float(undamped.values[i, j, n]) for n in (0, -1))
            alone = (last / if_undamped) ** (1 / (years[-1] - years[0])) - 1 if if_undamped else np.nan
            theirs = beside.get((key, str(scenario)))
            more = (
                ""
                if short[i]
                else "".join(
                    [
                        elsewhere.damping(demand, key, float(last), alone, lang),
                        elsewhere.surge_words(demand, key, faster[key], lang),
                        elsewhere.words(theirs, multiples[i, j], lang),
                    ]
                )
            )
            lines.append({
                "commodity": key, "scenario": str(scenario), "class": classes[key],
                "study_class": published["demand_class"] if published else None, "base": number(base),
                "base_year": None if np.isnan(base_year) else int(base_year),
                **{f"t_{y}": number(amounts[i, j, years.index(y)]) if y in years else None for y in SHOWN_YEARS},
                "cagr": number(centre), "cagr_low": number(low), "cagr_high": number(high),
                "study_cagr": float(published["cagr_2019_2050"]) if published else None, "growth": number(growth),
                "t_2050_undamped": number(last), "cagr_undamped": number(alone),
                "multiple_2040": number(multiples[i, j]),
                "iea_multiple_2040": float(theirs["multiple"]) if theirs else None,
                "rise": number(rise) if bool(data["modelled_new"].values[i]) else None,
                "fall": number(fall) if bool(data["modelled_regulated"].values[i]) else None,
                "explained": trend if short[i] else
                why_it_moves(trend, dict(zip(PARTS, changes[i, :, j], strict=True)), key, lang,
                             facts=demand.inputs.facts) + more,
            })  # fmt: skip
    return lines


def _changes(demand: Demand) -> np.ndarray:
    """Return the change of each part from the first year to the last: (commodity, part, scenario) [t/yr]."""
    parts = demand.parts().sel(bound="central").transpose("commodity", "part", "scenario", "year")
    return np.asarray((parts.isel(year=-1) - parts.isel(year=0)).values)


def _trend(data: Dataset, kind: str, growth: float, lang: Lang, start: str) -> str:
    """Return in words the trend that is projected, and the years that it leaves out; or why there is none.

    `start`: of a home, the figure that it starts from.
    """
    if bool(data["short"]):
        return _short(data, lang)
    if np.isnan(growth):
        return text("demand.no_trend", lang)
    used, left_out = (data["past"].values[data[name].values] for name in ("used", "left_out"))
    if len(used) < LEAST_YEARS:
        return text("demand.trend_assumed", lang, rate=f"{100 * growth:.1f}") + start
    words = text("demand.trend_of_all" if kind == "D" else "demand.trend_of_existing", lang,
                 rate=signless(f"{100 * growth:+.1f}"), first=used.min(), last=used.max(), count=len(used))  # fmt: skip
    base_year = int(data["base_year"])
    if start:
        words += start
    elif base_year < int(data["year"].min()):
        words += text("demand.from_earlier", lang, year=base_year, tonnes=f"{float(data['base']):,.0f}")
    if len(left_out):
        words += text("demand.left_out", lang, years=joined([str(year) for year in left_out], lang))
    return words


def _short(data: Dataset, lang: Lang) -> str:
    """Return in words that new and regulated uses take more of a mineral than there is."""
    taken, base = (f"{float(f'{float(data[name]):.3g}'):,.10g}" for name in ("taken", "base"))
    return text("demand.short", lang, taken=taken, base=base, year=int(data["base_year"]))


def why_it_moves(
    trend: str, changes: Mapping[str, float], commodity: str, lang: Lang, *, facts: FactBase | None = None
) -> str:
    """Return in words what moves a mineral's demand, and why the study's rate is another."""
    words = trend
    for part in PARTS[1:]:
        if not np.isnan(changes[part]):
            words += text(f"demand.{part}_change", lang, tonnes=f"{float(f'{changes[part]:.3g}'):+,.0f}")
    rows = (facts or current()).table("demand_differences")
    why = {r["commodity"]: r[f"why_{lang}"] for r in rows}.get(commodity, "")
    return words + (" " if lang == "en" and why else "") + why


def meta(demand: Demand) -> dict[str, Any]:
    """Return what a table of demand must say of itself: region, years, deciding scenario, rules, editions, version."""
    choices = demand.choices
    return {
        "region": demand.region, "base_year": int(demand.dataset["year"].min()), "scenario": choices.scenario,
        "horizon": choices.horizon, "line": choices.line, "span": choices.span,
        "irregular_from": choices.irregular_from, "damping": choices.damping,
        "editions": sorted({e for own in demand.dataset["history"].attrs["editions"].values() for e in own}),
        "version": __version__,
    }  # fmt: skip


def sources(demand: Demand, commodities: Sequence[str]) -> tuple[str, ...]:
    """Return what the demand of some commodities rests on: editions of output, and the sources of the assumptions.

    Without a commodity: the editions of all.
    """
    rows = concerning(demand, commodities)
    held = demand.dataset["history"].attrs["editions"]
    own = _spans(list(dict.fromkeys(edition for key in commodities or held for edition in held[key])))
    own += [demand.known[key]["edition"] for key in commodities or demand.known if key in demand.known]
    return tuple(dict.fromkeys([*own, *(row.source for row in rows if row.flag != "user")]))


def _spans(editions: Sequence[str]) -> list[str]:
    """Return editions of one series as a span: MCS 2014 to MCS 2026 as "MCS 2014–2026"."""
    series: dict[str, list[str]] = {}
    for edition in editions:
        name, _, year = edition.rpartition(" ")
        series.setdefault(name, []).append(year)
    return [f"{name} {min(years)}" + (f"–{max(years)}" if len(years) > 1 else "") for name, years in series.items()]


def concerning(demand: Demand, commodities: Sequence[str]) -> list[Input]:
    """Return the assumptions that concern some commodities: their own, and those of the uses that they have."""
    demanded = demand.dataset["demand"].sel(commodity=list(commodities))
    held = demanded.notnull().any([d for d in demanded.dims if d not in ("use", "part")]).any("part")
    keys = {use.key for use in demand.inputs.uses.values() if bool(held.sel(use=use.key))}
    volume_of = {use.key: use.volume for use in demand.inputs.uses.values()}
    volumes = {name for key in keys for name in SERIES.get(volume_of[key], (volume_of[key],))}
    if demand.choices.damping and set(commodities) - demand.inputs.assumed_growth():
        keys.add(ECONOMY)
    return [
        row for row in demand.inputs.rows
        if (row.commodity in commodities if row.commodity else row.use in (volumes if row.kind == "volume" else keys))
    ]  # fmt: skip


def surge(demand: Demand) -> dict[str, Clause]:
    """Return whether demand rises discontinuously, by commodity: new uses against the line, the study's word beside it.

    In the deciding scenario new uses add at least `line` of today's demand by the horizon. Where the ends of the
    assumptions fall on both sides of the line, the answer is near it.
    """
    study = study_classes(facts=demand.inputs.facts)
    clauses = {}
    for commodity in demand.dataset["commodity"].values:
        own = demand.dataset.sel(commodity=commodity)
        rise, low, high = (float(own[name]) for name in ("rise", "rise_low", "rise_high"))
        key = str(commodity)
        line, modelled = demand.choices.line, bool(own["modelled_new"])
        why = {
            lang: text(f"clause.surge_{'from' if modelled else 'unmodelled'}", lang, year=demand.choices.horizon,
                       study=text(f"demand_class.{study.get(key, 'unknown')}", lang)) for lang in LANGS
        }  # fmt: skip
        known = not np.isnan(rise)
        if bool(own["short"]):
            why = {lang: text("clause.surge_short", lang, year=int(own["base_year"])) for lang in LANGS}
        # Where no new use is modelled, nothing was measured that a figure could tell.
        told = known and modelled
        clauses[key] = Clause("surge", rise >= line if known else None, rise if told else None, line,
                              near=known and (abs(rise - line) <= NEAR or low < line <= high), why=why,
                              low=low if told else None, high=high if told else None)  # fmt: skip
    return clauses
