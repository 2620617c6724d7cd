"""What every test may use: the facts once, a small chain made by hand, and chains at random."""

import os

import numpy as np
import pytest
import xarray as xr
from hypothesis import HealthCheck, settings

import shigen
from shigen.figures.factbase import FactBase, embedded
from shigen.model.variables import VARIABLES, empty

# Snapshots of the user who runs the tests stay out of them.
os.environ["SHIGEN_DATA"] = os.devnull

settings.register_profile(
    "shigen",
    deadline=None,
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("shigen")

COMMODITIES, COUNTRIES = ["alpha", "beta"], ["AAA", "BBB", "CCC", "DDD"]


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIGEN_LANG", "en")


@pytest.fixture(scope="session")
def facts() -> FactBase:
    return embedded()


@pytest.fixture(scope="session")
def japan() -> xr.Dataset:
    return shigen.load("JPN", year=2024)


@pytest.fixture(scope="session")
def assessed(japan: xr.Dataset) -> "shigen.Assessment":
    return shigen.assess(japan)


def made_chain(seed: int = 0, *, missing: float = 0.2) -> xr.Dataset:
    """A chain of two commodities and four countries with figures at random, some of them absent."""
    rng = np.random.default_rng(seed)
    coords: dict[str, list[object]] = {
        "importer": ["AAA"], "year": [2024], "commodity": list(COMMODITIES), "country": list(COUNTRIES),
        "step": ["ore", "refined"], "lag": list(range(11)), "mine": list(range(3)),
    }  # fmt: skip
    out = {name: empty(name, coords) for name in VARIABLES}
    for name, v in VARIABLES.items():
        if v.dtype is float:
            values = rng.uniform(0.05, 0.95 if v.high == 1 or v.unit == "1" else 100, out[name].shape)
            values[rng.random(values.shape) < missing] = np.nan
            out[name].values[...] = values
    out["total"].values[...] = out["production"].sum("country").transpose(*out["total"].dims).values * 1.1 + 1
    out["reserves_total"].values[...] = out["reserves"].sum("country").values * 1.05 + 1
    out["mine_total"].values[...] = out["mine_output"].sum("mine").values * 2 + 1
    out["price_segment"].values[...] = 1
    out["price_describes"].values[...] = True
    out["by_mass"].values[...] = rng.random(out["by_mass"].shape) < 0.5
    out["home"].loc[{"importer": "AAA", "country": "AAA"}] = True
    out["count_home"].values[...] = True
    out["scrap_share_low"] = out["scrap_share"].copy()
    out["scrap_share_high"] = out["scrap_share"].copy()
    chain = xr.Dataset(out).squeeze("importer").squeeze("year")
    chain.attrs |= {"basis": "sourcing", "editions": [], "as_of": []}
    return chain
