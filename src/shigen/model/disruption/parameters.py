"""What is assumed of everything else when supply stops: ranges of the table, or those of the scenario, and their draws.

Each range is read from `disruption_parameters`, the row of the mineral before the general one; a range that no row has
does not exist. Draws come by address, so that a parameter has the same ones whatever else is drawn.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from shigen.base.errors import UserError, suggest
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.figures.store import current
from shigen.model.assumptions import ceiling, may_be_stockpiled
from shigen.model.disruption.scenario import Disruption
from shigen.model.draws import BLOCK, Numbers, Streams

GROUP: Final = "disruption"

KEYS: Final[Mapping[str, tuple[str, str, str]]] = {
    "supply_elasticity": ("supply_elasticity", "", ""),
    "demand_elasticity": ("demand_elasticity", "first", ""),
    "demand_elasticity_last": ("demand_elasticity", "last", ""),
    "demand_months": ("demand_months", "", ""),
    "price_ceiling": ("price_ceiling", "", ""),
    "price_floor": ("price_floor", "", ""),
    "transit_months": ("transit_months", "", ""),
    "reroute_share": ("reroute_share", "last", ""),
    "reroute_months": ("reroute_months", "", ""),
    "leak_months": ("leak_months", "", ""),
    "spare_capacity": ("spare_capacity", "", "*"),
    "spare_delay_months": ("spare_delay_months", "", ""),
    "spare_ramp_months": ("spare_ramp_months", "", ""),
    "stock_users_others": ("stock_users_days", "", "others"),
    "stock_users_home": ("stock_users_days", "", "home"),
    "release_delay_months": ("release_delay_months", "", ""),
    "release_rate": ("release_rate", "", ""),
    "unsold_offered": ("unsold_offered", "", ""),
    "short_line": ("short_line", "", ""),
}
"""What the model reads besides days of events, leak and public stock: (parameter, horizon, holder)."""

HELD: Final = ("stock_public", "leak_share", "event_months", "expected_months", "companionality", "secondary_share")
"""What is read in a way of its own."""

LAID: Final = ("payable_share",)
"""What flows are laid out by, once for all draws, at its central figure; where no row has it, contents are assumed."""


@dataclass(frozen=True)
class Range:
    """A range of one parameter, and where it is from."""

    low: float
    central: float
    high: float
    unit: str
    law: str = "uniform"
    flag: str = "assumption"
    confidence: str = "low"
    source: str = ""
    note: str = ""
    each: tuple[float, ...] = ()
    """The figures of which one is taken, each as likely; empty where it is a range."""

    def at(self, probability: Numbers) -> Numbers:
        """Return the quantile at a probability: half of the draws on either side of the central figure.

        On each side even between the figures, or between their logarithms.

        Examples
        --------
        >>> Range(1, 4, 16, "months", "log_uniform").at(np.array([0.0, 0.25, 0.5, 1.0])).round(9).tolist()
        [1.0, 2.0, 4.0, 16.0]
        """
        if self.each:
            places = np.minimum((probability * len(self.each)).astype(np.intp), len(self.each) - 1)
            return np.asarray(self.each)[places]
        points = np.array([self.low, self.central, self.high])
        if self.law == "log_uniform" and self.low > 0:
            powers: Numbers = np.exp(np.interp(probability, [0.0, 0.5, 1.0], np.log(points)))
            return powers
        figures: Numbers = np.interp(probability, [0.0, 0.5, 1.0], points)
        return figures


@of_facts
def _rows(facts: FactBase) -> dict[tuple[str, str, str, str], Range]:
    return {
        (row["parameter"], row["commodity"], row["horizon"], row["holder"]): Range(
            float(row["low"]), float(row["central"]), float(row["high"]), row["unit"], row["law"], row["flag"],
            row["confidence"], row["source"], row["note"])
        for row in facts.table("disruption_parameters")
    }  # fmt: skip


def _row(facts: FactBase, parameter: str, commodity: str, horizon: str = "", holder: str = "") -> Range | None:
    rows = _rows(facts)
    if holder == "*":
        found = [one for key, one in rows.items() if key[:2] == (parameter, commodity)]
        found += [one for key, one in rows.items() if key[:2] == (parameter, "")]
        return found[0] if found else None
    return rows.get((parameter, commodity, horizon, holder)) or rows.get((parameter, "", horizon, holder))


def ranges(scenario: Disruption, home: str, *, facts: FactBase | None = None) -> dict[str, Range]:
    """Return every range that the model draws from for a scenario and a home.

    Raises
    ------
    UserError
        The scenario gives a parameter that there is none of, or the facts hold no row of one that the model needs.
    """
    facts = facts or current()
    mineral = scenario.commodity
    read = {name: _row(facts, key[0], mineral, *key[1:]) for name, key in KEYS.items()}
    read |= {name: row for name in LAID if (row := _row(facts, name, mineral)) is not None}
    read["leak_share"] = _row(facts, "leak_share", mineral, "last", "all" if scenario.targets_all else "one")
    if scenario.leak is not None:
        low, high = scenario.leak_range
        read["leak_share"] = _own((low, (low + high) / 2, high), "1")
    days = [one.central for key, one in _rows(facts).items() if key[0] == "event_days"]
    if days:
        months = sorted(one / DAYS for one in days)
        events = Range(months[0], months[len(months) // 2], months[-1], "months", "resampled", "secondary", "medium",
                       "table of dated events of this project", each=tuple(months))  # fmt: skip
        read |= {"event_months": events, "expected_months": events}
    if scenario.months is not None:
        read["event_months"] = _own((scenario.months,) * 3, "months")
    public = _row(facts, "stock_public_days", mineral, "", home) if may_be_stockpiled(mineral, facts=facts) else None
    read["stock_public"] = public or Range(0, 0, 0, "days", "fixed", source="", note="No public stock is known.")
    read["companionality"] = _companionality(mineral, facts)
    read["secondary_share"] = Range(0, 0, 0, "1", "fixed", note=OF_A_FORM) if scenario.form else _recovered(
        mineral, home, facts)  # fmt: skip
    if lacking := sorted(name for name, one in read.items() if one is None):
        raise UserError("disruption_lacks", word=", ".join(lacking))
    known = {name: one for name, one in read.items() if one is not None}
    for name, ends in scenario.parameters.items():
        if name in LAID and name not in known:
            continue  # said of all minerals of a study, it has something to act on in some
        if name not in known:
            raise UserError("disruption_word", suggestions=suggest(name, known), name="parameters", word=name,
                            known=", ".join(sorted(known)))  # fmt: skip
        known[name] = _own(ends, known[name].unit)  # type: ignore[arg-type]  # completed when it was made
    if known["spare_capacity"].unit == "t/yr":
        known["spare_amount"] = known.pop("spare_capacity")
    return known


OF_A_FORM: Final = "What is recovered of one form is not known; none of it counts as use here."

DAYS: Final = 365.25 / 12
"""Days of a month."""


def _own(ends: tuple[float, float, float], unit: str) -> Range:
    return Range(*ends, unit, flag="user", confidence="user", source="scenario")


def _companionality(commodity: str, facts: FactBase) -> Range | None:
    """Return the share of output won as a by-product, its newest figure; none held: the whole range from 0 to 1."""
    held = facts.fetch(
        "select value, edition from companionality where commodity = ? and value is not null "
        "order by year desc limit 1",
        [commodity],
    )
    if not held:
        return Range(0, 0.5, 1, "1", note="No figure is held: the whole range.")
    share = float(held[0][0])
    return Range(share, share, share, "1", "fixed", "secondary", "medium", str(held[0][1]))


def _recovered(commodity: str, home: str, facts: FactBase) -> Range:
    """Return the share of home's use that is recovered at home [1]: its own figure, of the whole; 0 where none is held.

    What is recovered follows use: it is no buffer where supply stops.
    """
    held = facts.fetch(
        "select value_low, value, value_high, edition from home_scrap where home = ? and commodity = ? "
        "and whole = 'yes' and value is not null order by year desc limit 1", [home, commodity],
    )  # fmt: skip
    if not held:
        return Range(0, 0, 0, "1", "fixed", note="No figure of home is held: nothing but what is traded or made.")
    low, value, high, edition = held[0]
    least, most = (float(value if end is None else end) for end in (low, high))
    return Range(least, float(value), most, "1", "uniform", "secondary", "medium", str(edition))


def recycling_ceiling(commodity: str, *, facts: FactBase | None = None) -> float:
    """Return the most of use that recycling may supply in a disruption [1]: that of the policies."""
    return ceiling(commodity, facts=facts)


def drawn(read: Mapping[str, Range], draws: int, seed: int) -> dict[str, Numbers]:
    """Return (draw) of each parameter; a later demand elasticity is never below the first.

    Parameters
    ----------
    read : mapping of Range
    draws : int, >= 1
    seed : int

    Returns
    -------
    dict of (draw), in the unit of each range
    """
    streams, blocks = Streams(seed), -(-draws // BLOCK)
    out: dict[str, Numbers] = {}
    for name, one in read.items():
        if name in LAID:
            continue
        numbers = np.empty((1, blocks * BLOCK))
        streams.uniform(GROUP, name, 0, numbers)
        out[name] = one.at(numbers[0, :draws])
    if "demand_elasticity_last" in out:
        out["demand_elasticity_last"] = np.maximum(out["demand_elasticity_last"], out["demand_elasticity"])
    return out


def central(read: Mapping[str, Range]) -> dict[str, Numbers]:
    """Return one draw in which every parameter has its central figure."""
    return {name: np.array([one.central]) for name, one in read.items()}
