"""A chain whose first mineral is mined as a test says, and methods of it."""

from collections.abc import Sequence

import xarray as xr
from made_chain import made_chain

from shigen.base.declare import FLAGS
from shigen.model.method_values import evaluate_methods
from shigen.model.methods import declarations

NONE = ("none",) * 4


def mined(named: Sequence[float], rest: float, flags: Sequence[str] = NONE) -> xr.Dataset:
    """Return a chain of which `alpha` is mined by four countries [t/yr], and by others that are not named."""
    chain, at = made_chain(1), {"commodity": "alpha", "step": "ore"}
    chain["production"].loc[at] = named
    chain["remainder"].loc[at] = rest
    chain["production_flag"].loc[at] = [FLAGS.index(flag) for flag in flags]
    return chain


def figure(chain: xr.Dataset, key: str, commodity: str = "alpha") -> xr.Dataset:
    """Return what a method says of one mineral."""
    return evaluate_methods(chain, {key: declarations()[key]}).sel(commodity=commodity).squeeze("method")


def ends(chain: xr.Dataset, key: str) -> tuple[float, float, float]:
    """Return low, point and high of the first mineral."""
    found = figure(chain, key)
    return float(found["raw_low"]), float(found["raw"]), float(found["raw_high"])
