"""Who supplies: holders of reserves, producers and import partners of each commodity, by share, in any year held."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import xarray as xr
from xarray import DataArray, Dataset

from shigen.base.declare import FLAGS
from shigen.base.names import OTHER
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import reserves_coverage
from shigen.model.records import number
from shigen.model.variables import MAPS
from shigen.model.views import view

PANELS: Final = ("reserves", "production_ore", "production_refined", "imports_ore", "imports_refined")
TOP: Final = 6


@dataclass(frozen=True)
class _Panel:
    """The figures of one panel over (year, commodity, country), as plain arrays."""

    amount: np.ndarray
    whole: np.ndarray
    flags: np.ndarray | None
    unit: tuple[str, ...]
    """Per commodity."""
    applies: np.ndarray
    """Per commodity."""


def suppliers(chain: Dataset, top: int = TOP) -> list[dict[str, Any]]:
    """Return rows `commodity, year, panel, rank, country, share, value, unit, flag, governance`.

    Per commodity, year and panel the largest countries, then one row `OTH` for the rest; of reserves and production the
    rest holds what the publisher does not name. A panel without a figure gives no row.

    Parameters
    ----------
    chain : Dataset
        Of one importer, with or without the dim `year`.
    top : int
        How many countries are named.
    """
    risk = _values(chain["governance"], "country")
    countries = [str(c) for c in chain["country"].values]
    rows: list[dict[str, Any]] = []
    for panel in PANELS:
        one = _panel(chain, panel)
        for y, year in enumerate(np.atleast_1d(chain["year"].values)):
            for c, commodity in enumerate(chain["commodity"].values):
                if not (one.applies[c] and one.whole[y, c] > 0):
                    continue
                place = {"commodity": str(commodity), "year": int(year), "panel": panel, "unit": one.unit[c]}
                flags = None if one.flags is None else one.flags[y, c]
                rows += [
                    {**place, **row}
                    for row in _largest(one.amount[y, c], float(one.whole[y, c]), flags, risk[y], countries, top)
                ]
    return rows


def _values(array: DataArray, *dims: str) -> np.ndarray:
    """Return plain values over year (one, where the chain holds one) and the dims given."""
    array = array if "year" in array.dims else array.expand_dims("year")
    return array.transpose("year", *dims).values


def _panel(chain: Dataset, panel: str) -> _Panel:
    name, _, step = panel.partition("_")
    n = chain.sizes["commodity"]
    mapped = chain[f"{name}_map"]
    applies = (mapped.sel(step=step) if step else mapped).values != MAPS.index("not_applicable")
    if name == "imports":
        amount = view(chain, "imported").sel(step=step, drop=True)
        by_mass = chain["by_mass"].sel(step=step).values
        return _Panel(
            _values(amount, "commodity", "country"), _values(amount.sum("country", min_count=1), "commodity"), None,
            tuple("t/yr" if mass else "kUSD/yr" for mass in by_mass), applies,
        )  # fmt: skip

    def at(array: DataArray) -> DataArray:
        return array.sel(step=step, drop=True) if step else array

    total = view(chain, "total" if name == "production" else "reserves_total")
    return _Panel(
        _values(at(chain[name]), "commodity", "country"), _values(at(total), "commodity"),
        _values(at(chain[f"{name}_flag"]), "commodity", "country"), ("t/yr" if step else "t",) * n, applies,
    )  # fmt: skip


def _largest(
    amount: np.ndarray, whole: float, flags: np.ndarray | None, risk: np.ndarray, countries: list[str], top: int
) -> Iterator[dict[str, Any]]:
    known = np.where(amount > 0, amount, 0.0)
    order = [i for i in np.argsort(-known, kind="stable")[:top] if known[i] > 0]
    for rank, i in enumerate(order):
        yield {
            "rank": rank, "country": countries[i], "share": float(known[i] / whole), "value": float(known[i]),
            "flag": "official" if flags is None else FLAGS[int(flags[i])], "governance": number(risk[i]),
        }  # fmt: skip
    rest = whole - float(known[order].sum())
    if rest > 1e-9 * whole:
        yield {"rank": top, "country": OTHER, "share": rest / whole, "value": rest, "flag": "none", "governance": None}


def reserve_life(chain: Dataset) -> DataArray:
    """World reserves over world production at the step that counts: (..., commodity) [yr].

    NaN where either lacks; where the reserves are a proxy (those of all platinum-group metals over the production of
    palladium alone are no life of palladium); and where countries without a figure of reserves hold so much of the
    output that the reserves named are not those of the world.
    """
    return view(chain, "reserves_total").where(life_withheld(chain) == "") / view(chain, "total", "counting")


def life_withheld(chain: Dataset) -> DataArray:
    """Return why a reserve life is withheld: (..., commodity) `proxy`, `coverage`, or empty."""
    covered = reserves_coverage(view(chain, "reserves", "counting"), view(chain, "production", "counting"))
    why = xr.full_like(covered, "", dtype=object).where(~(covered < PARTIAL_BELOW), "coverage")
    return why.where(chain["reserves_map"] != MAPS.index("proxy"), "proxy")
