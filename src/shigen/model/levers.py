"""Policies as functions SupplyChain → SupplyChain, with physical sizes; scores are computed anew, never nudged.

Each kind reads its sizes by commodity and host from a plan (see `plans`). All act as if in place in the base year.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np

from shigen.base import given, names, numbers
from shigen.base.declare import LEVERS, Lever, LeverKind, lever_kind
from shigen.base.errors import UserError, suggest, written
from shigen.base.i18n import Lang, text
from shigen.model import sizing
from shigen.model.arrays import (
    Array,
    any_known,
    at,
    by_row,
    choose,
    clipped,
    filled,
    greatest,
    known,
    least,
    nowhere,
    on,
    ratio,
    summed,
)
from shigen.model.feed import FLOWS, draw_ore
from shigen.model.named import Bare, Named


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
        Kind: resource_saving, recycling, smelter_investment, mine_investment, exploration, stockpile, or one of your
        own (`shigen.lever_kind`).
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

    cost_musd : float
        The user's own figure of the cost [million USD].

    Raises
    ------
    UserError
        A name that is not known, a size that is missing, of another kind, no number, or out of range.
    """
    kind, named = find_lever_kind(key), partial(text, f"lever.{key}")
    sizes = {"t_per_year": t_per_year, "tonnes": tonnes, "share": share, "days": days}
    other = [name for name, value in sizes.items() if value is not None and name != kind.size_name]
    size = sizes[kind.size_name]
    if size is None or other:
        raise UserError("lever_size", lever=named, size=kind.size_name, found=", ".join(other) or "-")
    which = "share" if kind.size_max == 1 else "amount"
    size = _checked(f"{key}.{kind.size_name}", size, kind.size_max, f"lever_range_{which}", lever=named,
                    unit=partial(text, f"unit.{kind.size_name}"))  # fmt: skip
    offtake = _checked(f"{key}.offtake", offtake, 1.0, "lever_range_offtake", lever=named)
    if cost_musd is not None:
        cost_musd = given.number(cost_musd, f"{key}.cost_musd", "cost", least=0.0)
    if kind.needs_host and not host:
        raise UserError("lever_host", lever=named)
    if not isinstance(note, str):
        raise given.refused(f"{key}.note", note, "text")
    at = names.country(host) if host else None
    return Lever(kind.key, names.commodity(commodity), size, at, offtake, cost_musd, note)


def _checked(name: str, value: object, most: float, error: str, **words: Callable[[Lang], str]) -> float:
    """Return a size of a policy: a number from 0 to the most that its kind may have."""
    number = given.number(value, name)
    if not 0 <= number <= most:
        raise UserError(error, value=f"{number:,.12g}", lever=words["lever"], unit=words.get("unit", ""))
    return number


def find_lever_kind(key: str) -> LeverKind:
    """Return the declaration of a kind of policies.

    Raises
    ------
    UserError
        There is no such kind.
    """
    kinds = lever_kinds()
    if not isinstance(key, str) or key not in kinds:
        word = key if isinstance(key, str) else written(key)
        raise UserError("unknown_lever", suggestions=suggest(word, kinds), word=word, known=", ".join(kinds))
    return kinds[key]


def lever_kinds() -> dict[str, LeverKind]:
    """All kinds of policies by key, in the order in which they apply."""
    return dict(sorted(LEVERS.items(), key=lambda item: item[1].order))


def size_in_words(key: str, size: float, lang: Lang) -> str:
    """Return the size of a policy in words: tonnes, days, or a share of demand or supply in percent."""
    kind = lever_kinds()[key]
    shown = (numbers.percent(size, 0 if float(f"{size:.2f}") == size else 1) if kind.size_name == "share"
             else numbers.amount(size))  # fmt: skip
    return kind.of[lang].format(size=shown) if kind.of else text(f"sized.{kind.size_name}", lang, size=shown)


def displace(chain: Bare, step: str, tonnes: Named, riskiest_first: bool | Named) -> tuple[Bare, Named]:
    """Take imports of a step away; return the chain and the tonnes that gave way (..., commodity) [t/yr].

    displaced = min(tonnes, imports); NaN where the tonnes of imports are not known, and then nothing moves. Shares are
    cut pro rata, or from the worst governance on; what is over is not absorbed; imports never fall below zero.
    """
    amount = at(chain["imports_tonnes"], step)
    whole = summed(amount, "country")
    amount = filled(amount)
    displaced = least(whole, tonnes)
    cut = amount * filled(ratio(displaced, whole))
    if riskiest_first is not False:
        worst = from_the_worst(amount, chain["governance"], filled(displaced))
        cut = choose(riskiest_first, worst, cut)
    keep = clipped(filled(1 - ratio(cut, amount), 1.0), 0.0, 1.0)
    factor = choose(on(step), keep, 1.0)
    return chain | {name: chain[name] * factor for name in FLOWS}, displaced


_UNSEEN: Final = ("imports_unseen", "imports_unseen_value", "tonnes_nowhere")
"""What arrives without a country: it falls where all of it does, and gives way to no single partner."""


def from_the_worst(amount: Array, governance: Array, displaced: Array) -> Array:
    """Return how much of each partner's amount gives way, worst governance first; unknown governance comes last."""

    def cut(a: np.ndarray, g: np.ndarray, d: np.ndarray) -> np.ndarray:
        shape = np.broadcast_shapes(a.shape, g.shape, (*d.shape, 1))
        a, g, d = np.broadcast_to(a, shape), np.broadcast_to(g, shape), np.broadcast_to(d, shape[:-1])
        order = np.argsort(-np.where(np.isnan(g), -1.0, g), axis=-1, kind="stable")
        sorted_ = np.take_along_axis(a, order, -1)
        before = np.cumsum(sorted_, -1) - sorted_
        given = np.clip(d[..., None] - before, 0.0, sorted_)
        back: np.ndarray = np.empty_like(given)
        np.put_along_axis(back, order, given, -1)
        return back

    return by_row(cut, "country", (amount, governance), (displaced,))


def _add(chain: Bare, name: str, amount: Named, step: str | None) -> Bare:
    """Add to a variable at a step; absent becomes the amount itself only where some figure is known."""
    array = chain[name]
    here = amount > 0
    if nowhere(here):
        return chain
    if step is not None:
        here = here & on(step)
    there = any_known(array, "country") if "country" in array.dims else known(array)
    return chain | {name: choose(here & there, filled(array) + amount, array)}


def _record(chain: Bare, step: str, displaced: Named, asked: Named) -> Bare:
    here = on(step) & (asked > 0)
    return chain | {
        "displaced": chain["displaced"] + choose(here, displaced, 0.0),
        "not_absorbed": chain["not_absorbed"] + choose(here, asked - displaced, 0.0),
    }


def _output(chain: Bare, levers: Bare, kind: str, step: str, riskiest_first: bool | Named) -> Bare:
    """New output at a step: production in the hosts, offtake in place of imports."""
    offtake = levers[f"{kind}_offtake"]
    asked = offtake.sum("country")
    before = {name: chain[name] for name in FLOWS}
    made = any_known(at(chain["production"], step), "country")
    chain, displaced = displace(chain, step, asked, riskiest_first)
    chain = _add(chain, "production", levers[kind], step)
    part = filled(ratio(offtake, asked)) * ~chain["home"]
    for name, earlier in before.items():
        freed = (at(earlier, step) - at(chain[name], step)).sum("country")
        chain = _add(chain, name, freed * part, step)
    # A plant at home is home supply for what home takes, whether or not the world's output of the step is known; where
    # the tonnes of imports are not known, its offtake stands in for what gives way.
    took = filled(ratio(choose(known(displaced), displaced, asked), asked)) * offtake
    surplus = greatest(levers[kind] - took, 0.0)
    adjustment = choose(made, -surplus, took) * chain["home"]
    chain = chain | {"home_adjustment": chain["home_adjustment"] + choose(on(step), adjustment, 0.0)}
    return _record(chain, step, displaced, asked)


@lever_kind(
    key="resource_saving", order=1, policy="saving", size_name="share", unit="1", size_max=1.0, needs_host=False,
    combine="remaining", of={"ja": "需要の{size}", "en": "{size} of demand"},
     reach=sizing.up_to(0.5),
    moves=("ore_import_governance", "refined_import_governance", "import_concentration"),
    name={"ja": "省資源化・代替材開発", "en": "Resource saving and substitution"},
    acts_on={"ja": "国内需要、輸入量（精鉱・製錬品とも）、価格変動の影響を受ける金額", "en": "home demand, imports of both steps, and the amount exposed to the price"},
    conserves={"ja": "相手国のシェアと価格の変動率は変わらないため、寡占度ではなく量と、価格変動の影響を受ける金額で評価する。効果は製品の切り替え後に現れる。",
               "en": "the shares of the partners and how the price swings; so look at the tonnes, and at the amount that is exposed to the price. It works once products have changed over."},
    can_worsen={"ja": "なし（一律の節約ではシェアが変わらないため、量で評価）",
                "en": "nothing; a pro-rata saving moves no share, so look at the tonnes"},
)  # fmt: skip
def resource_saving(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:
    """Less of a mineral is needed: what home takes, and imports of both steps, fall by a share of demand.

    Conserved: the shares of the partners (pro rata), and how the price swings: what falls is how much is bought at it
    (see `effects.exposure`). Delay: until products change over.
    """
    share = levers["resource_saving"]
    chain = chain | {"home_takes": chain["home_takes"] * (1 - share)}
    for step in ("ore", "refined"):
        here = on(step)
        amount = summed(at(chain["imports_tonnes"], step), "country")
        worst, displaced = displace(chain, step, amount * share, riskiest_first)
        # Pro rata needs no tonnes: every flow falls by the same share.
        evenly = {name: chain[name] * choose(here, 1 - share, 1.0) for name in FLOWS}
        chain = chain | {name: choose(riskiest_first, worst[name], evenly[name]) for name in FLOWS}
        chain = chain | {name: chain[name] * choose(here, choose(riskiest_first, 1.0, 1 - share), 1.0)
                         for name in (*_UNSEEN, "imports_estimated")}  # fmt: skip
        idle = (at(chain["imports_value"], step).sum("country") == 0) | (share == 0)
        known = choose(here, choose(idle, 0.0, displaced), 0.0)
        chain = chain | {"displaced": chain["displaced"] + known}
    return chain


@lever_kind(
    key="recycling", order=2, policy="recycling", size_name="share", unit="1", size_max=1.0, needs_host=False,
    combine="most", of={"ja": "再生割合{size}", "en": "{size} regenerated"},
     reach=sizing.recyclable, start=sizing.recycled_now, default=sizing.more_recycled,
    moves=("refined_import_governance", "scrap_recovery", "import_concentration"),
    name={"ja": "リサイクル技術の開発・促進", "en": "Recycling"},
    acts_on={"ja": "再生割合（上限まで）と製錬品の輸入量", "en": "the regenerated share, up to its ceiling, and refined imports"},
    conserves={"ja": "供給量は変わらず、再生した分だけ製錬品の輸入が減る。上限を超える分は吸収されない。",
               "en": "supply: the regenerated tonnes replace as many refined imports. Above the ceiling nothing more is absorbed."},
    can_worsen={"ja": "なし", "en": "nothing"},
)  # fmt: skip
def recycling(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:
    """A larger share of supply is regenerated from scrap; refined imports give way.

    Conserved: supply = primary / (1 - r), so that the regenerated tonnes replace as many refined imports. A target
    above the ceiling EOL-RR·(1 + g)^(-L) is cut to it; what lies beyond is not absorbed.
    """
    now = chain["scrap_share"]
    wanted = levers["recycling"] > 0
    asked_share = choose(wanted, greatest(now, levers["recycling"]), now)
    target = choose(wanted, least(asked_share, greatest(now, chain["recycling_ceiling"])), now)
    supply = ratio(summed(chain["imports_tonnes"], "country", "step"), 1 - now)
    gained, asked = ((share - now) * supply for share in (target, asked_share))
    chain, displaced = displace(chain, "refined", filled(gained), riskiest_first)
    chain = chain | {
        name: choose(wanted, greatest(chain[name], target), chain[name])
        for name in ("scrap_share", "scrap_share_low", "scrap_share_high")
    }
    here = on("refined") & wanted
    return chain | {
        "displaced": chain["displaced"] + choose(here, displaced, 0.0),
        "not_absorbed": chain["not_absorbed"] + choose(here, asked - displaced, 0.0),
    }


@lever_kind(
    key="smelter_investment", order=3, policy="smelter", size_name="t_per_year", unit="t/yr", size_max=1e12, needs_host=True,
    offtake=True, builds_on=("production", "refined"), project="plant",
    reach=sizing.all_that_arrives, host=sizing.home_host, default=sizing.share_of_arrivals,
    moves=("reserve_concentration", "production_concentration", "ore_import_governance", "refined_import_governance", "import_concentration", "refined_concentration", "reserve_life_change"),
    name={"ja": "製錬所投資", "en": "Smelter investment"},
    acts_on={"ja": "立地国の製錬品生産量、製錬品の輸入（国内立地では精鉱の輸入も）",
             "en": "refined production in the host, refined imports; at home ore imports too"},
    conserves={"ja": "国内の調達量は変わらない（吸収されない量を除く）。国内立地の場合、減った製錬品の分は精鉱の輸入になり、各相手国の余力（精鉱の生産量のうち、国内がまだ引き取っていない量）に比例して増える。余力の合計を超える分は吸収されない。",
               "en": "the home's intake, up to what is not absorbed. At home, what no longer arrives refined arrives as ore, from partners in proportion to what they can spare (their output of ore less what home takes already); beyond all of that nothing is absorbed."},
    can_worsen={"ja": "輸入ガバナンス（精鉱）（国内立地の場合）、生産寡占度（最大生産国に立地する場合）",
                "en": "import governance of concentrates when at home; concentration when in the dominant country"},
)  # fmt: skip
def smelter_investment(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:
    """A smelter or refinery: refined output in the host, its offtake in place of refined imports.

    Conserved: the home's intake up to "not absorbed". At home, what no longer arrives refined arrives as ore, from
    partners in proportion to what they can spare (see `feed`); what none can spare is not absorbed.
    """
    before = chain["displaced"]
    chain = _output(chain, levers, "smelter_investment", "refined", riskiest_first)
    offtake = levers["smelter_investment_offtake"]
    at_home = ratio((offtake * chain["home"]).sum("country"), offtake.sum("country"))
    gave_way = at(chain["displaced"] - before, "refined")
    chain, unfed = draw_ore(chain, gave_way * at_home)
    return chain | {"not_absorbed": chain["not_absorbed"] + choose(on("ore"), unfed, 0.0)}


@lever_kind(
    key="mine_investment", order=4, policy="mine", size_name="t_per_year", unit="t/yr", size_max=1e12, needs_host=True,
    offtake=True, builds_on=("production", "ore"), project="mine",
    reach=sizing.all_that_arrives, host=sizing.mine_host, default=sizing.share_of_arrivals,
    moves=("reserve_concentration", "production_concentration", "ore_import_governance", "import_concentration", "reserve_life_change"),
    name={"ja": "鉱山投資", "en": "Mine investment"},
    acts_on={"ja": "立地国の精鉱生産量と精鉱の輸入", "en": "ore production in the host and ore imports"},
    conserves={"ja": "国内の精鉱の調達量は変わらない（吸収されない量を除く）。",
               "en": "the home's intake of ore, up to what is not absorbed."},
    can_worsen={"ja": "生産寡占度（最大生産国に立地する場合）", "en": "concentration when in the dominant country"},
)  # fmt: skip
def mine_investment(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:
    """A mine: ore output in the host, its offtake in place of ore imports.

    Conserved: the home's intake of ore up to "not absorbed". A new producer lowers the HHI if and only if its share is
    below it.
    """
    return _output(chain, levers, "mine_investment", "ore", riskiest_first)


@lever_kind(
    key="exploration", order=5, policy="mine", size_name="tonnes", unit="t", size_max=1e15, needs_host=True,
    builds_on=("reserves", "ore"),
    reach=sizing.what_may_be_found, host=sizing.mine_host, default=sizing.share_of_reserves,
    moves=("reserve_concentration", "reserve_life_change"),
    name={"ja": "探鉱投資", "en": "Exploration"},
    acts_on={"ja": "立地国の埋蔵量", "en": "reserves in the host"},
    conserves={"ja": "生産・貿易は変わらず、立地国と世界の埋蔵量が増える。",
               "en": "all flows; reserves of the host and of the world grow."},
    can_worsen={"ja": "埋蔵寡占度（最大埋蔵国の場合）", "en": "reserve concentration when in the dominant country"},
)  # fmt: skip
def exploration(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:  # noqa: ARG001
    """Exploration: reserves in the host grow; flows stay as they are."""
    return _add(chain, "reserves", levers["exploration"], None)


@lever_kind(
    key="stockpile", order=6, policy="stockpile", size_name="days", unit="days", size_max=3650.0, needs_host=False,
    reach=sizing.up_to(365.0),
    moves=(),
    name={"ja": "備蓄", "en": "Stockpile"},
    acts_on={"ja": "備蓄日数と途絶時の余裕（スコアには影響しない）", "en": "no score; days of cover in a disruption"},
    conserves={"ja": "他のすべて。スコアは動かない。",
               "en": "everything else; no score moves."},
    can_worsen={"ja": "なし", "en": "nothing"},
)  # fmt: skip
def stockpile(chain: Bare, levers: Bare, *, riskiest_first: bool | Named) -> Bare:  # noqa: ARG001
    """A stockpile: days of cover; no structural score moves."""
    return chain | {"stock_days": chain["stock_days"] + levers["stockpile"]}
