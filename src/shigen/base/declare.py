"""What a declaration is: indicators now, levers, methods and charts later. No formulas here.

A declaration is a frozen record beside the formula. The decorator registers the function and returns it
unchanged, so that it can be called, stepped through and found by "go to definition". The registry drives the
command line, tables, charts, documentation and the conformance tests.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from shigen.base.i18n import Lang

if TYPE_CHECKING:
    from xarray import DataArray

    Formula = Callable[..., DataArray]
    Band = Callable[..., tuple[DataArray, DataArray]]

Stage = Literal["upstream", "intermediate", "final"]
Step = Literal["ore", "refined", "counting"]
STAGES: Final[tuple[Stage, ...]] = ("upstream", "intermediate", "final")
STEPS: Final = ("ore", "refined")

STATUSES: Final = ("ok", "partial", "proxy", "shared_code", "not_applicable", "no_data")
"""How far an indicator's figure can be trusted, in the order of the int8 codes. None of them is zero."""

MISSING: Final = ("not_applicable", "no_data")

FLAGS: Final = (
    "none", "official", "estimated", "zero", "withheld", "not_available", "bound", "extracted", "secondary",
    "assumption", "user",
)  # fmt: skip
"""What kind of figure a fact is, in the order of the int8 codes; `none` where no publisher names it."""


@dataclass(frozen=True)
class Indicator:
    """The declaration of one indicator; its score runs from 0 (no risk) to 1 (highest)."""

    key: str
    stage: Stage
    name: dict[Lang, str]
    reads: tuple[str, ...]
    """Variables or views of the supply chain that the formula takes, in order."""
    step: Step | None
    """The step at which they are read; `counting`: ore, or refined where ore is not applicable."""
    unit: str
    bounds: tuple[float, float]
    high_from: float
    """Raw value from which the indicator counts as high."""
    anchors: tuple[float, float] | None
    """Raw values that score 0 and 1, linear between; None: the raw value is the score."""
    axis: int
    """Place on the study's radar chart, 1 to 6; 0 for a candidate that is not an axis."""
    formula: "Formula"
    band: "Band | None"
    coverage: "Formula | None"
    coverage_means: dict[Lang, str]
    origin: dict[Lang, str]
    """What of it the study states, and what is ours."""
    reference: str

    @property
    def doc(self) -> str:
        """The docstring of the formula."""
        return self.formula.__doc__ or ""


INDICATORS: dict[str, Indicator] = {}
"""Filled by the decorator; `shigen.model.indicators` reads it in the order of the axes."""
F = TypeVar("F", bound="Callable[..., DataArray]")


def indicator(
    *,
    key: str,
    stage: Stage,
    name: dict[Lang, str],
    reads: tuple[str, ...],
    step: Step | None,
    unit: str,
    bounds: tuple[float, float],
    high_from: float,
    origin: dict[Lang, str],
    reference: str,
    coverage_means: dict[Lang, str],
    anchors: tuple[float, float] | None = None,
    axis: int = 0,
    band: "Band | None" = None,
    coverage: "Formula | None" = None,
) -> Callable[[F], F]:
    """Declare an indicator; the function keeps its signature and its source."""

    def register(formula: F) -> F:
        if key in INDICATORS:
            message = f"the indicator {key!r} is declared twice"
            raise ValueError(message)
        INDICATORS[key] = Indicator(
            key=key, stage=stage, name=name, reads=reads, step=step, unit=unit, bounds=bounds,
            high_from=high_from, anchors=anchors, axis=axis, formula=formula, band=band, coverage=coverage,
            coverage_means=coverage_means, origin=origin, reference=reference,
        )  # fmt: skip
        return formula

    return register
