"""How far each method gives what its own publication prints; the counts are held by tests in `tests/golden`."""

from dataclasses import dataclass
from typing import Any, Final

from shigen.base.i18n import Lang, text
from shigen.base.method import METHODS
from shigen.model.methods import declarations


@dataclass(frozen=True)
class Fidelity:
    """What of a method was compared with its publication."""

    method: str
    what: str
    """Key of the words that say what was compared, how the rest came about, and by which test."""
    compared: int
    """Printed figures that were compared; 0 where none may be shipped or was found."""
    within: int
    tolerance: float | None = None
    """How far a figure may lie off to count; of a rank or an index, in its own unit."""


FIDELITY: Final = (
    Fidelity("eu_supply_risk", "eu_inputs", 0, 0),
    Fidelity("geopolrisk", "import_risk", 43, 43, 0.03),
    Fidelity("geopolrisk", "hhi", 24, 24, 0.09),
    Fidelity("bgs_type", "bgs_2012", 59, 41, 0.05),
    Fidelity("iea_cr1", "unprinted", 0, 0),
    Fidelity("iea_cr3", "unprinted", 0, 0),
    Fidelity("iea_n_minus_1", "home", 0, 0),
    Fidelity("usgs_type", "ours", 0, 0),
    Fidelity("yale_geological", "unprinted", 0, 0),
    Fidelity("yale_geopolitical", "unprinted", 0, 0),
)
COLUMNS: Final = ("method", "name", "what", "compared", "within", "tolerance", "rest")


def fidelity_rows(lang: Lang) -> list[dict[str, Any]]:
    """Return one row a comparison with COLUMNS, in words."""
    declarations()
    return [
        {"method": one.method, "name": METHODS[one.method].name[lang], "what": text(f"fidelity.what.{one.what}", lang),
         "compared": one.compared, "within": one.within, "tolerance": one.tolerance,
         "rest": text(f"fidelity.rest.{one.what}", lang)}
        for one in FIDELITY
    ]  # fmt: skip
