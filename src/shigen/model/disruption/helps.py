"""What policies do in a stop: tonnes and days that each saves, in place beforehand or decided on the day it begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from shigen.base.declare import Lever
from shigen.figures.factbase import FactBase
from shigen.model.assumptions import assumption
from shigen.model.disruption.answers import Answer, Band, Laid, band
from shigen.model.disruption.scenario import MOST_MONTHS, Relief

When = Literal["before", "at_once"]
WHENS: Final[tuple[When, ...]] = ("before", "at_once")
"""In place when supply stops; decided on that day."""
RATIONING: Final = ("rationing",)


@dataclass(frozen=True)
class Help:
    """What one policy does in a stop.

    Attributes
    ----------
    saves : Band
        Of what would be short in all months [t, or percent of a year's need]: without the policy less with it, draw by
        draw.
    days : float
        Median of the days of cover that it adds, of the draws in which home is short with it and without [days]; NaN
        where those are too few.
    month : int or None
        First month of the stop in which it acts, 1 the first; None: not within the horizon, or not at all.
    why : str
        Why it does nothing, a key of the texts `disruption.helpless`; empty where it does something.
    """

    lever: Lever
    when: When
    saves: Band
    days: float
    odds: float
    """Chance that home is short within the horizon with it [1]."""
    month: int | None
    why: str = ""


def relief(lever: Lever, step: str, need: float, when: When, *, facts: FactBase | None = None) -> Relief | str:
    """Return a policy as the model of months reads it, else the key of why it does nothing.

    Parameters
    ----------
    lever : Lever
    step : {"refined", "ore"}
        What is used: a mine brings nothing where refined products are.
    need : float [t/month]
        NaN where tonnes are not known.
    when : {"before", "at_once"}
        Decided on the day, a policy begins after its delay of the table `lever_defaults` (central figure); a stock
        cannot be laid in any more.
    """
    row = assumption(lever.key, "delay_years", lever.commodity, facts=facts)
    delay = 12.0 * float(row["central"]) if when == "at_once" and row else 0.0
    if delay >= MOST_MONTHS or (when == "at_once" and lever.key == "stockpile"):
        return "too_late"
    if lever.key not in _PLANTS:
        fields = {"stockpile": ("stock_days",), "recycling": ("recycling", "recycling_delay"),
                  "resource_saving": ("saving", "saving_delay")}.get(lever.key)  # fmt: skip
        return Relief(**dict(zip(fields, (lever.size, delay), strict=False))) if fields else "no_flow"
    if _PLANTS[lever.key] != step:
        return "other_step"
    return Relief(output=lever.size * lever.offtake / 12.0, output_delay=delay) if np.isfinite(need) else "no_tonnes"


ENOUGH: Final = 20
"""Draws below which no median of days is told."""
_PLANTS: Final = {"smelter_investment": "refined", "mine_investment": "ore"}
"""The step whose goods a plant brings."""


def helps(laid: Laid, without: Answer, levers: Sequence[Lever], *, facts: FactBase | None = None) -> list[Help]:
    """Return what each policy does in a stop, in place beforehand and decided on the day, on the same draws.

    Parameters
    ----------
    laid : Laid
        The stop; what home does beside the policy stays.
    without : Answer
        The same, played.
    """
    step = str(laid.network.attrs.get("step", laid.scenario.step))
    need = float(without.need.mean()) if laid.network.attrs.get("unit", "t") == "t" else float("nan")
    return [_help(laid, without, one, when, relief(one, step, need, when, facts=facts))
            for one in levers for when in WHENS]  # fmt: skip


def _help(laid: Laid, without: Answer, lever: Lever, when: When, does: Relief | str) -> Help:
    nothing = Band(0.0, 0.0, 0.0)
    if isinstance(does, Relief):
        begins = max(does.recycling_delay, does.saving_delay, does.output_delay)
        month = int(np.floor(begins + 0.5)) + 1
        if month > laid.scenario.horizon:
            does = "too_late"
    if isinstance(does, str):
        return Help(lever, when, nothing, 0.0, without.odds_short(), None, does)
    if not np.isfinite(without.cover).any():
        return Help(lever, when, nothing, float("nan"), 0.0, month, "not_short")
    answer = laid.under(_both(laid.case.relief, does)).play(RATIONING)
    before, after = (one.months["short"].sel(closure="rationing").sum("month").values for one in (without, answer))
    saved = np.where(np.abs(before - after) > 1e-9 * before, before - after, 0.0)
    both = np.isfinite(without.cover) & np.isfinite(answer.cover)
    days = float(np.median(answer.cover[both] - without.cover[both])) if both.sum() >= ENOUGH else float("nan")
    return Help(lever, when, band(saved), days, answer.odds_short(), month)


def _both(one: Relief, other: Relief) -> Relief:
    """Return what home does already, with a policy that it does not do yet."""
    changed = {name: getattr(other, name) for name in one.__dataclass_fields__ if getattr(other, name)}
    return replace(one, **changed)
