"""What policies change: every lever alone ("gross") and all together ("joint"), scores beside tonnes, cost and year.

Which imports give way is not known in advance: pro rata is the point, riskiest first the other end of the band.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base.declare import STAGES, Lever
from shigen.figures.factbase import FactBase
from shigen.figures.store import current
from shigen.model.assumptions import assumption
from shigen.model.criticality import Assessment, assess, stage_risk_of
from shigen.model.indicators import axes, indicators
from shigen.model.levers import lever_kinds
from shigen.model.plans import apply, plans, with_hosts
from shigen.model.records import number
from shigen.model.sense import world_of

EFFECT_COLUMNS: Final = (
    "commodity", "effect", "lever", "host", "size", "unit", "world", "upstream_before", "upstream_after",
    "upstream_other_end", "intermediate_before", "intermediate_after", "final_before", "final_after",
    "exposure_before_musd", "exposure_after_musd", "raised", "lowered", "left_out",
    "displaced_t",
    "not_absorbed_t", "above_line_before_t", "above_line_after_t", "largest_before_t", "largest_after_t", "stock_days",
    "cost_musd", "cost_basis", "year_of_effect", "year_basis",
)  # fmt: skip


NO_FIGURE: Final = "no_figure"

_ENDS: Final = ("pro_rata_", "riskiest_")
"""Both ends of the band: which imports give way."""


def effects(
    before: Assessment,
    levers: Sequence[Lever],
    *,
    facts: FactBase | None = None,
) -> list[dict[str, Any]]:
    """Return rows with EFFECT_COLUMNS: one a lever alone, and one a commodity with all its levers.

    Levers of different commodities do not touch each other, so scenario i holds the i-th lever of every commodity, the
    last one all of them; each once pro rata and once riskiest first, all evaluated together.

    Parameters
    ----------
    before : Assessment
        Of one importer and year, without policies; its indicators and its scoring serve both sides.
    levers : sequence of Lever
        In any order.
    facts : FactBase, optional
        Where what is assumed is read; those of the snapshot in use when not given.
    """
    if not levers:
        return []
    facts = facts or current()
    mine = {c: [one for one in levers if one.commodity == c] for c in dict.fromkeys(x.commodity for x in levers)}
    depth = max(map(len, mine.values()))
    sets = [[own[i] for own in mine.values() if i < len(own)] for i in range(depth)] + [list(levers)]
    chain = with_hosts(before.chain.sel(commodity=list(mine)), [one.host for one in levers if one.host])
    labels = [f"{end}{i}" for end in _ENDS for i in range(depth + 1)]
    chosen = plans(chain, dict(zip(labels, sets * len(_ENDS), strict=True)))
    riskiest = xr.DataArray([label.startswith(_ENDS[1]) for label in labels], {"scenario": labels}, "scenario")
    keys = before.indicators
    after = assess(apply(chain, chosen, riskiest_first=riskiest), indicators=keys, scoring=before.scoring)
    start = assess(chain, indicators=keys, scoring=before.scoring)
    first, then = _figures(start), _figures(after)
    shared = start.dataset["score"].notnull() & after.dataset["score"].notnull()
    if "risk" in first:
        first["risk"], then["risk"] = (_risk_on(one, shared) for one in (start, after))
    then["left_out"] = (start.dataset["score"].notnull() | after.dataset["score"].notnull()) & ~shared
    if "scenario" not in then.dims:  # no policy has a size: all plans are alike
        then = then.expand_dims(scenario=labels)
    rows, kinds = [], lever_kinds()
    for commodity, own in mine.items():
        abouts = [(_about([one], facts), i) for i, one in enumerate(own)]
        abouts += [(_about(own, facts), depth)] if len(own) > 1 else []
        rows += [{"commodity": commodity, **about, **_changed(first, then, commodity, i)} for about, i in abouts]
    for row in rows:
        if not any(kinds[key].size_name == "days" for key in row["lever"].split("+")):
            # Days that a policy adds: none of them is a stockpile, and what is held today is not told here.
            row["stock_days"] = None
        row["world"] = None if row["effect"] == "joint" else world_of(chain, row["lever"], row["commodity"])
        row["year_of_effect"] = None if row["delay"] is None else int(chain["year"]) + row["delay"]
    return [{key: row[key] for key in EFFECT_COLUMNS} for row in rows]


def _risk_on(assessment: Assessment, shared: DataArray) -> DataArray:
    """Return the stage risk over the axes that are valid on both sides of a comparison."""
    axes_ = [
        k
        for k in assessment.dataset["indicator"].values
        if bool(assessment.dataset["weight"].sel(indicator=k).notnull().any())
    ]
    data, here = assessment.dataset.sel(indicator=axes_), shared.sel(indicator=axes_)
    return stage_risk_of(data.assign(score=data["score"].where(here)))


def _figures(assessment: Assessment) -> Dataset:
    """Return what the rows are made of, over (scenario), commodity."""
    data, chain = assessment.dataset, assessment.chain
    arriving = intake(chain)
    known = arriving.notnull().any("country")
    line = assessment.scoring.governance_line
    figures = {
        "score": data["score"],
        "above_line": arriving.where(chain["governance"] > line).sum("country").where(known),
        "exposure": exposure(chain),
        "largest": arriving.where(~chain["home"]).max("country").where(known),
    }
    figures |= {name: data[name] for name in ("risk",) if name in data}
    for name in ("displaced", "not_absorbed"):
        if name in chain:
            figures[name] = chain[name].sum("step", skipna=False)
    if "stock_days" in chain:
        figures["stock_days"] = chain["stock_days"]
    return Dataset(figures)


def _about(levers: Sequence[Lever], facts: FactBase) -> dict[str, Any]:
    """Return what a row says of its levers."""
    single = levers[0] if len(levers) == 1 else None
    kind = lever_kinds()[single.key] if single else None
    cost, cost_basis = _cost(levers, facts)
    delay, year_basis = _delay(levers, facts)
    return {
        "effect": "gross" if single else "joint",
        "lever": "+".join(one.key for one in levers),
        "host": single.host if single else None,
        "size": single.size if single else None,
        "unit": kind.unit if kind else None,
        "cost_musd": cost,
        "cost_basis": cost_basis,
        "delay": delay,
        "year_basis": year_basis,
    }


def _changed(first: Dataset, then: Dataset, commodity: str, scenario: int) -> dict[str, Any]:
    """Return what a row says of scores and tonnes, before and after."""
    now, other = (then.sel(commodity=commodity, scenario=f"{end}{scenario}") for end in _ENDS)
    before = first.sel(commodity=commodity)
    if "scenario" in before.dims:
        # On the axes that this very comparison shares.
        before = before.sel(scenario=f"{_ENDS[0]}{scenario}")
    moved = now["score"] - before["score"]
    row: dict[str, Any] = {
        "raised": [str(k) for k in moved["indicator"].values[moved.values > 1e-9]],
        "lowered": [str(k) for k in moved["indicator"].values[moved.values < -1e-9]],
        "left_out": [str(k) for k in now["indicator"].values[now["left_out"].values]],
        "upstream_other_end": number(other["risk"].sel(stage="upstream")) if "risk" in other else None,
        "displaced_t": number(now["displaced"]),
        "not_absorbed_t": number(now["not_absorbed"]),
        "stock_days": number(now["stock_days"]),
    }
    for when, data in (("before", before), ("after", now)):
        for name in ("above_line", "largest"):
            row[f"{name}_{when}_t"] = number(data[name])
        row[f"exposure_{when}_musd"] = number(data["exposure"])
        for stage in STAGES:
            row[f"{stage}_{when}"] = number(data["risk"].sel(stage=stage)) if "risk" in data else None
    return row


def intake(chain: Dataset) -> DataArray:
    """What arrives from abroad by partner, both steps together: (..., commodity, country) [t/yr], implied tonnes.

    NaN where a step has imports by value whose tonnes are not known: a part is not passed off as the whole.
    """
    tonnes = chain["imports_tonnes"]
    unknown = (tonnes.isnull() & (chain["imports_value"] > 0)).any(["country", "step"])
    return tonnes.sum("step", min_count=1).where(~unknown)


def exposure(chain: Dataset) -> DataArray:
    """What home's use of a year costs at the reference price of the year: (..., commodity) [million USD/yr].

    The amount on which the price swings. A saving lowers it, and leaves the swing as it is: the study answers
    volatility with saving, and is followed so far. NaN where nobody says what home takes, or at which price.
    """
    return chain["home_takes"] * chain["price"].isel(lag=0, drop=True) / 1e6


def _cost(levers: Sequence[Lever], facts: FactBase) -> tuple[float | None, str]:
    """Return the cost in million USD and what it rests on; None where a lever has no figure."""
    total, basis = 0.0, []
    for one in levers:
        if one.cost_musd is not None:
            total += one.cost_musd
            basis.append("user_figure")
            continue
        row = assumption(one.key, "capex_usd_per_t", one.commodity, facts=facts)
        if row is None or lever_kinds()[one.key].size_name != "t_per_year":
            return None, NO_FIGURE
        total += one.size * float(row["central"]) / 1e6
        basis.append(f"{row['flag']}: {row['source']}")
    return total, "; ".join(dict.fromkeys(basis))


def total_cost(levers: Sequence[Lever], *, facts: FactBase) -> tuple[float | None, list[Lever]]:
    """Return the cost of those levers that have a figure [million USD], None where none has, and those without one."""
    costs = [(one, _cost([one], facts)[0]) for one in levers]
    known = [cost for _, cost in costs if cost is not None]
    return (sum(known) if known else None), [one for one, cost in costs if cost is None]


def _delay(levers: Sequence[Lever], facts: FactBase) -> tuple[int | None, str]:
    """Return the years until the last of the levers takes effect, and what that rests on."""
    rows = [row for one in levers if (row := assumption(one.key, "delay_years", one.commodity, facts=facts))]
    if not rows:
        return None, NO_FIGURE
    slowest = max(rows, key=lambda r: float(r["central"]))
    return int(np.ceil(float(slowest["central"]))), f"{slowest['flag']}: {slowest['source']}"


def high_axes(assessment: Assessment, commodity: str) -> list[str]:
    """Return the axes that count as high for a commodity."""
    data, declared = assessment.dataset, indicators()
    keys, values = data["indicator"].values.tolist(), map(number, data["raw"].sel(commodity=commodity).values)
    high = {key for key, raw, line in zip(keys, values, data["high_raw"].values, strict=True)
            if raw is not None and declared[key].is_high(raw, float(line))}  # fmt: skip
    return [key for key in axes() if key in high]
