"""What arrives under codes of which only totals are held, as estimated, and how intake is shared between the steps.

An estimated flow has a value and no tonnes: it counts in the mean governance of supply, with the measured error of its
split as a band, and in nothing that is counted in tonnes; it is never seen.
"""

from typing import Final

from shigen.model.arrays import Array, choose, clipped, filled, known, only, ratio, summed
from shigen.model.kept import once
from shigen.model.named import Bare, Named
from shigen.model.variables import MAPS

MINOR_FLOW: Final = 0.01
"""A step that takes less than this share of intake is not applicable."""

MOSTLY: Final = 0.9
"""Share of supply below which recorded flows do not stand for the whole: what is made of it is an estimate."""


@once
def estimate(chain: Bare) -> Named:
    """Imports by partner as estimated: (..., commodity, country, step) [kUSD/yr]; 0 where nothing is.

    None where a step is shared out by mass, since no tonnes are estimated, and beside a code that bundles several
    metals.
    """
    counts = ~chain["by_mass"] & ~chain["home"] & (chain["imports_map"] != MAPS.index("shared_code"))
    return filled(only(chain["imports_estimated"], counts))


def with_estimate(chain: Bare, recorded: Named) -> Named:
    """Add the estimate to recorded supply by partner; where none is recorded it stands alone."""
    added = estimate(chain)
    return choose((added > 0).any("country"), filled(recorded) + added, recorded)


def without_gap(chain: Bare, unseen: Named) -> Named:
    """What arrives unseen beside supply; 0 where no code of the step is recorded and an estimate stands alone."""
    return choose((estimate(chain) > 0).any("country") & ~(chain["imports_year"] > 0), 0.0, unseen)


def estimated_share(supply: Named, chain: Bare) -> Named:
    """Share of supply by partner that is estimated: (..., commodity, step) [1]; 0 where nothing is."""
    return filled(ratio(estimate(chain).sum("country"), filled(summed(supply, "country"))))


def split_error(chain: Bare, supply: Named, end: str) -> Named:
    """What the measured error of splits may add to the mean governance of supply: (..., commodity, step) [1].

    `end` is `low` or `high`. 0 where nothing is estimated.
    """
    return filled(chain[f"split_error_{end}"]) * estimated_share(supply, chain)


def intake_share(chain: Bare) -> Named:
    """Share of each step in what arrives from abroad: (..., commodity, step) [1].

    In contained tonnes where both steps have them, else by value, estimates included; NaN where a step's imports are
    unknown, unless the most that they can be is no more than MINOR_FLOW: then that counts. Where only one step exists
    it takes all, also of nothing.
    """
    absent = chain["imports_map"] == MAPS.index("not_applicable")
    mass = chain["imports"].sum("country", skipna=False) + chain["imports_unseen"]
    value = summed(chain["imports_value"], "country") + chain["imports_unseen_value"]
    added = estimate(chain).sum("country")
    value = choose(added > 0, filled(value) + added, value)
    most = chain["imports_at_most"]
    rest = summed(value, "step")
    value = choose(~known(value) & (ratio(most, most + rest) <= MINOR_FLOW), most, value)
    measured = choose(known(mass).all("step") & ~(added > 0).any("step"), mass, value)
    return choose(absent.any("step"), ~absent, ratio(measured, measured.sum("step", skipna=False)))


def split_band(mean: Array, described: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Return the ends of a mean governance [1]: its own error on what is described, 0 and 1 on the rest."""
    least, most = (clipped(mean + error, 0.0, 1.0) * described for error in (low, high))
    return least, most + (1 - described)
