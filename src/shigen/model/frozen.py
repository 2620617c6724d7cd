"""A chain of which some inputs are drawn and the others stay: what tells one input's part in an outcome from another's.

An input is a group of figures that are drawn together, or a choice of method; a cell is one figure inside it. The
formulas that run are those of the points.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np

from shigen.base.declare import STAGES, STEPS
from shigen.figures.factbase import FactBase
from shigen.model.criticality import Assessment, axis_weights, stage_point
from shigen.model.draws import BLOCK, Blocks, Numbers, Streams
from shigen.model.engine import Engine
from shigen.model.evaluate import compute
from shigen.model.indicators import axes, import_axes
from shigen.model.kept import Kept
from shigen.model.named import Bare, Named
from shigen.model.odds import check_single
from shigen.model.sample import FLOWS, SPLIT
from shigen.model.spread import Uncertainty
from shigen.model.typology import Clause, types_of, with_asked

SURGE: Final = "surge"
"""The answers on demand, which stand beside the figures of the chain."""

INPUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "production": ("production", "remainder", "home_fed", "home_unfed"),
    "reserves": ("reserves", "reserves_remainder"),
    "trade": FLOWS,
    "unseen": tuple(f"{key}_unseen" for key in axes()),
    "governance": ("governance", "governance_elsewhere"),
    "price": ("price",),
    "scrap": ("scrap_share", "scrap_share_low", "scrap_share_high"),
    "companion": ("companionality",),
    "home_takes": ("home_takes",),
    "split": SPLIT,
    "demand": (SURGE,),
}
"""The figures that are drawn, each with its variables; what follows what is drawn is with it."""

CELLED: Final = ("production", "reserves", "trade", "unseen", "governance")
"""Inputs of several figures a mineral."""

CHOICES: Final = ("weights", "lines")
"""Choices of method that are drawn beside the figures."""

LINES_BY: Final = 0.15
"""By how much of itself a line moves, either way; drawn evenly in between: an assumption."""
WEIGHTS_BY: Final = 2.0
"""Up to how many times itself, and down to which part, the weight of an axis goes; drawn evenly on the scale of
doublings: an assumption. The import axes share their weight, and move together."""

OUTPUTS: Final = (*STAGES, "type")
"""The outcomes: the risk of each stage, and whether the type is that of the point."""

ENDS: Final = (0.05, 0.95)
"""Quantiles to which a single figure is put."""
_NORMAL_ENDS: Final = (-1.6448536269514722, 1.6448536269514722)
"""The same quantiles of a standard normal number."""


@dataclass(frozen=True)
class Cell:
    """One figure of an input: of a country, of a step, or of what an axis does not see."""

    input: str
    variable: str
    country: str = ""
    """Key; empty where it is of none, or of all that no country is named for."""
    step: str = ""
    axis: str = ""
    place: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)
    """Its place on short rows, by dim."""
    address: tuple[str, str, int] = field(default=("", "", 0), repr=False, compare=False)
    """Group, key and row of its substream."""

    @property
    def key(self) -> str:
        """Its name in files: variable, country and step."""
        return ":".join(filter(None, (self.variable, self.country, self.step)))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that hold it: the measures of a flow are wrong together."""
        return FLOWS if self.input == "trade" else (self.variable,)


class _AtEnds(Streams):
    """In place of random numbers: each in its middle, and in two draws of its own at its 5 and its 95 %.

    What is not seen has no middle: it stays unseen, as in the point.
    """

    def __init__(self, columns: Mapping[tuple[str, str, int], int]) -> None:
        super().__init__(0)
        self._columns = columns

    def uniform(self, group: str, key: str, block: int, out: Numbers) -> None:
        """Fill rows with the probabilities of the middle and of the ends."""
        self._put(group, key, block, out, np.nan if group == "unseen" else 0.5, ENDS)

    def normal(self, group: str, key: str, block: int, out: Numbers) -> None:
        """Fill rows with the quantiles of a standard normal number at them."""
        self._put(group, key, block, out, 0.0, _NORMAL_ENDS)

    def _put(self, group: str, key: str, block: int, out: Numbers, middle: float, ends: tuple[float, float]) -> None:
        out[...] = middle
        for row in range(out.shape[0]):
            chunk, column = divmod(self._columns.get((group, key, row), -1), BLOCK // 2)
            if chunk == block:
                out[row, 2 * column : 2 * column + 2] = ends


class Frozen:
    """The model of one assessment, of which any inputs may be drawn. One object serves several threads.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year, without policies.
    uncertainty : Uncertainty
    surge : mapping
        The answers on demand by commodity, as `typology.classify` takes them.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen.

    Raises
    ------
    ValueError
        The assessment is of several importers, years or scenarios.
    """

    def __init__(self, assessment: Assessment, uncertainty: Uncertainty, surge: Mapping[str, Clause | bool],
                 facts: FactBase | None) -> None:  # fmt: skip
        check_single(assessment)
        self._engine = Engine(with_asked(assessment), uncertainty, surge, (), facts, together=True,
                              risked=assessment.indicators)  # fmt: skip
        (self._group,) = self._engine.groups
        self.start = Kept(self._group.start | {SURGE: self._engine.surges.point})
        """The point: every chain is it with other figures (`after`), so that only what they move is computed anew."""
        self.commodities = assessment.commodities
        self.kinds = self.types(self.start)[:, 0]
        """The types of the points, codes of `rule.TYPES`: (commodity)."""

    def drawn(self, block: int, streams: Streams) -> Bare:
        """Return all figures that are uncertain, with the draws of a block.

        Raises
        ------
        ValueError
            One of them belongs to no input.
        """
        at = Blocks(streams, block)
        drawn = self._group.uncertain(at, self._engine.governed.block(at))
        surge = self._engine.surges.block(at)
        drawn |= {SURGE: surge} if "draw" in surge.dims else {}
        homeless = drawn.keys() - {name for names in INPUTS.values() for name in names}
        if homeless:
            message = f"what is drawn belongs to an input; this does not: {', '.join(sorted(homeless))}"
            raise ValueError(message)
        return drawn

    def choices(self, block: int, streams: Streams) -> Bare:
        """Return factors of the weights and of the lines, with the draws of a block: (indicator, draw)."""
        together = set(import_axes().values())
        places = {"weights": ["imports" if key in together else key for key in self._engine.used],
                  "lines": self._engine.keys}  # fmt: skip
        drawn = {}
        for choice, keys in places.items():
            place = np.empty((len(keys), BLOCK))
            for row, key in enumerate(keys):
                streams.uniform(choice, key, block, place[row : row + 1])
            away = 2 * place - 1
            factor = WEIGHTS_BY**away if choice == "weights" else 1 + LINES_BY * away
            drawn[choice] = Named(("indicator", "draw"), factor)
        return drawn

    def _figures(self, chain: Kept) -> Bare:
        return compute(chain, self._engine.keys, self._engine.scoring, bands=False)

    def risk(self, chain: Kept, choices: Mapping[str, Named] = MappingProxyType({})) -> Numbers:
        """Return the risk of each stage: (stage, commodity, draw) [1]; `choices` may hold factors of weights."""
        figures = self._figures(chain)
        weight = axis_weights(chain, {key: self._engine.scoring.weights[key] for key in self._engine.used})
        if "weights" in choices:
            weight = weight * choices["weights"]
        scored = {name: figures[name].isel(indicator=self._engine.among) for name in ("status", "score")}
        return self._wide(stage_point(scored | {"weight": weight}, self._engine.used), "stage")

    def types(self, chain: Kept, choices: Mapping[str, Named] = MappingProxyType({})) -> Numbers:
        """Return the type, a code of `rule.TYPES`: (commodity, draw); `choices` may hold factors of lines."""
        figures = self._figures(chain)
        if "lines" in choices:
            figures = figures | {"high_raw": figures["high_raw"] * choices["lines"]}
        asked = figures | {"companionality": chain["companionality"]}
        kinds = types_of(asked, self._engine.keys, self._engine.scoring, chain[SURGE], self._group.has_ore)
        return self._wide(kinds)

    def outcomes(self, chain: Kept, choices: Mapping[str, Named]) -> Numbers:
        """Return the outcomes: (output, commodity, draw), in the order of OUTPUTS, each from 0 to 1."""
        same, risk = self.types(chain, choices) == self.kinds[:, None], self.risk(chain, choices)
        draws = max(same.shape[-1], risk.shape[-1])
        return np.concatenate([np.broadcast_to(one, (*one.shape[:-1], draws)) for one in (risk, same[None])])

    def swapped(self, a: Bare, b: Bare, cells: Sequence[Cell | None]) -> Bare:
        """Return the figures that change where one cell a mineral, where one is given, is taken from b in place of a.

        What follows them is among them.
        """
        changed: Bare = {}
        for cell in filter(None, cells):
            for name in (name for name in cell.variables if name in a):
                if name not in changed:
                    changed[name] = Named(a[name].dims, a[name].values.copy(), a[name].attrs)
                at = tuple(cell.place.get(dim, slice(None)) for dim in a[name].dims)
                changed[name].data[at] = b[name].data[at]
        made = {name: one for name, one in changed.items() if name == "production"}
        return changed | self._group.sampler.following(made)

    @cached_property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The single figures of the inputs that have several, by commodity."""
        sampler, countries = self._group.sampler, self._group.sampler.labels["country"]
        slots = self._group.places
        listed: list[list[Cell]] = [[] for _ in self.commodities]
        for group, held in sampler.numbers():
            for key, first, last in held.runs:
                variable = key.split(":")[0]
                one = next((name for name in CELLED if variable in INPUTS[name]), None)
                if one is None:
                    continue
                dims = self.start[variable].dims
                places = np.array(np.unravel_index(held.at[first:last], self.start[variable].shape)).T
                for row, at in enumerate(places.tolist()):
                    place = dict(zip(dims, at, strict=True))
                    i = place["commodity"]
                    country = str(countries[slots[i, place["country"]]]) if "country" in place else ""
                    step = STEPS[place["step"]] if "step" in place else ""
                    listed[i].append(Cell(one, variable, country, step, "", place, (group, key, row)))
        for i, commodity in enumerate(self.commodities):
            listed[i] += [
                Cell("governance", "governance", str(countries[at]), place={"commodity": i, "country": slot},
                     address=("governance", str(countries[at]), 0))
                for slot, at in enumerate(slots[i])
            ]  # fmt: skip
            listed[i] += [
                Cell("unseen", f"{axis}_unseen", axis=axis, place={"commodity": i},
                     address=("unseen", f"{axis}:{commodity}", 0))
                for axis in (sampler.beyond.axes if sampler.beyond else ())
            ]  # fmt: skip
        return tuple(map(tuple, listed))

    @cached_property
    def at_ends(self) -> tuple[Numbers, ...]:
        """The risk with each of `cells` alone at its 5 and at its 95 %: by commodity, (stage, cell, end) [1].

        All else is at the point.
        """
        every = [cell for cells in self.cells for cell in cells]
        by_country = dict.fromkeys(cell.address for cell in every if cell.input == "governance")
        columns = {address: n for n, address in enumerate(by_country)}  # a country is one figure for all minerals
        for cells in self.cells:
            own = [cell for cell in cells if cell.input != "governance"]
            columns |= {cell.address: len(by_country) + n for n, cell in enumerate(own)}
        chunks = -(-2 * (max(columns.values()) + 1) // BLOCK)
        parts = [self._at_ends(chunk, _AtEnds(columns)) for chunk in range(chunks)]
        whole = np.concatenate(parts, -1)
        return tuple(
            whole[:, i][:, [[2 * columns[cell.address], 2 * columns[cell.address] + 1] for cell in cells]]
            for i, cells in enumerate(self.cells)
        )

    def _at_ends(self, chunk: int, streams: Streams) -> Numbers:
        return self.risk(self.start.after(self.drawn(chunk, streams)))

    def widest(self, commodity: int, *, inputs: Sequence[str] = CELLED, stage: int | None = None) -> list[int]:
        """Return the places of the cells of some inputs by how far they move a stage's risk, any stage's when None.

        The widest first; those that move none are left out.
        """
        ends = self.at_ends[commodity] if stage is None else self.at_ends[commodity][[stage]]
        moved = np.nan_to_num(np.ptp(ends, axis=-1)).max(0)
        order = [int(n) for n in np.argsort(-moved, kind="stable") if moved[n] > 0]
        return [n for n in order if self.cells[commodity][n].input in inputs]

    def _wide(self, one: Named, *front: str) -> np.ndarray:
        """Return an array over commodity and draw, one where it has none."""
        draws = one.sizes.get("draw", 1)
        sizes = {dim: one.sizes[dim] for dim in front} | {"commodity": len(self.commodities), "draw": draws}
        return np.asarray(one.set_dims(sizes).values)
