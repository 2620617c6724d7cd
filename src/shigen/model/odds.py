"""How sure: draws of a whole assessment, block by block, of which only counts are kept.

The engine (`engine`) draws what is uncertain and runs the formulas that the points run: indicators, scores, stage
risks, types, before and after policies. Memory does not grow with the draws.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from shigen.base.declare import STAGES, Lever
from shigen.figures.factbase import FactBase
from shigen.model.arrays import summed
from shigen.model.criticality import EQUAL, Assessment
from shigen.model.draws import BLOCK, THREADS, Numbers
from shigen.model.engine import Drawn, Engine, World, cells
from shigen.model.indicators import indicators
from shigen.model.rule import TYPES
from shigen.model.spread import Uncertainty
from shigen.model.tally import Tally
from shigen.model.typology import Clause, with_asked

AT_ONCE: Final = 4 * BLOCK
"""Draws that a thread evaluates at once: of a mineral's row they are one to three megabytes a variable."""


@dataclass(frozen=True)
class Plan:
    """Policies that are put in place together; of several minerals, since they do not touch each other."""

    levers: tuple[Lever, ...]
    kept: bool = False
    """Whether the figures with the plan in place are counted too, not only what it changes."""


@dataclass
class Effects:
    """What a plan changes, by stage and commodity."""

    plan: Plan
    minerals: list[str]
    """Those that the plan has policies on, in the order of the assessment."""
    change: Tally
    """Of the stage risk: (stage, commodity), of these minerals."""
    lowered: np.ndarray
    """Draws that lower it: (stage, commodity)."""
    tonnes: Tally
    """Imports that give way: (commodity) [t/yr]."""
    types: np.ndarray
    """Draws by (commodity, type), with the plan in place."""
    after: dict[str, Tally] = field(default_factory=dict)
    """What `Odds.tallies` holds, with the plan in place, of its minerals; empty unless the plan is kept."""


@dataclass
class Odds:
    """Counts of the draws of one assessment."""

    assessment: Assessment
    """The points, with all that the types ask."""
    uncertainty: Uncertainty
    surge: Mapping[str, Clause | bool]
    """The answers on demand, of the point."""
    drawn: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    """`raw:<indicator>` and `score:<indicator>` over commodity, `risk` over (stage, commodity)."""
    types: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """Draws by (commodity, type)."""
    ranks: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """Draws by (stage, commodity, place); place 0 is the riskiest."""
    above: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """Twice the draws in which one commodity stands above another, ties once: (stage, one, other)."""
    effects: list[Effects] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """The indicators."""
        return self.assessment.indicators

    @property
    def commodities(self) -> list[str]:
        """The minerals."""
        return self.assessment.commodities


def odds(
    assessment: Assessment,
    uncertainty: Uncertainty | None = None,
    *,
    surge: Mapping[str, Clause | bool],
    plans: Sequence[Sequence[Lever]] = (),
    joint: Sequence[Lever] = (),
    facts: FactBase | None = None,
    threads: int = THREADS,
    at_once: int = AT_ONCE,
    ranked: bool = True,
    world: World | None = None,
) -> Odds:
    """Return the counts of the draws of an assessment.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year, without policies; its indicators and its scoring serve.
    uncertainty : Uncertainty, optional
        How many draws, from which seed, how wide.
    surge : mapping
        The answers on demand by commodity, as `typology.classify` takes them; those with a range are drawn.
    plans : sequence of sequences of Lever
        Policies, each list put in place by itself; imports give way pro rata.
    joint : sequence of Lever, optional
        Policies put in place together, of which the figures are counted too: the last of `Odds.effects`.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen.
    threads : int
        How many work at once; the counts are the same for any number.
    at_once : int
        How many draws of a mineral each evaluates at once, a multiple of BLOCK; the counts are the same for any.
    ranked : bool
        Whether ranks are counted too, which takes long of many minerals.
    world : World, optional
        What is the same for all importers of a year; it is filled by the first, and saves the others half of the work.

    Raises
    ------
    UserError
        A policy on a mineral that is not assessed, a mine where there is no ore.
    ValueError
        The assessment is of several importers, years or scenarios.
    """
    check_single(assessment)
    chosen = uncertainty or Uncertainty()
    every = [Plan(tuple(one)) for one in plans] + ([Plan(tuple(joint), kept=True)] if joint else [])
    engine = Engine(with_asked(assessment), chosen, surge, [one.levers for one in every], facts, world=world,
                    last_kept=bool(joint), risked=assessment.indicators)  # fmt: skip
    counted = _empty(engine, surge, every)
    done = frozenset(world.counted) if world else frozenset()
    if world:
        counted.tallies |= world.counted
    for first, drawn in engine.blocks(threads, at_once // BLOCK):
        n = min(drawn.risk.shape[-1], chosen.draws - first)
        _count(counted, drawn, n, done)
        if ranked:
            _rank(counted, drawn.risk[..., :n])
    if world:
        world.counted = {f"{name}:{engine.keys[i]}": counted.tallies[f"{name}:{engine.keys[i]}"]
                         for name in ("raw", "score") for i in engine.worldly}  # fmt: skip
    return counted


def check_single(assessment: Assessment) -> None:
    """Refuse an assessment of several importers, years or scenarios.

    Raises
    ------
    ValueError
        It is one.
    """
    several = {str(dim) for dim in assessment.chain.dims} & {"importer", "year", "scenario", "draw"}
    if several:
        message = f"draws are counted of one importer and year without policies; there is {', '.join(sorted(several))}"
        raise ValueError(message)


def _tallies(keys: Sequence[str], n: int) -> dict[str, Tally]:
    """Return empty counts of the figures of n commodities."""
    held = {"risk": Tally([len(STAGES), n], 0.0, 1.0)}
    for key in keys:
        low, high = indicators()[key].bounds
        held[f"raw:{key}"] = Tally([n], float(low), float(high))
        held[f"score:{key}"] = Tally([n], 0.0, 1.0)
    return held


def _empty(engine: Engine, surge: Mapping[str, Clause | bool], plans: Sequence[Plan]) -> Odds:
    """Return counts of nothing."""
    n = len(engine.commodities)
    counted = Odds(engine.whole, engine.chosen, surge, tallies=_tallies(engine.keys, n))
    counted.types = np.zeros((n, len(TYPES)), np.int64)
    counted.ranks = np.zeros((len(STAGES), n, n), np.int64)
    counted.above = np.zeros((len(STAGES), n, n), np.int64)
    point = cells(summed(engine.full["imports_tonnes"], "country", "step"), 1)[:, 0]
    scale = np.where(point > 0, point, 1.0)
    counted.effects = [
        Effects(one, [engine.commodities[i] for i in rows], Tally([len(STAGES), len(rows)], -1.0, 1.0),
                np.zeros((len(STAGES), len(rows)), np.int64), Tally([len(rows)], 0.0, np.inf, scale[rows]),
                np.zeros((len(rows), len(TYPES)), np.int64), _tallies(engine.keys, len(rows)) if one.kept else {})
        for one, rows in zip(plans, engine.rows, strict=True)
    ]  # fmt: skip
    return counted


def _count(counted: Odds, drawn: Drawn, n: int, done: Collection[str]) -> None:
    """Add the first n of some draws to the counts, but for those tallies that are done."""
    counted.drawn += n
    _add(counted.tallies, counted.keys, {"raw": drawn.raw, "score": drawn.score, "risk": drawn.risk}, n, done)
    counted.types += _by_type(drawn.types[:, :n])
    for one, made in zip(counted.effects, drawn.changes, strict=True):
        one.change.add(made.risk[..., :n])
        with np.errstate(invalid="ignore"):
            one.lowered += (made.risk[..., :n] < -EQUAL).sum(-1)
        one.tonnes.add(made.tonnes[..., :n])
        one.types += _by_type(made.types[:, :n])
        if one.after:
            _add(one.after, counted.keys, made.after, n)


def _add(
    tallies: Mapping[str, Tally], keys: Sequence[str], figures: Mapping[str, Numbers], n: int,
    done: Collection[str] = (),
) -> None:  # fmt: skip
    """Add the first n draws of `raw`, `score` and `risk` to their tallies, but for those that are done."""
    for i, key in enumerate(keys):
        for name in (name for name in ("raw", "score") if f"{name}:{key}" not in done):
            tallies[f"{name}:{key}"].add(figures[name][i, :, :n])
    tallies["risk"].add(figures["risk"][..., :n])


def _rank(counted: Odds, risk: Numbers) -> None:
    """Count who stands above whom, and at which place, by the risks of some draws."""
    gap = risk[:, :, None] - risk[:, None]
    with np.errstate(invalid="ignore"):
        above = gap > EQUAL
        counted.above += above.sum(-1) + (gap >= -EQUAL).sum(-1)
    place = above.sum(1)
    there = ~np.isnan(risk)
    counted.ranks += ((place[:, :, None] == np.arange(risk.shape[1])[:, None]) & there[:, :, None]).sum(-1)


def _by_type(kinds: np.ndarray) -> np.ndarray:
    """Return draws by (commodity, type)."""
    counted: np.ndarray = (kinds[..., None] == np.arange(len(TYPES))).sum(1)
    return counted
