"""How sure: draws of a whole assessment, block by block, of which only counts are kept.

Each block draws what is uncertain (`sample`) on short rows (`compact`), then runs the formulas that the points run:
indicators, scores, stage risks, types, before and after policies. Memory does not grow with the draws.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from shigen.base.declare import STAGES, Lever
from shigen.figures.factbase import FactBase
from shigen.model.arrays import known, only, summed
from shigen.model.compact import shortened, suppliers
from shigen.model.criticality import Assessment, axis_weights, stage_point
from shigen.model.draws import BLOCK, THREADS, Numbers, Streams, in_blocks
from shigen.model.evaluate import compute
from shigen.model.indicators import axes, indicators
from shigen.model.named import Bare, Named, bare
from shigen.model.plans import enact, sizes, with_hosts
from shigen.model.rule import TYPES
from shigen.model.sample import Sampler, labels_of
from shigen.model.scoring import Scoring
from shigen.model.sound import sound
from shigen.model.spread import Uncertainty
from shigen.model.surging import Surges
from shigen.model.tally import Tally
from shigen.model.typology import Clause, types_of, with_asked
from shigen.model.unseen import elsewhere
from shigen.model.views import ore_applies

READ: Final = (
    "production", "remainder", "reserves", "reserves_remainder", "imports", "imports_tonnes", "imports_value",
    "home_takes", "price", "scrap_share", "companionality", "split_error_low", "split_error_high",
)  # fmt: skip
"""What is drawn of a chain; the axes read no more. Governance is drawn by country, before rows are shortened."""

MOVED: Final = 1e-9
"""By how much a risk must fall to be lowered."""


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
    change: Tally
    """Of the stage risk: (stage, commodity), of the minerals that have policies, in the order of the assessment."""
    lowered: np.ndarray
    """Draws that lower it: (stage, commodity)."""
    tonnes: Tally
    """Imports that give way: (commodity) [t/yr]."""
    types: np.ndarray
    """Draws by (commodity, type), with the plan in place."""
    after: dict[str, Tally] = field(default_factory=dict)
    """What `Odds.tallies` holds, with the plan in place, of its minerals; empty unless the plan is kept."""

    @property
    def minerals(self) -> list[str]:
        """The minerals that the plan has policies on."""
        return list(dict.fromkeys(lever.commodity for lever in self.plan.levers))


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
        return [str(key) for key in self.assessment.dataset["indicator"].values]

    @property
    def commodities(self) -> list[str]:
        """The minerals."""
        return [str(key) for key in self.assessment.chain["commodity"].values]


@dataclass(frozen=True)
class _Drawn:
    """What is kept of one block until it is counted; `draw` stands last."""

    raw: Numbers
    score: Numbers
    risk: Numbers
    types: np.ndarray
    changes: tuple["_Change", ...]
    """Of each plan."""


@dataclass(frozen=True)
class _Change:
    """What a plan makes of the minerals that it has policies on."""

    risk: Numbers
    tonnes: Numbers
    types: np.ndarray
    after: Mapping[str, Numbers]
    """By the keys of `Effects.after`."""


def odds(
    assessment: Assessment,
    uncertainty: Uncertainty | None = None,
    *,
    surge: Mapping[str, Clause | bool],
    plans: Sequence[Sequence[Lever]] = (),
    joint: Sequence[Lever] = (),
    facts: FactBase | None = None,
    threads: int = THREADS,
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
        How many blocks are drawn at once; the counts are the same for any number.

    Raises
    ------
    UserError
        A policy on a mineral that is not assessed, a mine where there is no ore.
    ValueError
        The assessment is of several importers, years or scenarios.
    """
    check_single(assessment)
    chosen = uncertainty or Uncertainty()
    whole = with_asked(assessment)
    every = [Plan(tuple(one)) for one in plans] + ([Plan(tuple(joint), kept=True)] if joint else [])
    engine = _Engine(whole, chosen, surge, every, facts)
    counted = engine.empty()
    for block, drawn in engine.blocks(threads):
        engine.count(counted, drawn, min(BLOCK, chosen.draws - block * BLOCK))
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


class _Engine:
    """Draws and counts; made once a run, read by all threads."""

    def __init__(self, whole: Assessment, chosen: Uncertainty, surge: Mapping[str, Clause | bool],
                 plans: Sequence[Plan], facts: FactBase | None) -> None:  # fmt: skip
        self.whole, self.chosen, self.said = whole, chosen, surge
        self.scoring: Scoring = whole.scoring
        self.keys = [str(key) for key in whole.dataset["indicator"].values]
        self.used = [key for key in self.keys if key in self.scoring.weights]
        self.among = [self.keys.index(key) for key in self.used]
        self.plans = plans
        levers = [lever for one in self.plans for lever in one.levers]
        chain = with_hosts(sound(whole.chain), [lever.host for lever in levers if lever.host])
        self.full = bare(chain)
        countries = [str(label) for label in chain["country"].values]
        figures = [name for name, one in self.full.items() if one.dtype.kind == "f"]
        self.places = suppliers(self.full, figures, [countries.index(lever.host) for lever in levers if lever.host])
        self.start = shortened(self.full, self.places)
        sized = sizes(chain, [one.levers for one in self.plans]) if self.plans else {}
        self.sized = [shortened({name: one.isel(scenario=i) for name, one in sized.items()}, self.places)
                      for i in range(len(self.plans))]  # fmt: skip
        commodities = [str(key) for key in chain["commodity"].values]
        self.rows = [sorted({commodities.index(lever.commodity) for lever in one.levers}) for one in self.plans]
        self.sized = [_rows(one, rows) for one, rows in zip(self.sized, self.rows, strict=True)]
        self.has_ore = ore_applies(self.start)
        self.surges = Surges(surge, commodities, chosen.spread["demand"])
        labels = labels_of(chain)
        beyond = elsewhere(chain, facts) if chosen.unseen else None
        self.sampler = Sampler(
            self.start, labels, chosen, beyond=beyond, wanted=None if set(self.keys) - set(axes()) else READ
        )
        self.governed = Sampler(self.full, labels, chosen, wanted=("governance",))

    def blocks(self, threads: int) -> Iterator[tuple[int, _Drawn]]:
        """Return every block in order, see `in_blocks`."""
        return in_blocks(self.draw, self.chosen.draws, threads)

    def draw(self, block: int) -> _Drawn:
        """Draw one block and run the formulas on it."""
        streams = Streams(self.chosen.seed)
        chain = self.start | self.drawn(block, streams)
        before, surge = self._figures(chain), self.surges.block(block, streams)
        kinds = self._types(chain, before, surge, slice(None))
        changes = tuple(
            self._change(chain, before, surge, *one) for one in zip(self.sized, self.rows, self.plans, strict=True)
        )
        n = len(self.whole.chain["commodity"])
        return _Drawn(
            _cells(before["raw"], len(self.keys), n), _cells(before["score"], len(self.keys), n),
            _cells(before["risk"], len(STAGES), n), _cells(kinds, n), changes,
        )  # fmt: skip

    def drawn(self, block: int, streams: Streams) -> Bare:
        """Return what is uncertain, on short rows, with the draws of a block."""
        return self.sampler.block(block, streams) | shortened(self.governed.block(block, streams), self.places)

    def _types(self, chain: Bare, figures: Bare, surge: Named, rows: Any) -> Named:
        of_them = (one.isel(commodity=rows) for one in (surge, self.has_ore))
        return types_of(figures | {"companionality": chain["companionality"]}, self.keys, self.scoring, *of_them)

    def _figures(self, chain: Bare) -> Bare:
        """Return the indicators of a drawn chain, and the risk of its stages."""
        figures = compute(chain, self.keys, self.scoring, bands=False)
        return figures | self._risk(chain, figures, figures["score"])

    def _risk(self, chain: Bare, figures: Bare, score: Named) -> Bare:
        weight = axis_weights(chain, {key: self.scoring.weights[key] for key in self.used})
        scored = {"status": figures["status"].isel(indicator=self.among), "score": score.isel(indicator=self.among)}
        return {"risk": stage_point(scored | {"weight": weight}, self.used)}

    def _change(self, chain: Bare, before: Bare, surge: Named, sized: Bare, rows: list[int], plan: Plan) -> _Change:
        """Return what a plan changes: stage risks, over the axes that have a score on both sides, tonnes and types."""
        chain, before = _rows(chain, rows), _rows(before, rows)
        after_chain = enact(chain, sized)
        after = self._figures(after_chain)
        both = known(before["score"]) & known(after["score"])
        first, then = before["risk"], after["risk"]
        if not bool((both == known(before["score"])).all() and (both == known(after["score"])).all()):
            first = self._risk(chain, before, only(before["score"], both))["risk"]
            then = self._risk(after_chain, after, only(after["score"], both))["risk"]
        kinds = self._types(after_chain, after, surge, rows)
        n = len(rows)
        gave_way = summed(after_chain["displaced"], "step")
        kept = self._by_tally(after, n) if plan.kept else {}
        return _Change(_cells(then - first, len(STAGES), n), _cells(gave_way, n), _cells(kinds, n), kept)

    def _by_tally(self, figures: Bare, n: int) -> dict[str, Numbers]:
        """Return the figures of n commodities by the keys of `Odds.tallies`."""
        by_key = {f"{name}:{key}": one for name in ("raw", "score")
                  for key, one in zip(self.keys, _cells(figures[name], len(self.keys), n), strict=True)}  # fmt: skip
        return {**by_key, "risk": _cells(figures["risk"], len(STAGES), n)}

    def empty(self) -> Odds:
        """Return counts of nothing."""
        n = len(self.whole.chain["commodity"])
        counted = Odds(self.whole, self.chosen, self.said, tallies=self._tallies(n))
        counted.types = np.zeros((n, len(TYPES)), np.int64)
        counted.ranks = np.zeros((len(STAGES), n, n), np.int64)
        counted.above = np.zeros((len(STAGES), n, n), np.int64)
        point = _cells(summed(self.start["imports_tonnes"], "country", "step"), n)[:, 0]
        scale = np.where(point > 0, point, 1.0)
        counted.effects = [
            Effects(one, Tally([len(STAGES), len(rows)], -1.0, 1.0), np.zeros((len(STAGES), len(rows)), np.int64),
                    Tally([len(rows)], 0.0, np.inf, scale[rows]), np.zeros((len(rows), len(TYPES)), np.int64),
                    self._tallies(len(rows)) if one.kept else {})
            for one, rows in zip(self.plans, self.rows, strict=True)
        ]  # fmt: skip
        return counted

    def _tallies(self, n: int) -> dict[str, Tally]:
        """Return empty counts of the figures of n commodities."""
        declared = indicators()
        held = {"risk": Tally([len(STAGES), n], 0.0, 1.0)}
        for key in self.keys:
            low, high = declared[key].bounds
            held[f"raw:{key}"] = Tally([n], float(low), float(high))
            held[f"score:{key}"] = Tally([n], 0.0, 1.0)
        return held

    def count(self, counted: Odds, drawn: _Drawn, n: int) -> None:
        """Add the first n draws of a block to the counts."""
        counted.drawn += n
        for i, key in enumerate(self.keys):
            counted.tallies[f"raw:{key}"].add(drawn.raw[i, :, :n])
            counted.tallies[f"score:{key}"].add(drawn.score[i, :, :n])
        risk = drawn.risk[..., :n]
        counted.tallies["risk"].add(risk)
        counted.types += _by_type(drawn.types[:, :n])
        gap = risk[:, :, None] - risk[:, None]
        with np.errstate(invalid="ignore"):
            above = gap > MOVED
            counted.above += above.sum(-1) + (gap >= -MOVED).sum(-1)
        place = above.sum(1)
        there = ~np.isnan(risk)
        counted.ranks += ((place[:, :, None] == np.arange(risk.shape[1])[:, None]) & there[:, :, None]).sum(-1)
        for one, made in zip(counted.effects, drawn.changes, strict=True):
            one.change.add(made.risk[..., :n])
            with np.errstate(invalid="ignore"):
                one.lowered += (made.risk[..., :n] < -MOVED).sum(-1)
            one.tonnes.add(made.tonnes[..., :n])
            one.types += _by_type(made.types[:, :n])
            for key, tally in one.after.items():
                tally.add(made.after[key][..., :n])


def _by_type(kinds: np.ndarray) -> np.ndarray:
    """Return draws by (commodity, type)."""
    counted: np.ndarray = (kinds[..., None] == np.arange(len(TYPES))).sum(1)
    return counted


def _rows(variables: Bare, rows: list[int]) -> Bare:
    """Return variables of some commodities; all of them as they are."""
    n = next(one.sizes["commodity"] for one in variables.values() if "commodity" in one.dims)
    if len(rows) == n:
        return variables
    return {name: one.isel(commodity=rows) if "commodity" in one.dims else one for name, one in variables.items()}


def _cells(one: Named, *lengths: int) -> Any:
    """Return data whose last dim is `draw`, spread over cells; one without draws is the same in all."""
    dims = [dim for dim in one.dims if dim != "draw"]
    data = one.transpose(*dims, *(["draw"] if "draw" in one.dims else [])).values
    if "draw" not in one.dims:
        data = data[..., None]
    return np.broadcast_to(data, (*lengths, BLOCK))
