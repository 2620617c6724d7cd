"""Where an estimate of a country stands among those of all countries."""

from shigen.model.arrays import greatest, known, only
from shigen.model.named import Bare, Named


def percentile_rank(estimate: Named, elsewhere: Named) -> Named:
    """Share of all other countries whose estimate is lower; 0 is the lowest of all, 1 the highest.

    Parameters
    ----------
    estimate : (..., country) [1]
        Of the countries of a chain; NaN where unknown.
    elsewhere : (..., area) [1]
        Of all other countries.

    Returns
    -------
    (..., country) [1], 0 to 1; NaN where unknown. Equal estimates have the same rank, the lower one.
    """
    peers = Named(tuple("peer" if dim == "country" else dim for dim in estimate.dims), estimate.data)
    lower = (peers < estimate).sum("peer") + (elsewhere < estimate).sum("area")
    others = known(estimate).sum("country") + known(elsewhere).sum("area") - 1
    return only(lower / greatest(others, 1), known(estimate))


def stability_rank(chain: Bare) -> Named:
    """Percentile of each country's political stability among all that have one: (..., country) [1]."""
    return percentile_rank(chain["stability"], chain["stability_elsewhere"])
