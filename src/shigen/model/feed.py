"""What feeds a smelter at home: ore of partners, as far as they can spare it."""

from typing import Final

import numpy as np

from shigen.model.arrays import any_known, at, choose, filled, greatest, known, least, on, ratio, summed
from shigen.model.named import Bare, Named
from shigen.model.supply import home_value
from shigen.model.variables import KUSD, MAPS

FLOWS: Final = ("imports", "imports_tonnes", "imports_value", "imports_gross")
"""Imports by partner, in each of their measures."""


def spare(chain: Bare) -> Named:
    """What partners can still send home as ore: (..., commodity, country) [t/yr], >= 0.

    Their output of ore less what home takes from them already: 0 of one without a figure of output, and of home itself.
    """
    made, taken = (filled(at(chain[name], "ore")) for name in ("production", "imports_tonnes"))
    return choose(chain["home"], 0.0, greatest(made - taken, 0.0))


def draw_ore(chain: Bare, tonnes: Named) -> tuple[Bare, Named]:
    """Let home take more ore from abroad; return the chain, and what no partner can spare (..., commodity) [t/yr].

    Partners send in proportion to what they can `spare`, together no more than all of it. Where no country's output is
    named nobody knows what is spare, and today's partners send as today. Nothing is drawn where home's imports of ore
    are not recorded, or come by value that no tonne is known to have.
    """
    taken = at(chain["imports_tonnes"], "ore")
    worth = at(home_value(chain), "ore")
    possible = any_known(taken, "country") & (known(worth) | at(chain["by_mass"], "ore"))
    possible = possible & (at(chain["production_map"], "ore") != MAPS.index("not_applicable"))
    told = any_known(at(chain["production"], "ore"), "country")
    source = choose(told, spare(chain), filled(taken))
    whole = source.sum("country")
    wanted = choose(possible, filled(tonnes), 0.0)
    drawn = least(wanted, choose(told, whole, choose(whole > 0, np.inf, 0.0)))
    part = filled(ratio(source, whole)) * drawn
    weight = ratio(summed(at(chain["imports_gross"], "ore"), "country"), summed(taken, "country"))
    each = {"imports": 1.0, "imports_tonnes": 1.0, "imports_value": filled(worth) * KUSD,
            "imports_gross": filled(weight, 1.0)}  # fmt: skip
    grown = {name: choose(on("ore") & (part > 0), chain[name] + part * each[name], chain[name]) for name in FLOWS}
    return chain | grown, wanted - drawn
