"""A chain on short rows: for each mineral only the countries that have any figure of it, side by side.

A chain holds a column for every country that supplies anything; of one mineral most of them are empty. On short rows
the axis `country` holds, mineral by mineral, its own suppliers, home and hosts: formulas take no notice, and draws cost
a fifth.
"""

from collections.abc import Collection, Iterable

import numpy as np

from shigen.model.named import Bare, Named


def suppliers(chain: Bare, read: Collection[str], also: Iterable[tuple[int, int]] = ()) -> np.ndarray:
    """Tell which countries have any figure of a commodity: (commodity, country).

    Parameters
    ----------
    chain : Bare
        Of one importer and year.
    read : collection of str
        Variables whose figures count.
    also : iterable of (int, int)
        Commodities with a country that belongs to their row besides, such as the host of a policy.
    """
    rows = chain["production"].sizes["commodity"], chain["production"].sizes["country"]
    there = np.broadcast_to(chain["home"].values, rows).copy()
    for commodity, country in also:
        there[commodity, country] = True
    for one in (chain[name] for name in read):
        if {"commodity", "country"} <= set(one.dims):
            rest = tuple(i for i, dim in enumerate(one.dims) if dim not in ("commodity", "country"))
            held = (one.values > 0).any(axis=rest)
            there |= held if one.dims.index("commodity") < one.dims.index("country") else held.T
    return there


def slots(there: np.ndarray) -> np.ndarray:
    """Return the places of the countries of each commodity: (commodity, slot), in the order of `country`.

    Shorter rows are filled up with further countries of the chain, which have no figure of the mineral.
    """
    width = int(there.sum(1).max())
    first = np.argsort(~there, axis=1, kind="stable")[:, :width]
    return np.sort(first, axis=1)


def shortened(variables: Bare, places: np.ndarray) -> Bare:
    """Return variables on short rows; what is by country alone stands once for each commodity."""
    return {name: _short(one, places) if "country" in one.dims else one for name, one in variables.items()}


def _short(one: Named, places: np.ndarray) -> Named:
    if "commodity" not in one.dims:
        axis = one.dims.index("country")
        dims = (*one.dims[:axis], "commodity", *one.dims[axis:])
        return Named(dims, np.take(one.values, places, axis=axis), one.attrs)
    rest = [dim for dim in one.dims if dim not in ("commodity", "country")]
    data = one.transpose("commodity", "country", *rest).values
    data = data[np.arange(places.shape[0])[:, None], places]
    return Named(("commodity", "country", *rest), data, one.attrs).transpose(*one.dims)
