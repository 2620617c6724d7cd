"""How good our intervals are: what they held of what came later, and what they missed."""

from typing import Any, Final

from shigen.model.hindcast.table import hindcast
from shigen.show.web.visit import Visit

SHOWN: Final = ("production_hhi", "reserves_hhi", "trade_hhi")
"""Inputs of which the page itself names every miss; the others are in the CSV."""


def page(visit: Visit) -> dict[str, Any]:
    """Return the answer, the coverage of all that is tested, and the concentrations that were missed."""
    found = hindcast(visit.facts)
    return {
        "sentence": found.sentence(visit.lang),
        "decided": found.decided(visit.lang),
        "editions": visit.list(found.editions),
        "publishers": visit.list(dict.fromkeys(str(visit.facts.editions[one]["publisher"]) for one in found.editions)),
        "rows": found.records(visit.lang),
        "misses": [row for row in found.misses(visit.lang) if row["input"] in SHOWN],
        "figure": visit.figure("hindcast"),
    }
