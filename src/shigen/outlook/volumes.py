"""What is made and sold: volumes of products, their mix of technologies, and what a unit of each holds and takes."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import xarray as xr
from xarray import DataArray

from shigen.base.errors import UserError
from shigen.outlook.inputs import BOUNDS, Inputs, Scenario, Use

TONNES_PER: Final = {
    ("GWh", "kg/kWh"): 1e3, ("million vehicles", "kg/vehicle"): 1e3, ("GW", "kg/MW"): 1.0,
    ("million wafers", "g/wafer"): 1.0,
}  # fmt: skip
"""Tonnes of a unit of volume times a unit of intensity."""


SERIES: Final = {
    "electric_cars": ("car", "electric_share"), "combustion_cars": ("car", "electric_share", "battery_only"),
}  # fmt: skip
"""The series that a derived volume is made of; any other volume is a series itself."""


def volume(inputs: Inputs, use: Use, scenarios: Sequence[Scenario], years: Sequence[int]) -> DataArray:
    """Return the volume that a use follows: (scenario, year, bound), in the use's unit; NaN before its first year.

    Electric cars are all cars times their share; cars with an engine are all but those on batteries alone.
    """

    def path(name: str) -> DataArray:
        return _over(
            [inputs.path("volume", name, scenario=s, years=years, between=use.between) for s in scenarios], scenarios
        )

    first, *more = (path(name) for name in SERIES.get(use.volume, (use.volume,)))
    if use.volume == "electric_cars":
        return first * more[0]
    if use.volume == "combustion_cars":
        return first * (1.0 - _turned(more[0] * more[1]))
    return first


def mix(inputs: Inputs, use: Use, scenarios: Sequence[Scenario], years: Sequence[int]) -> DataArray:
    """Return the shares of technologies: (technology, scenario, year, bound) [1].

    Raises
    ------
    UserError
        Shares of a year are above 1 together, after the user's own values.
    """
    keys = list(dict.fromkeys(row.technology for row in inputs.of("mix", use.key)))
    paths = [
        _over([inputs.path("mix", use.key, technology=t, scenario=s, years=years) for s in scenarios], scenarios)
        for t in keys
    ]
    shares = xr.concat(paths, dim=xr.Variable("technology", keys))
    sums = shares.sel(bound="central").sum("technology")
    if float(sums.max()) > 1 + 1e-9:
        at = sums.where(sums == sums.max(), drop=True)
        raise UserError("demand_mix", use=use.key, scenario=str(at["scenario"].values[0]),
                        year=int(at["year"].values[0]), total=f"{float(sums.max()):.3g}")  # fmt: skip
    return shares


def contents(inputs: Inputs, use: Use, commodity: str, technologies: Sequence[str], *, lost: bool) -> DataArray:
    """Return tonnes of a commodity a unit of volume, by technology.

    Parameters
    ----------
    lost : bool
        With what is lost on the way into the product; else what the product holds.

    Returns
    -------
    (technology, bound) [t per unit of volume], >= 0; 0 where a technology holds none

    Notes
    -----
    intensity × Π factors (/ Π yields). The low end takes low intensities and factors and high yields.
    """
    data = np.zeros((len(technologies), len(BOUNDS)))
    for i, technology in enumerate(technologies):
        own = [row for row in inputs.of("intensity", use.key, technology=technology) if row.commodity == commodity]
        shared = inputs.of("intensity", use.key, technology=technology, commodity="")
        if not own and not (shared and inputs.of("factor", use.key, commodity=commodity)):
            continue
        row = (own or shared)[0]
        data[i] = np.array([row.low, row.value, row.high]) * TONNES_PER[use.unit, row.unit]
    for row in inputs.of("factor", use.key, commodity=commodity):
        data *= np.array([row.low, row.value, row.high])
    if lost:
        for row in inputs.of("yield", use.key, commodity=commodity):
            data /= np.array([row.high, row.value, row.low])
    return DataArray(data, {"technology": list(technologies), "bound": list(BOUNDS)}, ("technology", "bound"))


def taken(
    inputs: Inputs, use: Use, commodities: Sequence[str], scenarios: Sequence[Scenario], years: Sequence[int],
    *, lost: bool = True,
) -> DataArray:  # fmt: skip
    """Return what a new use takes: (commodity, scenario, year, bound) [t/yr]; NaN before its first year.

    volume × Σ over technologies of share × tonnes a unit. Without losses it is what the products hold when sold.
    """
    shares = mix(inputs, use, scenarios, years)
    keys = [str(t) for t in shares["technology"].values]
    content = xr.concat(
        [contents(inputs, use, c, keys, lost=lost) for c in commodities],
        dim=xr.Variable("commodity", list(commodities)),
    )
    tonnes: DataArray = volume(inputs, use, scenarios, years) * xr.dot(shares, content, dim="technology")
    return tonnes


def _over(paths: Sequence[DataArray], scenarios: Sequence[Scenario]) -> DataArray:
    return xr.concat(paths, dim=xr.Variable("scenario", [s.key for s in scenarios]))


def _turned(array: DataArray) -> DataArray:
    """Return an array with the ends of its range changed over: what is high in it makes the result low."""
    return array.isel(bound=[2, 1, 0]).assign_coords(bound=array["bound"])
