"""Small worlds in which something stops: networks by hand or by chance, and parameters that are plain numbers."""

from collections.abc import Mapping

import numpy as np
from hypothesis import strategies as st
from xarray import Dataset

from shigen.model.disruption import network as nets
from shigen.model.disruption.answers import Answer, Laid, cased
from shigen.model.disruption.scenario import Disruption, Relief

PLAIN = {
    "supply_elasticity": 0.0, "demand_elasticity": 0.5, "demand_elasticity_last": 0.5, "demand_months": 12.0,
    "price_ceiling": 10.0, "price_floor": 0.1, "transit_months": 0.0, "reroute_share": 0.0, "reroute_months": 1.0,
    "leak_months": 1.0, "leak_share": 0.0, "spare_capacity": 0.0, "spare_delay_months": 0.0, "spare_ramp_months": 1.0,
    "stock_users_others": 0.0, "stock_users_home": 0.0, "stock_public": 0.0, "release_delay_months": 0.0,
    "release_rate": 1.0, "unsold_offered": 0.25, "short_line": 0.05, "event_months": 6.0, "expected_months": 6.0,
    "companionality": 0.0, "secondary_share": 0.0,
}  # fmt: skip
"""A world in which nothing but contracts and prices moves; a test changes what it is about."""

USERS = ("CHN", "KOR", "DEU", "JPN", "USA", "FRA", "ITA")


def laid(network: Dataset, scenario: Disruption, *, home: str = "JPN", relief: Relief | None = None,
         ore: Dataset | None = None, whole: bool = True, ceiling: float = 1.0,
         draws: Mapping[str, np.ndarray] | None = None, **changed: float) -> Laid:  # fmt: skip
    numbers = {name: np.array([one], float) for name, one in (PLAIN | changed).items()} | dict(draws or {})
    size = max(len(one) for one in numbers.values())
    numbers = {name: np.broadcast_to(one, (size,)).copy() for name, one in numbers.items()}
    return cased(scenario, relief or Relief(), home, network, ore, numbers, ceiling, {}, whole=whole)


def played(network: Dataset, scenario: Disruption, **given: object) -> Answer:
    return laid(network, scenario, **given).play()  # type: ignore[arg-type]


def stop(**changed: object) -> Disruption:
    usual: dict[str, object] = {"commodity": "antimony", "stops": "CHN", "against": "JPN", "months": 6, "horizon": 9}
    return Disruption(**(usual | changed))  # type: ignore[arg-type]


@st.composite
def networks(draw: st.DrawFn) -> Dataset:
    """Two to three origins, China the first; Japan always a user, sometimes an origin too."""
    origins = draw(st.integers(2, 3))
    users = draw(st.integers(4, len(USERS)))
    amount = st.one_of(st.just(0.0), st.floats(0.5, 500))
    rows = [[draw(amount) for _ in range(users)] for _ in range(origins)]
    flows = np.array(rows)
    flows[:, 3] += 1.0  # Japan takes something of each
    flows[:, 1] += 0.5
    return nets.made(USERS[:origins], USERS[:users], flows)


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, float]:
    """Any plausible world."""
    first = draw(st.floats(0.03, 0.5))
    span = {
        "supply_elasticity": (0, 0.7), "demand_months": (6, 36), "price_ceiling": (5, 20), "transit_months": (0, 3),
        "reroute_share": (0, 1), "reroute_months": (1, 9), "leak_months": (1, 9), "leak_share": (0, 1),
        "spare_capacity": (0, 0.5), "spare_delay_months": (0, 12), "spare_ramp_months": (1, 18),
        "stock_users_others": (0, 120), "stock_users_home": (0, 120), "stock_public": (0, 90),
        "release_delay_months": (0, 3), "release_rate": (0.1, 1), "expected_months": (1, 36), "companionality": (0, 1),
        "secondary_share": (0, 0.5), "event_months": (0, 12),
    }  # fmt: skip
    world = {name: draw(st.floats(low, high)) for name, (low, high) in span.items()}
    return world | {"demand_elasticity": first, "demand_elasticity_last": first + draw(st.floats(0, 1)),
                    "price_floor": 0.3}  # fmt: skip


@st.composite
def scenarios(draw: st.DrawFn) -> Disruption:
    """China stops, against Japan, against some or against all."""
    against = draw(st.sampled_from(["all", "JPN", ("JPN", "DEU"), ("KOR", "JPN")]))
    return stop(against=against, kind=draw(st.sampled_from(["export", "export", "output"])),
                share=draw(st.floats(0.1, 1)), months=None, notice=draw(st.floats(0, 6)), horizon=8)  # fmt: skip


@st.composite
def reliefs(draw: st.DrawFn) -> Relief:
    return Relief(recycling=draw(st.floats(0, 0.3)), recycling_delay=draw(st.floats(0, 6)),
                  saving=draw(st.floats(0, 0.4)), saving_delay=draw(st.floats(0, 6)),
                  stock_days=draw(st.floats(0, 60)), output=draw(st.floats(0, 50)),
                  output_delay=draw(st.floats(0, 6)))  # fmt: skip
