"""An assessment drawn block by block: what is uncertain, then the formulas that the points run, and nothing kept.

Formulas leave minerals alone, so each is drawn by itself, on a row of its own suppliers (`compact`): no row is filled
up to the longest, and what holds for all of a mineral is not chosen draw by draw. Of a chain with policies only what
reads something that they changed is computed.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Final

import numpy as np

from shigen.base.declare import STAGES, Lever
from shigen.figures.factbase import FactBase
from shigen.model.arrays import choose, known, only, summed
from shigen.model.compact import shortened, slots, suppliers
from shigen.model.criticality import Assessment, axis_weights, stage_point
from shigen.model.draws import BLOCK, Blocks, Numbers, Streams, in_order
from shigen.model.evaluate import compute, read_by
from shigen.model.indicators import axes
from shigen.model.kept import Kept
from shigen.model.named import Bare, Named, bare
from shigen.model.plans import enact, sizes, with_hosts
from shigen.model.sample import Sampler, labels_of
from shigen.model.sound import sound
from shigen.model.spread import Uncertainty
from shigen.model.surging import Surges
from shigen.model.tally import Tally
from shigen.model.typology import Clause, types_of
from shigen.model.unseen import elsewhere
from shigen.model.variables import VARIABLES
from shigen.model.views import ore_applies

READ: Final = (
    "production", "remainder", "reserves", "reserves_remainder", "imports", "imports_tonnes", "imports_value",
    "home_takes", "price", "scrap_share", "companionality", "split_error_low", "split_error_high",
)  # fmt: skip
"""What is drawn of a chain; the axes read no more. Governance is drawn by country, before rows are shortened."""

DRAWN: Final = tuple(name for name, one in VARIABLES.items() if one.spread and name != "governance")
"""The same for indicators that may read any variable."""

FIGURES: Final = ("raw", "score", "status")
"""What is computed of an indicator."""


@dataclass(frozen=True)
class Drawn:
    """What is kept of some draws until it is counted; `draw` stands last."""

    raw: Numbers
    score: Numbers
    risk: Numbers
    types: np.ndarray
    changes: tuple["Change", ...]
    """Of each plan."""


@dataclass(frozen=True)
class Change:
    """What a plan makes of the minerals that it has policies on."""

    risk: Numbers
    tonnes: Numbers
    types: np.ndarray
    after: Mapping[str, Numbers] = field(default_factory=dict)
    """`raw`, `score` and `risk` with the plan in place, as in `Drawn`; empty unless they are asked for."""


@dataclass
class World:
    """What is the same for all importers of a year, kept from one to the next: what reads nothing of an importer.

    For assessments of the same minerals and indicators, by the same choices.
    """

    figures: dict[tuple[int, int], dict[int, Bare]] = field(default_factory=dict)
    """By first block and number of blocks, then by mineral: `raw`, `score` and `status` of these indicators."""
    lines: Bare = field(default_factory=dict)
    """The lines from which each indicator counts as high."""
    counted: dict[str, Tally] = field(default_factory=dict)
    """The tallies of these indicators, once they are whole."""


class Engine:
    """Draws an assessment and runs the formulas; made once a run, read by all threads.

    Parameters
    ----------
    whole : Assessment
        With all that the types ask.
    chosen : Uncertainty
    surge : mapping
        The answers on demand; those with a range are drawn.
    plans : sequence of sequences of Lever
        Each put in place by itself.
    risked : collection of str, optional
        The indicators that make the risk of the stages, as in the assessment that is asked about; all when not given.
    last_kept : bool
        Whether the figures with the last plan in place are returned too, not only what it changes.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen.
    together : bool
        Whether all minerals are one group, on rows as long as the longest; what is drawn is the same.
    world : World, optional
        What was made for another importer, and is not made again.
    """

    def __init__(self, whole: Assessment, chosen: Uncertainty, surge: Mapping[str, Clause | bool],
                 plans: Sequence[Sequence[Lever]], facts: FactBase | None, *, last_kept: bool = False,
                 risked: Collection[str] | None = None,
                 together: bool = False, world: World | None = None) -> None:  # fmt: skip
        self.kept, self.last_kept = world, last_kept
        self.whole, self.chosen, self.scoring = whole, chosen, whole.scoring
        self.keys = whole.indicators
        counts = self.keys if risked is None else risked
        self.used = [key for key in self.keys if key in self.scoring.weights and key in counts]
        self.among = [self.keys.index(key) for key in self.used]
        levers = [lever for one in plans for lever in one]
        chain = with_hosts(sound(whole.chain), [lever.host for lever in levers if lever.host])
        self.full, self.labels = bare(chain), labels_of(chain)
        self.commodities = [str(key) for key in self.labels["commodity"]]
        countries = [str(label) for label in self.labels["country"]]
        sized = sizes(chain, plans) if plans else {}
        self.sized: list[Bare] = [{name: one.isel(scenario=i) for name, one in sized.items()}
                                  for i in range(len(plans))]  # fmt: skip
        self.rows = [sorted({self.commodities.index(lever.commodity) for lever in one}) for one in plans]
        self.beyond = elsewhere(chain, facts) if chosen.unseen else None
        self.surges = Surges(surge, self.commodities, chosen.spread["demand"])
        self.governed = Sampler(self.full, self.labels, chosen, wanted=("governance",))
        figures = [name for name, one in self.full.items() if one.dtype.kind == "f"]
        hosts = [(self.commodities.index(one.commodity), countries.index(one.host)) for one in levers if one.host]
        there = suppliers(self.full, figures, hosts)
        every = range(len(self.commodities))
        groups = [[*every]] if together else [[row] for row in every]
        self.groups = [_Group(self, rows, slots(there[rows])) for rows in groups]

    @cached_property
    def reads(self) -> Mapping[str, frozenset[str]]:
        """What each indicator reads, of a chain with policies that has draws: the same whatever the figures."""
        points = enact(self.groups[-1].start, {})
        if self.beyond is not None:
            points |= {f"{axis}_unseen": choose(True, 0.0, points["companionality"]) for axis in self.beyond.axes}
        return {key: read_by(points, key) for key in self.keys}

    @cached_property
    def worldly(self) -> list[int]:
        """Places of the indicators that read nothing of an importer."""
        return [i for i, key in enumerate(self.keys) if not any(_of_importer(name) for name in self.reads[key])]

    @cached_property
    def own(self) -> list[int]:
        """Places of the others."""
        return [i for i in range(len(self.keys)) if i not in self.worldly]

    def blocks(self, threads: int, at_once: int = 1) -> Iterator[tuple[int, Drawn]]:
        """Yield draws in order, with the place of the first; threads share the minerals of some blocks among them."""
        last, several = -(-self.chosen.draws // BLOCK), len(self.groups)
        begun: dict[int, _Begun] = {}
        lock = Lock()

        def work(n: int) -> _Begun:
            first = n // several * at_once
            with lock:
                if first not in begun:
                    begun[first] = self._begun(first, min(at_once, last - first))
            self._fill(begun[first], self.groups[n % several])
            return begun[first]

        for n, made in in_order(work, -(-last // at_once) * several, threads):
            if n % several == several - 1:
                del begun[made.block]
                yield made.block * BLOCK, made.drawn

    def draw(self, block: int, count: int = 1) -> Drawn:
        """Draw a block, or several that follow it, and run the formulas on them."""
        begun = self._begun(block, count)
        for group in self.groups:
            self._fill(begun, group)
        return begun.drawn

    def _begun(self, block: int, count: int) -> "_Begun":
        """Draw what the minerals share, and make room for what is made of each."""
        at = Blocks(Streams(self.chosen.seed), block, count)
        n, draws = len(self.commodities), at.draws
        raw, score = np.empty((2, len(self.keys), n, draws))
        risk, types = np.empty((len(STAGES), n, draws)), np.empty((n, draws), np.intp)
        changes = [Change(np.empty((len(STAGES), len(rows), draws)), np.empty((len(rows), draws)),
                          np.empty((len(rows), draws), np.intp), self._after(i, len(rows), draws))
                   for i, rows in enumerate(self.rows)]  # fmt: skip
        drawn = Drawn(raw, score, risk, types, tuple(changes))
        return _Begun(block, count, self.governed.block(at), self.surges.block(at), drawn)

    def _fill(self, begun: "_Begun", group: "_Group") -> None:
        """Draw a group and write what is made of it where there is room for it."""
        drawn, at = begun.drawn, Blocks(Streams(self.chosen.seed), begun.block, begun.count)
        chain, before = group.before(at, begun.governance)
        drawn.raw[:, group.rows], drawn.score[:, group.rows] = (cells(before[name], at.draws)
                                                                for name in ("raw", "score"))  # fmt: skip
        drawn.risk[:, group.rows] = cells(before["risk"], at.draws)
        drawn.types[group.rows] = cells(group.types(chain, before, begun.surge, slice(None)), at.draws)
        for plan, change in zip(group.plans, drawn.changes, strict=True):
            if plan.rows:
                group.change(plan, chain, before, begun.surge, change)

    def _after(self, plan: int, rows: int, draws: int) -> dict[str, Numbers]:
        """Return room for the figures with a plan in place; none unless it is the last and they are asked for."""
        if not self.last_kept or plan + 1 < len(self.rows):
            return {}
        lengths = {"raw": len(self.keys), "score": len(self.keys), "risk": len(STAGES)}
        return {name: np.empty((n, rows, draws)) for name, n in lengths.items()}


@dataclass(frozen=True)
class _Begun:
    """Blocks that are being drawn: what the minerals share of them, and what is made so far."""

    block: int
    count: int
    governance: Bare
    surge: Named
    drawn: Drawn


@dataclass(frozen=True)
class _Part:
    """What of a plan concerns a group."""

    sized: Bare
    rows: list[int]
    """The minerals that have policies, by their place in the group."""
    into: list[int]
    """And by their place among those of the plan."""


class _Group:
    """Minerals that are drawn together."""

    def __init__(self, engine: Engine, rows: list[int], places: np.ndarray) -> None:
        self.engine, self.rows, self.places = engine, rows, places
        chain = of_rows(engine.full, rows)
        self.start = Kept(shortened(chain, places))
        self.labels = {**engine.labels, "commodity": [engine.labels["commodity"][i] for i in rows]}
        self.wanted = DRAWN if set(engine.keys) - set(axes()) else READ
        self.sampler = Sampler(self.start, self.labels, engine.chosen, beyond=engine.beyond, wanted=self.wanted)
        self.has_ore = ore_applies(self.start)
        self.plans = [self._part(sized, of_plan) for sized, of_plan in zip(engine.sized, engine.rows, strict=True)]

    def _part(self, sized: Bare, of_plan: list[int]) -> _Part:
        mine = [i for i, row in enumerate(self.rows) if row in of_plan]
        short = shortened(of_rows(sized, self.rows), self.places)
        return _Part(of_rows(short, mine), mine, [of_plan.index(self.rows[i]) for i in mine])

    def uncertain(self, at: Blocks, governance: Bare) -> Bare:
        """Return what is uncertain with draws, governance as it was drawn by country."""
        return self.sampler.block(at) | shortened(governance, self.places)

    def _figures(self, chain: Kept) -> Bare:
        """Return the indicators of a chain and the risk of its stages."""
        figures = compute(chain, self.engine.keys, self.engine.scoring, bands=False)
        return figures | self.risk(chain, figures, figures["score"])

    def before(self, at: Blocks, governance: Bare) -> tuple[Kept, Bare]:
        """Return the drawn chain, its indicators and the risk of its stages."""
        engine = self.engine
        kept = {} if engine.kept is None else engine.kept.figures.setdefault((at.first, at.count), {})
        if engine.kept is not None and all(row in kept for row in self.rows):
            chain = self.start.after(self.lean.block(at) | shortened(governance, self.places))
            own = compute(chain, [engine.keys[i] for i in engine.own], engine.scoring, bands=False)
            sizes_ = {"indicator": len(engine.keys), "commodity": len(self.rows), "draw": at.draws}
            figures = dict(engine.kept.lines)
            for name in FIGURES:
                out = np.empty(tuple(sizes_.values()), own[name].dtype)
                out[engine.own] = own[name].set_dims({**sizes_, "indicator": len(engine.own)}).data
                for n, row in enumerate(self.rows):
                    out[engine.worldly, n] = kept[row][name].data
                figures[name] = Named(tuple(sizes_), out)
        else:
            chain = self.start.after(self.uncertain(at, governance))
            figures = compute(chain, engine.keys, engine.scoring, bands=False)
            if engine.kept is not None:
                engine.kept.lines = {name: one for name, one in figures.items() if name not in FIGURES}
                for n, row in enumerate(self.rows):
                    kept[row] = {name: self._wide(figures[name].isel(indicator=engine.worldly, commodity=n), at.draws)
                                 for name in FIGURES}  # fmt: skip
        return chain, figures | self.risk(chain, figures, figures["score"])

    @staticmethod
    def _wide(one: Named, draws: int) -> Named:
        return one if "draw" in one.dims else one.set_dims({**one.sizes, "draw": draws})

    @cached_property
    def lean(self) -> Sampler:
        """Draws what indicators of the importer read, and the types."""
        engine = self.engine
        world, own = (frozenset().union(*(engine.reads[engine.keys[i]] for i in places))
                      for places in (engine.worldly, engine.own))  # fmt: skip
        wanted = [name for name in self.wanted if name in own or name not in world]
        return Sampler(self.start, self.labels, engine.chosen, beyond=engine.beyond, wanted=wanted)

    def risk(self, chain: Bare, figures: Bare, score: Named) -> Bare:
        """Return the risk of the stages by the scores that are given."""
        engine = self.engine
        weight = axis_weights(chain, {key: engine.scoring.weights[key] for key in engine.used})
        scored = {"status": figures["status"].isel(indicator=engine.among), "score": score.isel(indicator=engine.among)}
        return {"risk": stage_point(scored | {"weight": weight}, engine.used)}

    def types(self, chain: Bare, figures: Bare, surge: Named, rows: Any) -> Named:
        """Return the types of minerals of the group, codes of TYPES; `surge` is of all minerals."""
        of_them = (one.isel(commodity=rows) for one in (surge.isel(commodity=self.rows), self.has_ore))
        read = figures | {"companionality": chain["companionality"]}
        return types_of(read, self.engine.keys, self.engine.scoring, *of_them)

    def change(self, plan: _Part, chain: Kept, before: Bare, surge: Named, into: Change) -> None:
        """Tell what a plan changes: stage risks, over the axes that have a score on both sides, tonnes and types."""
        if len(plan.rows) < len(self.rows):
            chain, before = Kept(of_rows(chain, plan.rows)), of_rows(before, plan.rows)
        enacted = enact(chain, plan.sized)
        after_chain = chain.after({name: one for name, one in enacted.items() if chain.get(name) is not one})
        after = self._figures(after_chain)
        both = known(before["score"]) & known(after["score"])
        first, then = before["risk"], after["risk"]
        if not bool((both == known(before["score"])).all() and (both == known(after["score"])).all()):
            first = self.risk(chain, before, only(before["score"], both))["risk"]
            then = self.risk(after_chain, after, only(after["score"], both))["risk"]
        draws = into.tonnes.shape[-1]
        into.risk[:, plan.into] = cells(then - first, draws)
        into.tonnes[plan.into] = cells(summed(after_chain["displaced"], "step"), draws)
        into.types[plan.into] = cells(self.types(after_chain, after, surge, plan.rows), draws)
        for name, room in into.after.items():
            room[:, plan.into] = cells(after[name], draws)


def _of_importer(name: str) -> bool:
    """Tell whether a variable, or what policies or draws add, may differ from importer to importer."""
    if name in VARIABLES:
        return name == "home" or "importer" in VARIABLES[name].per
    return not name.endswith("_unseen")


def of_rows(variables: Bare, rows: Sequence[int]) -> Bare:
    """Return variables of some commodities; all of them as they are."""
    n = next((one.sizes["commodity"] for one in variables.values() if "commodity" in one.dims), 0)
    if list(rows) == list(range(n)):
        return variables
    at = slice(rows[0], rows[-1] + 1) if len(rows) and len(rows) == rows[-1] + 1 - rows[0] else list(rows)
    return {name: one.isel(commodity=at) if "commodity" in one.dims else one for name, one in variables.items()}


def cells(one: Named, draws: int) -> Any:
    """Return data whose last dim is `draw`; one without draws is the same in all."""
    dims = [dim for dim in one.dims if dim != "draw"]
    data = one.transpose(*dims, *(["draw"] if "draw" in one.dims else [])).values
    if "draw" not in one.dims:
        data = np.broadcast_to(data[..., None], (*data.shape, draws))
    return data
