"""What holds in every world in which something stops."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_disruption import laid, networks, parameters, played, reliefs, scenarios, stop
from xarray import Dataset

from shigen.model.disruption import network as nets
from shigen.model.disruption.formulas import Curves, clearing_price
from shigen.model.disruption.months import CLOSURES, Closure, play
from shigen.model.disruption.network import laid_out, traced
from shigen.model.disruption.scenario import Disruption, Relief

World = dict[str, float]
runs = settings(max_examples=100, deadline=None)
closures = st.sampled_from(CLOSURES)


@runs
@given(networks(), parameters(), scenarios(), reliefs(), closures)
def test_the_world_balances_every_month(
    network: Dataset, world: World, scenario: Disruption, relief: Relief, closure: Closure
) -> None:
    case = laid(network, scenario, relief=relief, **world).case
    home, size = case.home, case.flows.sum()
    stock, unsold, public = None, np.zeros((len(case.stops), 1)), None
    for month in play(case, closure):
        inner = month.secondary + month.recycled + month.new_output
        received = month.received.sum(axis=0)
        assert month.made.sum(axis=0) + unsold.sum(axis=0) - received - month.unsold.sum(axis=0) == pytest.approx(
            0, abs=1e-9 * size
        )
        assert month.use.sum(axis=0) == pytest.approx(
            received + month.drawn.sum(axis=0) + month.released + inner, rel=1e-9, abs=1e-9 * size
        )
        for one in (month.stock, month.unsold, month.public, month.short, month.drawn, month.received, month.released):
            assert (one >= -1e-9 * size).all()
        if stock is not None and public is not None:
            assert stock - month.drawn == pytest.approx(month.stock, abs=1e-9 * size)
            assert public - month.released == pytest.approx(month.public, abs=1e-9 * size)
        stock, unsold, public = month.stock, month.unsold, month.public
        assert month.use[home] == pytest.approx(
            month.received[home] + month.drawn[home] + month.released + inner, abs=1e-9 * size
        )


@runs
@given(networks(), parameters(), scenarios(), reliefs(), closures)
def test_what_is_removed_is_the_sum_of_what_became_of_it(
    network: Dataset, world: World, scenario: Disruption, relief: Relief, closure: Closure
) -> None:
    months = played(network, scenario, relief=relief, **world).months.sel(closure=closure)
    usual = float(network["flows"].sel(user="JPN").sum()) / 12
    renewed = usual / (1 - world["secondary_share"]) * world["secondary_share"]
    parts = ("short", "saved", "drawn", "released", "rerouted", "recycled", "new_output")
    total = sum(months[name].values for name in parts) + months["secondary"].values - renewed
    assert months["removed"].values == pytest.approx(total, abs=1e-9 * usual)
    assert months["use"].values + months["saved"].values + months["short"].values == pytest.approx(
        usual / (1 - world["secondary_share"]), rel=1e-12
    )


@runs
@given(networks(), parameters(), scenarios(), closures)
def test_where_nothing_stops_nothing_changes(
    network: Dataset, world: World, scenario: Disruption, closure: Closure
) -> None:
    case = laid(network, replace(scenario, share=0.0, against=scenario.against), **world).case
    for month in play(case, closure):
        assert month.received == pytest.approx(np.broadcast_to(case.net.use[:, None], month.received.shape), rel=1e-9)
        assert month.price_a == pytest.approx(1, rel=1e-9)
        assert month.price_b == pytest.approx(1, rel=1e-9)
        assert month.drawn == pytest.approx(0, abs=1e-9 * case.flows.sum())
        assert month.unsold == pytest.approx(0, abs=1e-9 * case.flows.sum())


@runs
@given(networks(), parameters(), scenarios(), closures)
def test_users_who_are_alike_fare_alike(network: Dataset, world: World, scenario: Disruption, closure: Closure) -> None:
    users = [*network["user"].values, "GBR", "ESP"]
    flows = network["flows"].values
    twins = nets.made(list(network["country"].values), users, np.hstack([flows, flows[:, [3, 3]]]))
    against = scenario.against if scenario.targets_all else (*scenario.against, "GBR", "ESP")
    for month in play(laid(twins, replace(scenario, against=against), **world).case, closure):
        one, other = month.received[-2], month.received[-1]
        assert one == pytest.approx(other, rel=1e-12)
        assert month.use[-2] == pytest.approx(month.use[-1], rel=1e-12)


@runs
@given(networks(), parameters(), scenarios(), closures, st.randoms(use_true_random=False))
def test_the_order_of_countries_does_not_matter(
    network: Dataset, world: World, scenario: Disruption, closure: Closure, chance: Random
) -> None:
    origins = list(network["country"].values)
    rest = list(network["user"].values)[len(origins) :]
    chance.shuffle(origins)
    chance.shuffle(rest)
    mixed = network.sel(country=origins, user=[*origins, *rest])
    one, other = (played(n, scenario, **world).months.sel(closure=closure) for n in (network, mixed))
    for name in ("use", "short", "received", "price_home", "price_outside"):
        assert one[name].values == pytest.approx(other[name].values, rel=1e-9, abs=1e-9)


@runs
@given(st.floats(0.01, 1), st.floats(0, 0.7), st.floats(0.03, 1.5), st.floats(1, 1.5), st.floats(0, 0.9))
def test_the_price_clears_the_market(supply: float, epsilon: float, eta: float, most: float, stocks: float) -> None:
    one = np.ones(1)
    curves = Curves(epsilon * one, eta * one, 1e-9 * one, 1e9 * one)
    price = clearing_price(supply * one, one, stocks * one, most * one, curves)
    if 1.01e-9 < price.item() < 0.99e9:
        risen = supply * min(price.item() ** epsilon, most)
        assert risen == pytest.approx((1 - stocks) * price.item() ** -eta, rel=1e-9)


@runs
@given(networks(), st.floats(0.05, 0.95), st.floats(0.05, 1.5))
def test_one_zone_without_stocks_has_the_closed_form(network: Dataset, share: float, eta: float) -> None:
    scenario = stop(kind="output", share=share, months=3, horizon=2)
    answer = played(network, scenario, demand_elasticity=eta, demand_elasticity_last=eta, price_ceiling=1e9)
    flows = network["flows"].values
    removed = share * flows[0].sum() / flows.sum()
    price = answer.months["price_home"].sel(closure="price").values
    assert price == pytest.approx(min((1 - removed) ** (-1 / eta), 1e9), rel=1e-9)  # the ceiling


@runs
@given(networks(), parameters(), scenarios(), st.floats(1, 90))
def test_more_own_stock_never_shortens_cover_by_rationing(
    network: Dataset, world: World, scenario: Disruption, days: float
) -> None:
    less, more = (played(network, scenario, relief=Relief(stock_days=n), **(world | {"release_rate": 1.0}))
                  for n in (0.0, days))  # fmt: skip
    assert more.cover >= less.cover - 1e-6
    assert more.first_short() >= less.first_short()
    users = played(network, scenario, **(world | {"stock_users_home": world["stock_users_home"] + days}))
    plain = played(network, scenario, **world)
    assert users.cover >= plain.cover - 1e-6


@runs
@given(networks(), parameters(), scenarios(), st.floats(1, 90), closures)
def test_cumulated_unmet_use_never_rises_with_own_stock(
    network: Dataset, world: World, scenario: Disruption, days: float, closure: Closure
) -> None:
    plain, more = (
        played(network, scenario, **(world | {"stock_users_home": world["stock_users_home"] + extra}))
        for extra in (0.0, days)
    )
    unmet = [(a.months["short"] + a.months["saved"]).sel(closure=closure).values.cumsum(axis=0) for a in (plain, more)]
    assert (unmet[1] <= unmet[0] + 1e-9 * plain.need).all()


@runs
@given(networks(), parameters(), scenarios())
def test_merged_importers_are_the_full_network_by_rationing(
    network: Dataset, world: World, scenario: Disruption
) -> None:
    full, small = (played(network, scenario, whole=whole, **world).months.sel(closure="rationing")
                   for whole in (True, False))  # fmt: skip
    for name in ("use", "short", "received", "drawn", "rerouted", "released"):
        assert small[name].values == pytest.approx(full[name].values, rel=1e-9, abs=1e-9)


@runs
@given(networks(), parameters(), scenarios())
def test_no_more_than_exports_is_re_routed(network: Dataset, world: World, scenario: Disruption) -> None:
    case = laid(network, replace(scenario, kind="export"), **(world | {"spare_capacity": 0.0})).case
    net = case.net
    free = net.exports[~net.stops].sum() + net.own[~net.stops & net.targets[: len(net.stops)]].sum()
    passing = net.barred.sum()
    offered = np.zeros(1)
    for month in play(case, "rationing"):
        cut = 1 - float(np.clip(min(month.place + 1 - world["transit_months"], world["event_months"])
                                - max(month.place - world["transit_months"], 0), 0, 1)) * scenario.share  # fmt: skip
        if cut < 1:
            since = month.place + 0.5 + scenario.notice
            leak = world["leak_share"] * (1 - np.exp(-since / world["leak_months"]))
            allowed = 1 - (1 - cut) * (1 - leak)
            got = month.received[net.targets].sum(axis=0)
            assert (got <= free + allowed * passing + offered + 1e-9 * case.flows.sum()).all()
        offered = 0.25 * month.unsold[~net.stops].sum(axis=0)


@runs
@given(networks(), st.floats(0.05, 0.9), closures)
def test_a_quota_holds_back_the_pile(network: Dataset, share: float, closure: Closure) -> None:
    scenario = stop(share=share, months=9, horizon=8)
    case = laid(network, scenario, event_months=9.0).case
    quota = (1 - share) * case.net.barred.sum()
    others = case.flows[1:, 3].sum() + (case.net.exports[1:].sum() + case.net.own[1:].sum())
    piled = 0.0
    for month in play(case, closure):
        from_stop = month.received[3] - np.minimum(case.net.flows[1:, 3].sum(), month.received[3])
        # Others re-route nothing here: what Japan receives beyond them is at most the quota, whatever lies behind it.
        assert (from_stop <= quota + 1e-9 * others).all()
        piled = month.unsold[0].max()
    if closure == "rationing":
        assert piled > 0


@runs
@given(networks(), parameters(), scenarios())
def test_who_is_targeted_never_pays_less(network: Dataset, world: World, scenario: Disruption) -> None:
    for month in play(laid(network, scenario, **world).case, "price"):
        assert (month.price_b >= month.price_a - 1e-12).all()


@runs
@given(networks(), parameters(), scenarios(), reliefs(), closures)
def test_what_comes_after_the_horizon_has_no_effect(
    network: Dataset, world: World, scenario: Disruption, relief: Relief, closure: Closure
) -> None:
    late = replace(relief, recycling_delay=20.0, saving_delay=20.0, output_delay=20.0)
    none = Relief(stock_days=relief.stock_days)
    one, other = (played(network, scenario, relief=r, **world).months.sel(closure=closure) for r in (late, none))
    assert one.equals(other)
    spare = [played(network, scenario, **(world | {"spare_capacity": n, "spare_delay_months": 30.0})).months
             for n in (0.0, 0.5)]  # fmt: skip
    assert spare[0].equals(spare[1])


@runs
@given(st.lists(st.lists(st.one_of(st.just(0.0), st.floats(0.1, 100)), min_size=5, max_size=5), min_size=5, max_size=5),
       st.lists(st.one_of(st.just(0.0), st.floats(0.1, 300)), min_size=5, max_size=5))  # fmt: skip
def test_tracing_conserves_tonnes(rows: list[list[float]], makes: list[float]) -> None:
    output, trade = np.array(makes), np.array(rows)
    flows, unseen = traced(output, trade)
    assert flows.sum(axis=1) == pytest.approx(output + unseen, rel=1e-6, abs=1e-6)
    np.fill_diagonal(trade, 0)
    net = output + unseen + trade.sum(axis=0) - trade.sum(axis=1)
    assert flows.sum(axis=0) == pytest.approx(net, rel=1e-6, abs=1e-6 * max(1.0, trade.sum()))
    laid_ = laid_out(list("ABCDE"), output, trade)
    assert list(laid_["user"].values[: laid_.sizes["country"]]) == list(laid_["country"].values)
