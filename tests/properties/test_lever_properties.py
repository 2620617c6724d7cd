"""What holds of policies on any chain, with every further dimension."""

import itertools

import numpy as np
import pytest
import xarray as xr
from hypothesis import example, given
from hypothesis import strategies as st
from made_chain import COUNTRIES, made_chain

from shigen.model import levers as lv
from shigen.model import plans
from shigen.model.evaluate import evaluate
from shigen.model.feed import spare
from shigen.model.named import bare, labelled
from shigen.model.views import view

KEYS = ("resource_saving", "recycling", "smelter_investment", "mine_investment", "exploration", "stockpile")
seeds = st.integers(0, 5_000)
hosts = st.sampled_from(COUNTRIES)
sizes = st.floats(0, 300)


def one(key: str, size: float, host: str = "DDD", offtake: float = 1.0) -> lv.Lever:
    shares = {"resource_saving", "recycling"}
    return lv.Lever(key, "alpha", min(size / 300, 1.0) if key in shares else size, host, offtake)


levers = st.builds(one, st.sampled_from(KEYS), sizes, hosts, st.floats(0, 1))


@pytest.mark.parametrize("key", KEYS)
@given(seeds)
def test_size_zero_changes_nothing(key, seed) -> None:
    chain = made_chain(seed)
    after = plans.apply(chain, [one(key, 0.0)])
    for name in chain.data_vars:
        np.testing.assert_allclose(after[name].values, chain[name].values, rtol=1e-12, err_msg=str(name))


@given(seeds, st.lists(levers, min_size=1, max_size=3), st.booleans())
def test_order_never_matters(seed, chosen, riskiest) -> None:
    chain = made_chain(seed)
    first = plans.apply(chain, chosen, riskiest_first=riskiest)
    for order in itertools.permutations(chosen):
        again = plans.apply(chain, order, riskiest_first=riskiest)
        for name in ("imports", "imports_value", "production", "reserves", "scrap_share", "displaced", "not_absorbed"):
            np.testing.assert_allclose(again[name].values, first[name].values, rtol=1e-12, atol=1e-12)


@given(seeds, st.lists(levers, max_size=4), st.booleans())
def test_imports_never_go_negative(seed, chosen, riskiest) -> None:
    after = plans.apply(made_chain(seed), chosen, riskiest_first=riskiest)
    for name in ("imports", "imports_value"):
        assert bool((after[name].fillna(0) >= 0).all())


@given(seeds, sizes, st.floats(0, 1), st.sampled_from(["BBB", "CCC", "DDD"]), st.booleans())
def test_tonnes_are_conserved_up_to_not_absorbed(seed, size, offtake, host, riskiest) -> None:
    chain = made_chain(seed, missing=0.0)
    after = plans.apply(chain, [one("smelter_investment", size, host, offtake)], riskiest_first=riskiest)
    at = {"commodity": "alpha", "step": "refined"}
    np.testing.assert_allclose(after["imports"].sel(at).sum(), chain["imports"].sel(at).sum(), rtol=1e-9)
    np.testing.assert_allclose(after["displaced"].sel(at) + after["not_absorbed"].sel(at), size * offtake, rtol=1e-9)


@given(seeds, sizes, st.floats(0.2, 3))
def test_a_home_smelter_keeps_the_intake_up_to_what_no_partner_can_spare(seed, size, richness) -> None:
    chain = made_chain(seed, missing=0.0)
    chain["production"] = chain["production"] * richness
    after = plans.apply(chain, [one("smelter_investment", size, "AAA")])
    before, now = (c["imports_tonnes"].sel(commodity="alpha") for c in (chain, after))
    unfed = after["not_absorbed"].sel(commodity="alpha", step="ore")
    assert float(unfed) >= 0
    np.testing.assert_allclose(now.sum() + unfed, before.sum(), rtol=1e-9)
    more, can = (now - before).sel(step="ore"), labelled({"_": spare(bare(chain))}, chain)["_"].sel(commodity="alpha")
    assert bool((more >= -1e-9).all())
    assert bool((more <= can + 1e-9).all())  # nobody sends more than it has
    if float(can.sum()) > 0:
        np.testing.assert_allclose(more, can * float(more.sum() / can.sum()), rtol=1e-9, atol=1e-9)
    if float(unfed) > 1e-9:
        np.testing.assert_allclose(more.sum(), can.sum(), rtol=1e-9)


def raw(chain: xr.Dataset, key: str) -> float:
    return float(evaluate(chain, [key])["raw"].sel(commodity="alpha").item())


@given(seeds, st.floats(0.1, 50), st.sampled_from(["BBB", "CCC", "DDD"]), st.booleans())
@example(124, 13.0, "BBB", True)  # the tonnes of the worst suffice, what counts of them does not
def test_import_governance_falls_if_and_only_if_the_host_is_better(seed, size, host, riskiest) -> None:
    chain = made_chain(seed, missing=0.0)
    chain["by_mass"].values[...] = True
    chain["count_home"].values[...] = False
    before = raw(chain, "refined_import_governance")
    amount, tonnes = (chain[name].sel(commodity="alpha", step="refined") for name in ("imports", "imports_tonnes"))
    displaced = min(size, float(tonnes.sum()))
    # Tonnes give way, and what counts gives way with them in the same part of each partner's.
    cut = lv.from_the_worst(tonnes, chain["governance"], xr.DataArray(displaced)) / tonnes * amount
    given_way = float((cut * chain["governance"]).sum() / cut.sum()) if riskiest else before
    after = plans.apply(chain, [one("smelter_investment", size, host)], riskiest_first=riskiest)
    change = raw(after, "refined_import_governance") - before
    margin = float(chain["governance"].sel(country=host)) - given_way
    if abs(margin) > 1e-6:
        assert (change < 0) == (margin < 0)


@given(seeds, st.floats(1e-4, 1e-3), hosts)
def test_new_producer_lowers_hhi_if_and_only_if_its_share_is_below_it(seed, size, host) -> None:
    chain = made_chain(seed, missing=0.0)
    at = {"commodity": "alpha", "step": "ore"}
    share = float(chain["production"].sel(at).sel(country=host) / view(chain, "total").sel(at))
    before = raw(chain, "production_concentration")
    change = raw(plans.apply(chain, [one("mine_investment", size, host)]), "production_concentration") - before
    if abs(share - before) > 1e-3:
        assert (change < 0) == (share < before)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("dim", ["year", "importer", "scenario", "draw"])
@pytest.mark.parametrize("riskiest", [False, True])
def test_stacking_equals_looping(key, dim, riskiest) -> None:
    singles = [made_chain(seed).drop_vars([dim], errors="ignore") for seed in (1, 2, 3)]
    maps = {n: singles[0][n] for n in singles[0].data_vars if str(n).endswith("_map")}
    singles = [single.assign(maps) for single in singles]
    rest = [single.drop_vars(maps) for single in singles]
    stacked = xr.concat(rest, xr.Variable(dim, [0, 1, 2]), join="exact", coords="minimal", compat="override",
                        data_vars="all").assign(maps)  # fmt: skip
    chosen = [one(key, 40.0, "BBB", 0.8)]
    together = plans.apply(stacked, chosen, riskiest_first=riskiest)
    for label, single in enumerate(singles):
        alone = plans.apply(single, chosen, riskiest_first=riskiest)
        for name in ("imports", "imports_value", "production", "remainder", "reserves", "scrap_share", "displaced"):
            got = together[name].sel({dim: label}) if dim in together[name].dims else together[name]
            np.testing.assert_allclose(got.transpose(*alone[name].dims).values, alone[name].values, rtol=1e-12)
