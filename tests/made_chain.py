"""A small chain at random, for properties that hold on any."""

import numpy as np
import xarray as xr

from shigen.model.variables import VARIABLES, empty

COMMODITIES, COUNTRIES = ["alpha", "beta"], ["AAA", "BBB", "CCC", "DDD"]


def made_chain(seed: int = 0, *, missing: float = 0.2) -> xr.Dataset:
    """A chain of two commodities and four countries with figures at random, some of them absent."""
    rng = np.random.default_rng(seed)
    labels = xr.Dataset(coords={
        "importer": ["AAA"], "year": [2024], "commodity": list(COMMODITIES), "country": list(COUNTRIES),
        "step": ["ore", "refined"], "lag": list(range(11)), "mine": list(range(3)), "area": ["EEE"],
    })  # fmt: skip
    out = {name: empty(name, labels) for name in VARIABLES}
    for name, v in VARIABLES.items():
        if v.dtype is float:
            values = rng.uniform(0.05, 0.95 if v.high == 1 or v.unit == "1" else 100, out[name].shape)
            values[rng.random(values.shape) < missing] = np.nan
            out[name].values[...] = values
    out["remainder"].values[...] = out["production"].sum("country").transpose(*out["remainder"].dims).values * 0.1 + 1
    out["reserves_remainder"].values[...] = out["reserves"].sum("country").values * 0.05 + 1
    out["mine_total"].values[...] = out["mine_output"].sum("mine").values * 2 + 1
    out["stage_share"] = out["stage_share"] / 4  # shares of four countries: together no more than a world
    for name in ("home_fed", "home_unfed"):
        out[name].values[...] = 0.0  # what feeds home's refineries is worked by hand where it matters
    out["recycling_ceiling"].values[...] = 0.5
    out["price_segment"].values[...] = 1
    out["price_describes"].values[...] = True
    out["split_error_low"] = -out["split_error_low"] / 4
    out["split_error_high"] = out["split_error_high"] / 4
    out["by_mass"].values[...] = rng.random(out["by_mass"].shape) < 0.5
    out["home"].loc[{"importer": "AAA", "country": "AAA"}] = True
    out["count_home"].values[...] = True
    out["scrap_share_low"] = out["scrap_share"].copy()
    out["scrap_share_high"] = out["scrap_share"].copy()
    chain = xr.Dataset(out).squeeze("importer").squeeze("year")
    chain.attrs |= {"basis": "sourcing", "editions": [], "as_of": []}
    return chain
