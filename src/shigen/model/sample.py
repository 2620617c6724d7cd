"""The sampler: SupplyChain → SupplyChain with a dim `draw` on what is uncertain; every formula then runs as it is.

What is uncertain, by which law, stands with the variables (`variables.VARIABLES`); by how much, in `spread`. The draws
of a cell are addressed by seed, group, commodity (governance: country), importer, year and block, so that they are the
same whatever else is in the chain.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.figures.factbase import FactBase
from shigen.model.arrays import choose, clipped, filled, greatest, known, least, only, ratio
from shigen.model.draws import BLOCK, Z_95, Blocks, Numbers, Streams, by_share, in_range, revision, student
from shigen.model.indicators import MIN_RETURNS, price_changes
from shigen.model.named import Bare, Named, bare
from shigen.model.sound import sound
from shigen.model.spread import DRAWS, PRODUCTION_AT, SEED, TRADE_AT, Uncertainty
from shigen.model.supply import imported
from shigen.model.unseen import Elsewhere, elsewhere
from shigen.model.variables import LAGS, VARIABLES
from shigen.model.wholes import total

FLOWS: Final = ("imports", "imports_tonnes", "imports_value", "imports_gross")
"""Measures of one flow, which are wrong together."""

SPLIT: Final = ("split_error_low", "split_error_high")
"""Ends of what an estimated split may be off by; of a draw, both are what it is off by."""

RANGED: Final = tuple(name for name, one in VARIABLES.items() if one.spread and one.spread.law == "ranged")

_SMALL: Final = 1e-6
"""Share of a flow whose share is not known."""

Labels = Mapping[str, Sequence[Any]]
"""Labels by dim; of a dim that is a scalar coordinate, the one."""


@dataclass(frozen=True)
class _Cells:
    """The cells of a variable that are drawn: one behind the other, each run of them from one substream."""

    at: np.ndarray
    """Places in the flattened variable."""
    runs: tuple[tuple[str, int, int], ...]
    """Key, first and last cell of each."""
    scale: Numbers
    """Of each cell, as a column."""


class Sampler:
    """Draws what is uncertain in a chain, block by block. One object serves several threads.

    Parameters
    ----------
    chain : Bare
        Variables of a chain that keeps its rules, with the dims of VARIABLES alone.
    labels : mapping
        Of `importer`, `year`, `commodity`, `country`, `area` and `step`; those of scalar coordinates too.
    uncertainty : Uncertainty
    beyond : Elsewhere, optional
        What an axis may be where its figures do not see; nothing unseen is drawn without it.
    wanted : collection of str, optional
        Variables to draw; all that are uncertain when not given.
    """

    def __init__(self, chain: Bare, labels: Labels, uncertainty: Uncertainty, *, beyond: Elsewhere | None = None,
                 wanted: Collection[str] | None = None) -> None:  # fmt: skip
        self.chain, self.labels, self.chosen, self.beyond = chain, labels, uncertainty, beyond
        self._by = uncertainty.spread
        spread = [name for name, one in VARIABLES.items() if one.spread]
        self._wanted = [name for name in spread if wanted is None or name in wanted]
        self._own = {
            "price": self._cells("price_year", self._price_scale()),
            **{name: self._cells(name, choose(known(chain[name]), 1.0, np.nan)) for name in RANGED},
            SPLIT[0]: self._cells(SPLIT[0], choose(known(chain[SPLIT[0]]), 1.0, np.nan)),
        }
        self._revised = {
            "production": self._cells("production", self._production_scale()),
            "reserves": self._cells(
                "reserves", only(self._by["reserves"] + chain["reserves"] * 0, chain["reserves"] > 0)
            ),
            "trade": self._cells("imports", self._trade_scale()),
        }
        self._unnamed = {name: self._cells(name, only(self._by["remainder"] + chain[name] * 0, chain[name] > 0))
                         for name in ("remainder", "reserves_remainder")}  # fmt: skip

    def numbers(self) -> list[tuple[str, _Cells]]:
        """Return the cells that a block draws, each with its group: those by country, and what is unseen, apart."""
        revised = [(group, cells) for group, cells in self._revised.items()]
        unnamed = [("remainder", cells) for cells in self._unnamed.values()]
        return [*revised, *unnamed, *((VARIABLES[name].spread.group, cells)  # type: ignore[union-attr]
                                      for name, cells in self._own.items())]  # fmt: skip

    def block(self, at: Blocks) -> Bare:
        """Return what is uncertain, with the draws of some blocks along `draw`, which stands last."""
        drawn: Bare = {}
        factors: dict[str, Numbers] = {}
        for name in self._wanted:
            spread = VARIABLES[name].spread
            law, group = spread.law, spread.group  # type: ignore[union-attr]  # those that have one
            if law == "revised":
                if group not in factors:
                    factors[group] = self._revisions(group, at)
                drawn[name] = self._scaled(name, self._revised[group], factors[group])
            elif law == "unnamed":
                cells = self._unnamed[name]
                drawn[name] = self._scaled(name, cells, np.exp(self._normal(group, cells, at) * cells.scale))
            elif law == "published":
                drawn[name] = self._published(name, at)
            elif law == "measured":
                if self.beyond is not None and name not in drawn:
                    drawn |= dict.fromkeys(SPLIT, self._split(group, at))
            elif law == "sampled":
                drawn[name] = self._prices(at)
            else:
                drawn[name] = self._ranged(name, group, at)
        return drawn | self.following(drawn) | self._unseen(at)

    def _cells(self, name: str, scale: Named) -> _Cells:
        """Return the cells of a variable that have a scale; those of the countries of a place share a substream."""
        dims = scale.dims
        outer = [dim for dim in dims if dim != "country"]
        data = np.asarray(scale.transpose(*outer, *(["country"] if "country" in dims else [])).data)
        flat = np.arange(data.size).reshape(scale.shape)
        flat = np.moveaxis(flat, dims.index("country"), -1) if "country" in dims else flat[..., None]
        data = data if "country" in dims else data[..., None]
        at, runs, scales, start = [], [], [], 0
        for place in np.ndindex(data.shape[:-1]):
            there = np.flatnonzero(~np.isnan(data[place]))
            if there.size:
                at.append(flat[place][there])
                scales.append(data[place][there])
                runs.append((self._key(name, dict(zip(outer, place, strict=True))), start, start + there.size))
                start += there.size
        return _Cells(np.concatenate([*at, np.zeros(0, int)]), tuple(runs),
                      np.concatenate([*scales, np.zeros(0)])[:, None])  # fmt: skip

    def _key(self, name: str, at: Mapping[str, int]) -> str:
        """Return the address of a place: its labels along the dims that the variable is declared with."""
        declared = VARIABLES[name]
        parts = [name]
        for dim in ("commodity", "step", "importer", "year"):
            if dim in declared.dims or dim in declared.per:
                known_labels = self.labels.get(dim, ("-",))
                parts.append(str(known_labels[at.get(dim, 0)]))
        return ":".join(parts)

    def _uniform(self, group: str, cells: _Cells, at: Blocks) -> Numbers:
        out = np.empty((cells.at.size, at.draws))
        for key, first, last in cells.runs:
            at.uniform(group, key, out[first:last])
        return out

    def _normal(self, group: str, cells: _Cells, at: Blocks) -> Numbers:
        out = np.empty((cells.at.size, at.draws))
        for key, first, last in cells.runs:
            at.normal(group, key, out[first:last])
        return out

    def _revisions(self, group: str, at: Blocks) -> Numbers:
        """Return the factors exp(σ·t) of a group, cell by cell."""
        cells = self._revised[group]
        return revision(student(self._uniform(group, cells, at)), cells.scale)

    def _scaled(self, name: str, cells: _Cells, factor: Numbers) -> Named:
        """Return a variable whose cells are multiplied by factors."""
        point = self.chain[name]
        flat = np.ascontiguousarray(point.data).reshape(-1)
        out = np.repeat(flat, factor.shape[-1]).reshape(flat.size, -1)
        out[cells.at] = flat[cells.at][:, None] * factor
        return Named((*point.dims, "draw"), out.reshape(*point.shape, -1), point.attrs)

    def _production_scale(self) -> Named:
        made = self.chain["production"]
        share = ratio(made, total(self.chain))
        classes = [self._by[f"production_{kind}"] for kind in _classes(self.labels["commodity"])]
        sigma = Named("commodity", classes) * (self._by["production_truth"] if self.chosen.truth else 1.0)
        scale = by_share(sigma, share, PRODUCTION_AT, self._by["production_size"])
        return only(scale, share > 0).transpose(*made.dims)

    def _trade_scale(self) -> Named:
        sent = imported(self.chain)
        flows = self.chain["imports"]
        share = ratio(sent, filled(sent).sum("country"))
        scale = by_share(self._by["trade"], choose(share > 0, share, _SMALL), TRADE_AT, self._by["trade_size"])
        any_there = flows > 0
        for name in FLOWS[1:]:
            any_there = any_there | (self.chain[name] > 0)
        return only(scale, any_there).transpose(*flows.dims)

    def _published(self, name: str, at: Blocks) -> Named:
        """Return governance with its error: one draw a country, of whatever mineral and year."""
        beside = "_elsewhere" if name.endswith("_elsewhere") else ""
        point = self.chain[name]
        dim = point.dims[-1]
        together = self._by["governance_together"]
        apart, one = self.chain[f"governance_se{beside}"], self.chain[f"governance_se_together{beside}"]
        error = (apart**2 * (1 - together) + one**2 * together) ** 0.5
        usual = np.nanmedian(error.values) if known(error).any() else 0.0
        noise = np.empty((len(self.labels[dim]), at.draws))
        for row, country in enumerate(self.labels[dim]):
            at.normal("governance", str(country), noise[row : row + 1])
        sigma = filled(error, float(usual)) * self._by["governance"]
        return clipped(point + sigma * Named((dim, "draw"), noise), 0.0, 1.0)

    def _price_scale(self) -> Named:
        """Return k of the volatility of each mineral by its price changes; none where they are too few."""
        price = self.chain["price"]
        changes = price_changes(price, self.chain["price_segment"]).count("lag")
        k = choose(changes == MIN_RETURNS, self._by[f"price_{MIN_RETURNS}"], np.nan)
        for n in range(MIN_RETURNS + 1, LAGS + 1):
            k = choose(changes == n, self._by[f"price_{n}"], k)
        return k.transpose(*(dim for dim in price.dims if dim != "lag"))

    def _prices(self, at: Blocks) -> Named:
        """Return prices whose swing around the newest one is stretched: their deviation becomes s·exp(k·z)."""
        price, cells = self.chain["price"], self._own["price"]
        dims = [dim for dim in price.dims if dim != "lag"]
        rows = price.transpose(*dims, "lag").values
        newest = np.take_along_axis(rows, np.argmax(~np.isnan(rows), -1)[..., None], -1)[..., 0]
        stretch = np.zeros((newest.size, at.draws))
        stretch[cells.at] = np.expm1(self._normal("price", cells, at) * cells.scale)
        ahead = price / Named(dims, newest)
        drawn = price * ahead ** Named((*dims, "draw"), stretch.reshape(*newest.shape, -1))
        return drawn.transpose(*price.dims, "draw")

    def _split(self, group: str, at: Blocks) -> Named:
        """Return what an estimated split adds to the mean governance of what it describes: its own measured error.

        Normal on either side of 0, so that the two ends are its quantiles of 5 and 95 %.
        """
        low, high = (self.chain[name] for name in SPLIT)
        cells = self._own[SPLIT[0]]
        place = np.zeros((low.data.size, at.draws))
        place[cells.at] = self._normal(group, cells, at) / Z_95
        placed = Named((*low.dims, "draw"), place.reshape(*low.shape, at.draws))
        error = placed * choose(placed < 0, low * -1.0, high) * self._by["split"]
        return clipped(error, -1.0, 1.0).transpose(*low.dims, "draw")

    def _ranged(self, name: str, group: str, at: Blocks) -> Named:
        """Return a figure between its low, central and high: these are its quantiles of 10, 50 and 90 %."""
        central = self.chain[name]
        low, high = self._range(name)
        cells = self._own[name]
        place = np.full((central.data.size, at.draws), 0.5)
        place[cells.at] = self._uniform(group, cells, at)
        placed = Named((*central.dims, "draw"), place.reshape(*central.shape, at.draws))
        moved = in_range(placed, central, central - low, high - central)
        return clipped(moved, 0.0, VARIABLES[name].high).transpose(*central.dims, "draw")

    def _range(self, name: str) -> tuple[Named, Named]:
        """Return low and high of a figure, the spread of the study's choice in them."""
        central = self.chain[name]
        if name == "companionality":
            return central - self._by["companion"], central + self._by["companion"]
        if name == "home_takes":
            low, high = self.chain["home_takes_low"], self.chain["home_takes_high"]
            own = (high > low) & (self._by["home_takes"] > 0)
            half = central * self._by["home_takes"]
            return choose(own, low, central - half), choose(own, high, central + half)
        parts = self._by["scrap"]
        low, high = (filled(self.chain[f"scrap_share_{end}"], central) for end in ("low", "high"))
        return central - (central - low) * parts, central + (high - central) * parts

    def following(self, drawn: Bare) -> Bare:
        """Return what follows what is drawn: bounds of scrap, and what home's output is fed with."""
        out: Bare = {}
        if "scrap_share" in drawn:
            share = drawn["scrap_share"]
            for end, nearer in (("low", least), ("high", greatest)):
                ends = self.chain[f"scrap_share_{end}"]
                out[f"scrap_share_{end}"] = nearer(share, filled(ends, self.chain["scrap_share"]))
        fed = [name for name in ("home_fed", "home_unfed") if bool((self.chain[name] > 0).any())]
        if fed and "production" in drawn:
            home = self.chain["home"]
            now, before = (choose(home, filled(made), 0.0).sum("country")
                           for made in (drawn["production"], self.chain["production"]))  # fmt: skip
            out |= {name: self.chain[name] * filled(ratio(now, before), 1.0) for name in fed}
        return out

    def _unseen(self, at: Blocks) -> Bare:
        """Return what each axis may be where its figures do not see: `<axis>_unseen`, over commodity and draw."""
        if self.beyond is None:
            return {}
        out: Bare = {}
        for axis in self.beyond.axes:
            place = np.empty((len(self.labels["commodity"]), at.draws))
            for row, commodity in enumerate(self.labels["commodity"]):
                at.uniform("unseen", f"{axis}:{commodity}", place[row : row + 1])
            out[f"{axis}_unseen"] = self.beyond.at(axis, Named(("commodity", "draw"), place))
        return out


def _classes(commodities: Sequence[Any]) -> list[str]:
    """Return how far production of each is revised; of a mineral that is not in the table, as the widest class."""
    every = names.commodities()
    return [every[str(key)].spread if str(key) in every else "other" for key in commodities]


def labels_of(chain: Dataset) -> dict[str, list[Any]]:
    """Return the labels by which draws are addressed."""
    return {dim: np.atleast_1d(chain[dim].values).tolist()
            for dim in ("importer", "year", "commodity", "country", "area", "step") if dim in chain.coords}  # fmt: skip


def sample(
    chain: Dataset,
    draws: int = DRAWS,
    *,
    seed: int = SEED,
    uncertainty: Uncertainty | None = None,
    facts: FactBase | None = None,
) -> Dataset:
    """Return a supply chain with a dim `draw` on what is uncertain.

    Parameters
    ----------
    chain : xarray.Dataset
        From `shigen.load`, of one or several importers and years.
    draws : int
        How many; the first n of more draws are the same. 0 leaves the chain as it is.
    seed : int
    uncertainty : Uncertainty, optional
        All choices, in place of `draws` and `seed`.
    facts : FactBase, optional
        Where the other minerals are read that stand for what is not seen; those of the snapshot in use when not given.

    Returns
    -------
    xarray.Dataset
        Assess it as any other; an axis is then drawn whole, what its figures do not see included.

    Raises
    ------
    UserError
        A choice of no sense, or a chain that breaks its own rules.

    Examples
    --------
    >>> found = assess(sample(load("JPN"), 1024, seed=1)).dataset  # doctest: +SKIP
    >>> found["risk"].quantile([0.05, 0.5, 0.95], "draw")  # doctest: +SKIP
    """
    chosen = uncertainty or Uncertainty(draws=draws, seed=seed)
    chain = sound(chain)
    if not chosen.draws:
        return chain
    beyond = elsewhere(chain, facts) if chosen.unseen else None
    sampler = Sampler(bare(chain), labels_of(chain), chosen, beyond=beyond)
    streams = Streams(chosen.seed)
    parts = [sampler.block(Blocks(streams, block)) for block in range(-(-chosen.draws // BLOCK))]
    whole: dict[str, tuple[tuple[str, ...], Any, Mapping[str, Any]]] = {}
    for name in list(parts[0]):
        first = parts[0][name]
        # `draw` stands first also in memory: sums over countries then add in the order in which they add the points.
        joined = np.ascontiguousarray(
            np.concatenate([np.moveaxis(part.pop(name).values, -1, 0) for part in parts])[: chosen.draws]
        )
        whole[name] = (("draw", *first.dims[:-1]), joined, chain[name].attrs if name in chain else {})
    return chain.assign(whole).assign_coords(draw=np.arange(chosen.draws))
