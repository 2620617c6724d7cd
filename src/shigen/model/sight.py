"""How far recorded flows reach into what home takes at a step, and the most that can be seen of it.

In tonnes where home's demand is known. By value where it is not, and where all that home takes can be told: every code
of the step by flows or by totals (`completes` in the map of supply), home's own totals, and its own output.
"""

from typing import Final

import numpy as np

from shigen.model.arrays import any_known, choose, clipped, filled, greatest, known, on, only, ratio, summed
from shigen.model.arrays import at as at_step
from shigen.model.concentration import nearly_all_named
from shigen.model.estimated import estimate
from shigen.model.kept import once
from shigen.model.named import Bare, Named
from shigen.model.supply import home_production, home_value, passed_on, recorded, unseen
from shigen.model.variables import KUSD, MAPS
from shigen.model.wholes import total

SIGHTS: Final = ("none", "tonnes", "value")
"""What a reach is measured by, in the order of the int8 codes; `none`: nobody knows it."""


def reach(chain: Bare) -> Named:
    """What is tracked over what home takes at a step: (..., commodity, step) [1], 0 to 1; NaN where it is not known.

    In tonnes; by value only where home's demand in tonnes is not known.

    Notes
    -----
    Tonnes: imports and home production over home's demand. Value: recorded supply, with what arrives without a country,
    over the same and what is estimated from home's totals: an estimate is in the whole and never tracked. Totals: BACI
    (Gaulier & Zignago 2010, CEPII Working Paper 2010-23); demand: see `home_demand`.
    """
    tonnes = in_tonnes(chain)
    return choose(known(tonnes), tonnes, by_value(chain))


def sight_by(chain: Bare) -> Named:
    """What `reach` is measured by, codes of SIGHTS: (..., commodity, step)."""
    valued = choose(known(by_value(chain)), SIGHTS.index("value"), SIGHTS.index("none"))
    return choose(known(in_tonnes(chain)), SIGHTS.index("tonnes"), valued).astype(np.int8)


@once
def in_tonnes(chain: Bare) -> Named:
    """The reach in contained tonnes: (..., commodity, step) [1], 0 to 1; NaN where nobody says what home takes.

    What home takes refined is all that it takes; as ore, all that does not arrive refined. Tracked are imports in
    tonnes, and home production of the step.
    """
    imports = summed(chain["imports_tonnes"], "country") + chain["tonnes_nowhere"]
    at_home = filled(summed(only(chain["production"], chain["home"] & chain["count_home"]), "country"))
    tracked = imports + at_home
    refined = filled(at_step(imports, "refined"))
    takes = choose(on("ore"), greatest(chain["home_takes"] - refined, 0.0), chain["home_takes"])
    return clipped(ratio(tracked, greatest(takes, tracked)), 0.0, 1.0)


@once
def by_value(chain: Bare) -> Named:
    """The reach by value where all that home takes can be told: (..., commodity, step) [1], 0 to 1; else NaN.

    Not told: a step with a code of which neither flows nor totals are held, an importer whose totals are not held, home
    output that nobody publishes or that nothing values.

    Notes
    -----
    tracked / (tracked + estimated + home output that does not count as supply); see `reach`.
    """
    output = only(home_production(chain), _output_told(chain))
    made = choose(output > 0, output * home_value(chain) * KUSD, output)
    beside = only(choose(chain["count_home"], 0.0, made), known(made))
    tracked = _tracked(chain)
    whole = tracked + beside + estimate(chain).sum("country")
    return only(ratio(tracked, whole), _totals_held(chain) & chain["totals_complete"])


def seen_at_most(chain: Bare) -> Named:
    """The most that is seen of what home takes, by value: (..., commodity, step) [1], 0 to 1; NaN without totals.

    Codes that are not held, and home output that nobody publishes, only add to what home takes.

    Notes
    -----
    recorded, but for what partners pass on / (recorded + without a country + estimated).
    """
    seen = filled(summed(recorded(chain) * (1 - passed_on(chain)), "country"))
    whole = _tracked(chain) + estimate(chain).sum("country")
    return only(ratio(seen, whole), _totals_held(chain))


def _output_told(chain: Bare) -> Named:
    """Tell whether the table of a step names home, or nearly all that the world makes: (..., commodity, step), bool."""
    made = chain["production"]
    return any_known(only(made, chain["home"]), "country") | nearly_all_named(made, total(chain))


def _tracked(chain: Bare) -> Named:
    """Recorded supply, with what arrives unseen: (..., commodity, step) [kUSD/yr] where a step is shared by value."""
    return filled(summed(recorded(chain), "country")) + unseen(chain)


def _totals_held(chain: Bare) -> Named:
    """Tell where home's totals stand beside all flows that the map of supply names: (..., commodity, step), bool.

    Never at a step that is shared out by mass, nor beside a code of several metals: nothing is estimated there.
    """
    flows = any_known(chain["imports_value"], "country") | (chain["imports_map"] == MAPS.index("no_data"))
    alone = ~chain["by_mass"] & (chain["imports_map"] != MAPS.index("shared_code"))
    return flows & alone & (chain["totals_year"] > 0)
