"""Policies as functions SupplyChain → SupplyChain, with physical sizes; scores are computed anew, never nudged.

A list of levers becomes a plan: sizes by commodity and host, one array a kind. So a plan may carry a dim of its own
(`scenario`), and one pass serves many plans. Kinds act in a fixed order (saving → recycling → smelter → mine →
exploration), so that the order of a list never matters. All act as if in place in the base year.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base import names
from shigen.base.declare import LEVERS, Lever, LeverKind, lever_kind
from shigen.base.errors import UserError, suggest
from shigen.figures import selection
from shigen.figures.factbase import FactBase, embedded
from shigen.figures.selection import Question
from shigen.model.assumptions import ceiling
from shigen.model.variables import MAPS, VARIABLES, choose, greatest, least
from shigen.model.views import KUSD, unit_value


def lever(
    key: str,
    commodity: str,
    *,
    host: str | None = None,
    t_per_year: float | None = None,
    tonnes: float | None = None,
    share: float | None = None,
    days: float | None = None,
    offtake: float = 1.0,
    cost_musd: float | None = None,
    note: str = "",
) -> Lever:
    """Return a policy with its size, checked.

    Parameters
    ----------
    key : str
        Kind: resource_saving, recycling, smelter_investment, mine_investment, exploration, stockpile.
    commodity, host : str
        Any names; the host may be the importer itself.
    t_per_year : float
        Size of a mine or smelter [t/yr on the commodity's basis].
    tonnes : float
        Size of an exploration success [t].
    share : float
        Size of a saving (share of demand) or of recycling (regenerated share of supply to reach) [1].
    days : float
        Size of a stockpile [days of consumption].
    offtake : float
        Share of the new output that goes to the home country [1].

    Raises
    ------
    UserError
        A name that is not known, a size that is missing, of another kind, or out of range.
    """
    kinds = lever_kinds()
    if key not in kinds:
        raise UserError("unknown_lever", suggestions=suggest(key, kinds), word=key, known=", ".join(kinds))
    kind = kinds[key]
    given = {"t_per_year": t_per_year, "tonnes": tonnes, "share": share, "days": days}
    other = [name for name, value in given.items() if value is not None and name != kind.size_name]
    size = given[kind.size_name]
    if size is None or other:
        raise UserError("lever_size", lever=key, size=kind.size_name, found=", ".join(other) or "-")
    if not 0 <= size <= kind.size_max:
        raise UserError("lever_range", lever=key, size=kind.size_name, value=size, most=f"{kind.size_max:g}")
    if not 0 <= offtake <= 1:
        raise UserError("lever_range", lever=key, size="offtake", value=offtake, most="1")
    if kind.needs_host and not host:
        raise UserError("lever_host", lever=key)
    at = names.country(host) if host else None
    return Lever(kind.key, names.commodity(commodity), float(size), at, offtake, cost_musd, note)


def lever_kinds() -> dict[str, LeverKind]:
    """All kinds of policies by key, in the order in which they apply."""
    return dict(sorted(LEVERS.items(), key=lambda item: item[1].order))


def plan(chain: Dataset, levers: Iterable[Lever]) -> Dataset:
    """Turn a list of levers into sizes by commodity and host: a variable a kind, and `<kind>_offtake` [t/yr].

    `recycling_ceiling` is the most that recycling may supply, from the table of assumptions.

    Several of one kind and host add up; several savings multiply; of several recycling targets the largest counts.

    Raises
    ------
    UserError
        A commodity that the chain does not hold, or a mine where there is no ore.
    """
    sizes = {kind: empty_plan(chain, kind) for kind in LEVERS}
    offtakes = {kind: empty_plan(chain, kind) for kind in ("smelter_investment", "mine_investment")}
    for one in levers:
        if one.commodity not in chain["commodity"].values:
            raise UserError("not_in_assessment", word=one.commodity)
        _needs_ore(chain, one)
        at = {"commodity": one.commodity} | ({"country": one.host} if LEVERS[one.key].needs_host else {})
        size = sizes[one.key]
        if one.key == "resource_saving":
            size.loc[at] = 1 - (1 - size.loc[at]) * (1 - one.size)
        elif one.key == "recycling":
            size.loc[at] = greatest(size.loc[at], one.size)
        else:
            size.loc[at] += one.size
        if one.key in offtakes:
            offtakes[one.key].loc[at] += one.size * one.offtake
    reach = [ceiling(str(commodity)) for commodity in chain["commodity"].values]
    return Dataset({
        **sizes,
        **{f"{kind}_offtake": array for kind, array in offtakes.items()},
        "recycling_ceiling": ("commodity", reach),
    })  # fmt: skip


def empty_plan(chain: Dataset, kind: str) -> DataArray:
    """Return the sizes of a kind when nothing is done: (commodity), (country)."""
    dims = ["commodity", "country"] if LEVERS[kind].needs_host else ["commodity"]
    return xr.DataArray(np.zeros([chain.sizes[d] for d in dims]), {d: chain[d].values for d in dims}, dims)


def _needs_ore(chain: Dataset, one: Lever) -> None:
    variable = {"mine_investment": "production_map", "exploration": "reserves_map"}.get(one.key)
    if variable is None:
        return
    mapped = chain[variable].sel(commodity=one.commodity)
    mapped = mapped.sel(step="ore") if "step" in mapped.dims else mapped
    if bool((mapped == MAPS.index("not_applicable")).all()):
        raise UserError("lever_no_ore", word=one.commodity)


def apply(
    chain: Dataset,
    levers: Iterable[Lever] | Dataset,
    *,
    riskiest_first: bool | DataArray = False,
    facts: FactBase | None = None,
) -> Dataset:
    """Return the supply chain with policies in place.

    Parameters
    ----------
    chain : Dataset
        A SupplyChain with any further dims.
    levers : iterable of Lever, or Dataset
        In any order; or a plan, with any further dims.
    riskiest_first : bool or DataArray of bool
        Displaced imports give way from the partner with the worst governance on; else pro rata.

    Returns
    -------
    Dataset
        The chain with `displaced`, `not_absorbed` (commodity, step) [t/yr], `stock_days` (commodity) [days], and
        `home_adjustment` (commodity, country, step) [t/yr], what a plant at home changes in home supply beside output.

    Raises
    ------
    UserError
        A commodity that the chain does not hold, or a mine where there is no ore.
    """
    if not isinstance(levers, Dataset):
        chosen = list(levers)
        chain = with_hosts(chain, [one.host for one in chosen if one.host], facts or embedded())
        levers = plan(chain, chosen)
    zero = xr.zeros_like(chain["by_mass"], dtype=float)
    chain = chain.assign(
        displaced=zero, not_absorbed=zero, stock_days=zero.isel(step=0, drop=True),
        home_adjustment=xr.zeros_like(chain["production"]),
    )  # fmt: skip
    for kind in lever_kinds().values():
        if bool((levers[kind.key] > 0).any()):
            chain = kind.apply(chain, levers, riskiest_first=riskiest_first)
    return chain


def implied_tonnes(chain: Dataset) -> DataArray:
    """Imports by partner in tonnes: (..., commodity, country, step) [t/yr].

    Recorded tonnes where every flow of the step has them; else value over the reference price of the year (an
    assumption). NaN where no price describes the step, and for a code that bundles several metals.
    """
    by_value = chain["imports_value"] / (unit_value(chain) * KUSD)
    recorded = (chain["imports"].notnull() | ~(chain["imports_value"] > 0)).all("country")
    recorded = recorded & chain["imports"].notnull().any("country")
    tonnes = choose(recorded, chain["imports"].fillna(0.0), by_value)
    return tonnes.where(chain["imports_map"] != MAPS.index("shared_code"))


def displace(
    chain: Dataset, step: str, tonnes: DataArray, riskiest_first: bool | DataArray
) -> tuple[Dataset, DataArray]:
    """Take imports of a step away; return the chain and the tonnes that gave way (..., commodity) [t/yr].

    displaced = min(tonnes, imports); NaN where the tonnes of imports are not known, and then nothing moves. Shares are
    cut pro rata, or from the worst governance on; what is over is not absorbed; imports never fall below zero.
    """
    amount = implied_tonnes(chain).sel(step=step, drop=True)
    whole = amount.sum("country", min_count=1)
    amount = amount.fillna(0.0)
    displaced = least(whole, tonnes)
    cut = amount * (displaced / whole.where(whole > 0)).fillna(0.0)
    if isinstance(riskiest_first, DataArray) or riskiest_first:
        worst = from_the_worst(amount, chain["governance"], displaced.fillna(0.0))
        cut = choose(riskiest_first, worst, cut) if isinstance(riskiest_first, DataArray) else worst
    keep = (1 - cut / amount.where(amount > 0)).fillna(1.0).clip(0.0, 1.0)
    factor = choose(chain["step"] == step, keep, 1.0)
    return chain.assign({name: chain[name] * factor for name in _FLOWS}), displaced


_FLOWS: Final = ("imports", "imports_value")


def from_the_worst(amount: DataArray, governance: DataArray, displaced: DataArray) -> DataArray:
    """Return how much of each partner's amount gives way, worst governance first; unknown governance comes last."""

    def cut(a: np.ndarray, g: np.ndarray, d: np.ndarray) -> np.ndarray:
        order = np.argsort(-np.where(np.isnan(g), -1.0, g), axis=-1, kind="stable")
        sorted_ = np.take_along_axis(a, order, -1)
        before = np.cumsum(sorted_, -1) - sorted_
        given = np.clip(d[..., None] - before, 0.0, sorted_)
        back: np.ndarray = np.empty_like(given)
        np.put_along_axis(back, order, given, -1)
        return back

    amount, governance, displaced = xr.broadcast(amount, governance, displaced, exclude=["country"])
    found: DataArray = xr.apply_ufunc(
        cut, amount, governance, displaced, input_core_dims=[["country"], ["country"], []],
        output_core_dims=[["country"]], dask="parallelized", output_dtypes=[float],
    )  # fmt: skip
    return found


def _add(chain: Dataset, name: str, amount: DataArray, step: str | None) -> Dataset:
    """Add to a variable at a step; absent becomes the amount itself only where some figure is known."""
    array = chain[name]
    here = amount > 0
    if step is not None:
        here = here & (chain["step"] == step)
    known = array.notnull().any("country") if "country" in array.dims else array.notnull()
    return chain.assign({name: choose(here & known, array.fillna(0.0) + amount, array).assign_attrs(array.attrs)})


def _record(chain: Dataset, step: str, displaced: DataArray, asked: DataArray) -> Dataset:
    here = (chain["step"] == step) & (asked > 0)
    return chain.assign(
        displaced=chain["displaced"] + choose(here, displaced, 0.0),
        not_absorbed=chain["not_absorbed"] + choose(here, asked - displaced, 0.0),
    )


def _output(chain: Dataset, levers: Dataset, kind: str, step: str, riskiest_first: bool | DataArray) -> Dataset:
    """New output at a step: production in the hosts, offtake in place of imports."""
    offtake = levers[f"{kind}_offtake"]
    asked = offtake.sum("country")
    before = {name: chain[name] for name in _FLOWS}
    known = chain["production"].sel(step=step, drop=True).notnull().any("country")
    chain, displaced = displace(chain, step, asked, riskiest_first)
    chain = _add(chain, "production", levers[kind], step)
    chain = _add(chain, "total", levers[kind].sum("country"), step)
    part = (offtake / asked.where(asked > 0)).fillna(0.0) * ~chain["home"]
    for name, earlier in before.items():
        freed = (earlier - chain[name]).sel(step=step, drop=True).sum("country")
        chain = _add(chain, name, freed * part, step)
    # A plant at home is home supply for what home takes, whether or not the world's output of the step is known; where
    # the tonnes of imports are not known, its offtake stands in for what gives way.
    took = (choose(displaced.isnull(), asked, displaced) / asked.where(asked > 0)).fillna(0.0) * offtake
    surplus = (levers[kind] - took).clip(min=0.0)
    adjustment = choose(known, -surplus, took) * chain["home"]
    chain = chain.assign(home_adjustment=chain["home_adjustment"] + choose(chain["step"] == step, adjustment, 0.0))
    return _record(chain, step, displaced, asked)


@lever_kind(
    key="resource_saving", order=1, policy=3, size_name="share", unit="1", size_max=1.0, needs_host=False,
    name={"ja": "省資源化・代替材等の開発支援", "en": "Resource saving and substitution"},
    acts_on={"ja": "国内需要と輸入量（精鉱・製錬品とも）", "en": "home demand and imports of both steps"},
    can_worsen={"ja": "なし（一律の節約はシェアを動かさないため、量で評価します）",
                "en": "nothing; a pro-rata saving moves no share, so look at the tonnes"},
)  # fmt: skip
def resource_saving(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:
    """Less of a mineral is needed: imports of both steps fall by a share of demand.

    Conserved: the shares of the partners (pro rata). Delay: until products change over.
    """
    share = levers["resource_saving"]
    for step in ("ore", "refined"):
        here = chain["step"] == step
        amount = implied_tonnes(chain).sel(step=step, drop=True).sum("country", min_count=1)
        worst, displaced = displace(chain, step, amount * share, riskiest_first)
        # Pro rata needs no tonnes: every flow falls by the same share.
        evenly = {name: chain[name] * choose(here, 1 - share, 1.0) for name in _FLOWS}
        chain = chain.assign({name: choose(riskiest_first, worst[name], evenly[name]) for name in _FLOWS})
        idle = (chain["imports_value"].sel(step=step, drop=True).sum("country") == 0) | (share == 0)
        known = choose(here, choose(idle, 0.0, displaced), 0.0)
        chain = chain.assign(displaced=chain["displaced"] + known)
    return chain


@lever_kind(
    key="recycling", order=2, policy=4, size_name="share", unit="1", size_max=1.0, needs_host=False,
    name={"ja": "リサイクル技術の開発支援", "en": "Recycling"},
    acts_on={"ja": "再生割合（上限まで）と製錬品の輸入量", "en": "the regenerated share, up to its ceiling, and refined imports"},
    can_worsen={"ja": "なし", "en": "nothing"},
)  # fmt: skip
def recycling(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:
    """A larger share of supply is regenerated from scrap; refined imports give way.

    Conserved: supply = primary / (1 - r), so that the regenerated tonnes replace as many refined imports. A target
    above the ceiling EOL-RR·(1 + g)^(-L) is cut to it; what lies beyond is not absorbed.
    """
    now = chain["scrap_share"]
    wanted = levers["recycling"] > 0
    asked_share = choose(wanted, greatest(now, levers["recycling"]), now)
    target = choose(wanted, least(asked_share, greatest(now, levers["recycling_ceiling"])), now)
    supply = implied_tonnes(chain).sum(["country", "step"], min_count=1) / (1 - now).where(now < 1)
    gained, asked = ((share - now) * supply for share in (target, asked_share))
    chain, displaced = displace(chain, "refined", gained.fillna(0.0), riskiest_first)
    chain = chain.assign({
        name: choose(wanted, greatest(chain[name], target), chain[name]).assign_attrs(chain[name].attrs)
        for name in ("scrap_share", "scrap_share_low", "scrap_share_high")
    })  # fmt: skip
    here = (chain["step"] == "refined") & wanted
    return chain.assign(
        displaced=chain["displaced"] + choose(here, displaced, 0.0),
        not_absorbed=chain["not_absorbed"] + choose(here, asked - displaced, 0.0),
    )


@lever_kind(
    key="smelter_investment", order=3, policy=2, size_name="t_per_year", unit="t/yr", size_max=1e12, needs_host=True,
    name={"ja": "製錬所投資", "en": "Smelter investment"},
    acts_on={"ja": "立地国の製錬品生産量、製錬品の輸入（国内立地では精鉱の輸入も）",
             "en": "refined production in the host, refined imports; at home ore imports too"},
    can_worsen={"ja": "輸入ガバナンス（精鉱）（国内立地の場合）、生産寡占度（最大生産国に立地する場合）",
                "en": "import governance of concentrates when at home; concentration when in the dominant country"},
)  # fmt: skip
def smelter_investment(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:
    """A smelter or refinery: refined output in the host, its offtake in place of refined imports.

    Conserved: the home's intake up to "not absorbed". At home, what no longer arrives refined arrives as ore, pro rata
    to the partners of today, where the commodity has an ore step and imports of it are recorded.
    """
    before = chain["displaced"]
    chain = _output(chain, levers, "smelter_investment", "refined", riskiest_first)
    offtake = levers["smelter_investment_offtake"]
    at_home = (offtake * chain["home"]).sum("country") / offtake.sum("country").where(lambda whole: whole > 0)
    gave_way = (chain["displaced"] - before).sel(step="refined", drop=True)
    ore = implied_tonnes(chain).sel(step="ore", drop=True).sum("country", min_count=1)
    has_ore = chain["production_map"].sel(step="ore", drop=True) != MAPS.index("not_applicable")
    drawn = (gave_way * at_home / ore.where((ore > 0) & has_ore)).fillna(0.0)
    factor = choose(chain["step"] == "ore", 1 + drawn, 1.0)
    return chain.assign({name: chain[name] * factor for name in _FLOWS})


@lever_kind(
    key="mine_investment", order=4, policy=1, size_name="t_per_year", unit="t/yr", size_max=1e12, needs_host=True,
    name={"ja": "鉱山投資", "en": "Mine investment"},
    acts_on={"ja": "立地国の精鉱生産量と精鉱の輸入", "en": "ore production in the host and ore imports"},
    can_worsen={"ja": "生産寡占度（最大生産国に立地する場合）", "en": "concentration when in the dominant country"},
)  # fmt: skip
def mine_investment(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:
    """A mine: ore output in the host, its offtake in place of ore imports.

    Conserved: the home's intake of ore up to "not absorbed". A new producer lowers the HHI if and only if its share is
    below it.
    """
    return _output(chain, levers, "mine_investment", "ore", riskiest_first)


@lever_kind(
    key="exploration", order=5, policy=1, size_name="tonnes", unit="t", size_max=1e15, needs_host=True,
    name={"ja": "探鉱投資", "en": "Exploration"},
    acts_on={"ja": "立地国の埋蔵量", "en": "reserves in the host"},
    can_worsen={"ja": "埋蔵寡占度（最大埋蔵国の場合）", "en": "reserve concentration when in the dominant country"},
)  # fmt: skip
def exploration(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:  # noqa: ARG001
    """Exploration: reserves in the host grow; flows stay as they are."""
    chain = _add(chain, "reserves", levers["exploration"], None)
    return _add(chain, "reserves_total", levers["exploration"].sum("country"), None)


@lever_kind(
    key="stockpile", order=6, policy=5, size_name="days", unit="days", size_max=3650.0, needs_host=False,
    name={"ja": "備蓄", "en": "Stockpile"},
    acts_on={"ja": "スコアには影響せず、備蓄日数と途絶時の余裕に反映されます", "en": "no score; days of cover in a disruption"},
    can_worsen={"ja": "なし", "en": "nothing"},
)  # fmt: skip
def stockpile(chain: Dataset, levers: Dataset, *, riskiest_first: bool | DataArray) -> Dataset:  # noqa: ARG001
    """A stockpile: days of cover; no structural score moves."""
    return chain.assign(stock_days=chain["stock_days"] + levers["stockpile"])


def with_hosts(chain: Dataset, hosts: Sequence[str], facts: FactBase) -> Dataset:
    """Return the chain with every host among its countries, with its governance."""
    new = sorted(set(hosts) - set(chain["country"].values))
    if not new:
        return chain
    countries = sorted([*chain["country"].values, *new])
    filled = {n: 0 if VARIABLES[n].dtype is not bool else False for n in chain.data_vars
              if n in VARIABLES and VARIABLES[str(n)].dtype is not float}  # fmt: skip
    wide = chain.reindex(country=countries, fill_value=filled | {
        n: np.nan for n in chain.data_vars if n not in filled})  # fmt: skip
    years = [int(y) for y in np.atleast_1d(chain["year"].values)]
    question = Question((), tuple(years), selection.as_of(facts, chain.attrs["as_of"]))
    rows = selection.governance(facts, question).groupby(["year", "country"])["estimate"].mean()
    risk = wide["governance"].copy()
    for row in rows.reset_index().to_dict("records"):
        if row["country"] in new:
            at = {"country": row["country"]} | ({"year": row["year"]} if "year" in risk.dims else {})
            risk.loc[at] = 1 - (row["estimate"] + 2.5) / 5
    for name in ("imports", "imports_value"):
        covered = chain[name].notnull().any("country")
        wide[name] = choose(covered & wide["country"].isin(new), wide[name].fillna(0.0), wide[name]).transpose(
            *wide[name].dims
        )
    return wide.assign(governance=risk)
