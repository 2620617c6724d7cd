"""Methods that a user declares outside of the package, for the time of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

import shigen
from shigen.base.method import METHODS
from shigen.figures.store import current
from shigen.model.arrays import ratio, summed
from shigen.model.named import Named
from shigen.show.web.kept import forget

KEY = "largest_partner"


@contextmanager
def declared() -> Iterator[str]:
    """Declare a method and take it back afterwards: the share of the largest partner in imports."""

    @shigen.method(
        key=KEY, reads={"imported": "traded"}, unit="1", bounds=(0, 1), refuses=("shared_code",),
        supply=lambda imported: summed(imported, "country"),
        name={"ja": "最大輸入元シェア", "en": "Share of the largest partner"},
        written={"ja": "max_c M_c / ΣM。", "en": "max_c M_c / ΣM."},
        reference="Bain (1951), Relation of profit rate to industry concentration, Q. J. Econ. 65(3), 293",
    )  # fmt: skip
    def largest_partner(imported):
        """Share of the largest partner; 1 is a single partner."""
        return ratio(imported, summed(imported, "country")).max("country")

    try:
        yield KEY
    finally:
        del METHODS[KEY]
        forget(current())  # what a server answered while it was there


@contextmanager
def comparing() -> Iterator[str]:
    """Declare a method that compares importers: how much of what all of them import the home takes."""

    @shigen.method(
        key="share_of_world_imports", reads={"imports_value": "traded"}, unit="1", bounds=(0, 1),
        needs_world_imports=True,
        name={"ja": "世界輸入シェア", "en": "Share of world imports"},
        written={"ja": "ΣM / Σ_i ΣM_i。", "en": "ΣM / Σ_i ΣM_i."},
        reference="Ours (2026)",
    )  # fmt: skip
    def share_of_world_imports(imports_value: Named) -> Named:
        """Share of an importer in the imports of all; 1 takes all."""
        taken = summed(imports_value, "country")
        return ratio(taken, summed(taken, "importer"))

    try:
        yield "share_of_world_imports"
    finally:
        del METHODS["share_of_world_imports"]
        forget(current())
