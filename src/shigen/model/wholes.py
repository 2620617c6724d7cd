"""World totals as formulas read them: what countries are named for, and what none is."""

from typing import Final

from shigen.model.arrays import summed
from shigen.model.kept import once
from shigen.model.named import Bare, Named

WHOLES: Final = {"total": ("production", "remainder"), "reserves_total": ("reserves", "reserves_remainder")}
"""The views that are a whole, each with its named parts and what no country is named for."""


@once
def total(chain: Bare) -> Named:
    """World production: what countries are named for and what none is: (..., commodity, step) [t/yr].

    NaN where no country is named. Shares of it never add up to more than 1, whatever moves the named countries.
    """
    return _whole(chain, "total")


def reserves_total(chain: Bare) -> Named:
    """World reserves, as `total`: (..., commodity) [t]."""
    return _whole(chain, "reserves_total")


def _whole(chain: Bare, name: str) -> Named:
    named, remainder = WHOLES[name]
    return summed(chain[named], "country") + chain[remainder]
