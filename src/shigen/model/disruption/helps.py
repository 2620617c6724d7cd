"""What policies do in a stop: tonnes and days that each saves, in place beforehand or decided on the day it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from shigen.base.declare import Combine, Lever
from shigen.figures.factbase import FactBase
from shigen.model.assumptions import assumption
from shigen.model.disruption.answers import Answer, Band, Laid, band
from shigen.model.disruption.scenario import MOST_MONTHS, Relief
from shigen.model.plans import TOGETHER

When = Literal["before", "at_once"]
WHENS: Final[tuple[When, ...]] = ("before", "at_once")
"""In place when supply stops; decided on that day."""
RATIONING: Final = ("rationing",)


@dataclass(frozen=True)
class Help:
    """What one policy does in a stop, or all of a mineral together.

    Attributes
    ----------
    lever : Lever or None
        None: all of them together, in place beforehand.
    saves : Band
        Of what would be short in all months [t, or percent of a year's need]: without the policy less with it, draw by
        draw.
    days : float
        Median of the days of cover that it adds, of the draws in which home is short with it and without [days]; NaN
        where those are too few.
    short : Band
        What is short in all months with it [t, or percent of a year's need].
    cover : Band
        Days of cover with it [days].
    month : int or None
        First month of the stop in which it acts, 1 the first; None: not within the horizon, or not at all.
    why : str
        Why it does nothing, a key of the texts `disruption.helpless`; empty where it does something.
    """

    lever: Lever | None
    when: When
    saves: Band
    days: float
    short: Band
    cover: Band
    odds: float
    """Chance that home is short within the horizon with it [1]."""
    month: int | None
    why: str = ""


def relief(lever: Lever, step: str, need: float, when: When, *, regenerated: float = 0.0,
           facts: FactBase | None = None) -> Relief | str:  # fmt: skip
    """Return a policy as the model of months reads it, else the key of why it does nothing.

    Parameters
    ----------
    lever : Lever
    step : {"refined", "ore"}
        What is used: a mine brings nothing where refined products are, recycling nothing where ore is.
    need : float [t/month]
        NaN where tonnes are not known.
    when : {"before", "at_once"}
        Decided on the day, a policy begins after its delay of the table `lever_defaults` (central figure); a stock
        cannot be laid in any more.
    regenerated : float [1]
        Of supply today: the size of a recycling policy is what is regenerated in the end, not what it adds.
    """
    row = assumption(lever.key, "delay_years", lever.commodity, facts=facts)
    delay = 12.0 * float(row["central"]) if when == "at_once" and row else 0.0
    if delay >= MOST_MONTHS or (when == "at_once" and lever.key == "stockpile"):
        return "too_late"
    if _BRINGS.get(lever.key, step) != step:
        return "other_step"
    if lever.key not in _PLANTS:
        fields = {"stockpile": ("stock_days",), "recycling": ("recycling", "recycling_delay"),
                  "resource_saving": ("saving", "saving_delay")}.get(lever.key)  # fmt: skip
        size = max(lever.size - regenerated, 0.0) if lever.key == "recycling" else lever.size
        return Relief(**dict(zip(fields, (size, delay), strict=False))) if fields else "no_flow"
    return Relief(output=lever.size * lever.offtake / 12.0, output_delay=delay) if np.isfinite(need) else "no_tonnes"


ENOUGH: Final = 20
"""Draws below which no median of days is told."""
_PLANTS: Final = ("smelter_investment", "mine_investment")
_BRINGS: Final = {"smelter_investment": "refined", "recycling": "refined", "mine_investment": "ore"}
"""The step whose goods a policy brings, or displaces by what is recovered."""


def helps(laid: Laid, without: Answer, levers: Sequence[Lever], *, regenerated: float = 0.0,
          facts: FactBase | None = None) -> list[Help]:  # fmt: skip
    """Return what each policy does in a stop, in place beforehand and decided on the day, on the same draws.

    Of several the last row is all of them together, in place beforehand.

    Parameters
    ----------
    laid : Laid
        The stop; what home does beside the policy stays.
    without : Answer
        The same, played.
    regenerated : float [1]
        As `relief` takes it.
    """
    step = str(laid.network.attrs.get("step", laid.scenario.step))
    need = float(without.need.mean()) if laid.network.attrs.get("unit", "t") == "t" else float("nan")
    does = [(one, when, relief(one, step, need, when, regenerated=regenerated, facts=facts))
            for one in levers for when in WHENS]  # fmt: skip
    rows = [_help(laid, without, *one) for one in does]
    if len(levers) > 1:
        beforehand = [one for _, when, one in does if when == WHENS[0]]
        acting = [one for one in beforehand if isinstance(one, Relief)]
        rows.append(_help(laid, without, None, WHENS[0], together(acting) if acting else str(beforehand[0])))
    return rows


def _help(laid: Laid, without: Answer, lever: Lever | None, when: When, does: Relief | str) -> Help:
    nothing, as_before = Band(0.0, 0.0, 0.0), (without.total("short", "rationing"), band(without.cover))
    if isinstance(does, Relief):
        begins = max(does.recycling_delay, does.saving_delay, does.output_delay)
        month = int(np.floor(begins + 0.5)) + 1
        if month > laid.scenario.horizon:
            does = "too_late"
    if isinstance(does, str):
        return Help(lever, when, nothing, 0.0, *as_before, without.odds_short(), None, does)
    if not np.isfinite(without.cover).any():
        return Help(lever, when, nothing, float("nan"), *as_before, 0.0, month, "not_short")
    answer = laid.under(_both(laid.case.relief, does)).play(RATIONING)
    before, after = (one.figures("short").sum(axis=0) for one in (without, answer))
    saved = np.where(np.abs(before - after) > 1e-9 * before, before - after, 0.0)
    both = np.isfinite(without.cover) & np.isfinite(answer.cover)
    days = float(np.median(answer.cover[both] - without.cover[both])) if both.sum() >= ENOUGH else float("nan")
    return Help(lever, when, band(saved), days, band(after), band(answer.cover), answer.odds_short(), month)


def together(each: Sequence[Relief]) -> Relief:
    """Return several policies that are in place beforehand as one, each kind combined as in `plans`.

    Examples
    --------
    >>> together([Relief(saving=0.1, stock_days=30), Relief(saving=0.5, stock_days=60)])  # doctest: +ELLIPSIS
    Relief(recycling=0.0, recycling_delay=0.0, saving=0.55, saving_delay=0.0, stock_days=90...)
    """
    first, *others = each
    for one in others:
        first = replace(first, **{name: TOGETHER[how](getattr(first, name), getattr(one, name))
                                  for name, how in COMBINED.items()})  # fmt: skip
    return first


COMBINED: Final[Mapping[str, Combine]] = {
    "recycling": "most", "saving": "remaining", "stock_days": "add", "output": "add",
}  # fmt: skip


def _both(one: Relief, other: Relief) -> Relief:
    """Return what home does already, with a policy that it does not do yet."""
    changed = {name: getattr(other, name) for name in one.__dataclass_fields__ if getattr(other, name)}
    return replace(one, **changed)
