"""What a declaration is: indicators, levers, methods and sources; charts later. No formulas here.

A declaration is a frozen record beside the formula. The decorator registers the function and returns it
unchanged, so that it can be called, stepped through and found by "go to definition". The registry drives the
command line, tables, charts, documentation and the conformance tests.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from shigen.base.i18n import Lang

if TYPE_CHECKING:
    Formula = Callable[..., Any]
    Band = Callable[..., tuple[Any, Any]]

Stage = Literal["upstream", "intermediate", "final"]
Step = Literal["ore", "refined", "counting", "traded"]
"""A step of the chain; `counting`: ore, or refined where ore is not applicable; `traded`: ore where a trade code is its
own, else refined."""
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
    written: dict[Lang, str]
    """The formula as it is written out for a reader; in English, as the notes of the docstring begin."""
    band: "Band | None"
    coverage: "Formula | None"
    coverage_means: dict[Lang, str]
    origin: dict[Lang, str]
    """What of it the study states, and what is ours."""
    reference: str
    weight: float
    """Of an axis inside its stage; those of the two import axes are added and split by where the intake arrives."""
    margin: float
    """How near to its line a raw value makes a clause of the types provisional."""

    def is_high(self, raw: float, line: float | None = None) -> bool:
        """Tell whether a raw value counts as high risk."""
        return bool(self.reaches(raw, self.high_from if line is None else line))

    @property
    def reaches(self) -> Callable[[Any, Any], Any]:
        """Return how raw values, or arrays of them, are held against the line; low is risk where anchors run down."""
        downward = self.anchors is not None and self.anchors[0] > self.anchors[1]
        return operator.le if downward else operator.ge

    @property
    def doc(self) -> str:
        """The docstring of the formula."""
        return self.formula.__doc__ or ""


LeverKey = Literal["resource_saving", "recycling", "smelter_investment", "mine_investment", "exploration", "stockpile"]
"""The policies, in the order in which they apply, whatever the order of a list."""


@dataclass(frozen=True)
class Lever:
    """One policy with its physical size; what it does stands in the declared function of its kind."""

    key: LeverKey
    commodity: str
    size: float
    host: str | None = None
    offtake: float = 1.0
    """Share of the new output that goes to the home country."""
    cost_musd: float | None = None
    """The user's own figure; the table of assumptions serves where there is none."""
    note: str = ""


@dataclass(frozen=True)
class LeverKind:
    """The declaration of a policy: its size, what it acts on, what is conserved, and what it may worsen."""

    key: LeverKey
    order: int
    policy: int
    """Number of the study's policy: 1 mine and exploration, 2 smelter, 3 saving, 4 recycling, 5 stockpile."""
    name: dict[Lang, str]
    size_name: str
    unit: str
    size_max: float
    needs_host: bool
    moves: tuple[str, ...]
    """Indicators that it can move; no other one, which a test holds it to."""
    acts_on: dict[Lang, str]
    can_worsen: dict[Lang, str]
    apply: "Callable[..., Any]"


LEVERS: dict[str, LeverKind] = {}
"""Filled by the decorator; `shigen.model.levers` reads it in the order of application."""


def lever_kind(**declared: Any) -> "Callable[[G], G]":
    """Declare a policy; the function keeps its signature and its source."""

    def register(function: "G") -> "G":
        LEVERS[declared["key"]] = LeverKind(apply=function, **declared)
        return function

    return register


INDICATORS: dict[str, Indicator] = {}
"""Filled by the decorator; `shigen.model.indicators` reads it in the order of the axes."""
F = TypeVar("F", bound="Callable[..., Any]")
G = TypeVar("G", bound="Callable[..., Any]")


def indicator(
    *,
    key: str,
    stage: Stage,
    name: dict[Lang, str],
    written: dict[Lang, str],
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
    weight: float = 0.0,
    margin: float = 0.0,
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
            high_from=high_from, anchors=anchors, axis=axis, formula=formula, written=written, band=band,
            coverage=coverage, coverage_means=coverage_means, origin=origin, reference=reference, weight=weight,
            margin=margin,
        )  # fmt: skip
        return formula

    return register


@dataclass(frozen=True, kw_only=True)
class Method:
    """The declaration of another author's method; what it computes is a figure of its own, never a score of ours."""

    key: str
    name: dict[Lang, str]
    written: dict[Lang, str]
    """The formula as it is written out for a reader; in English, as the notes of the docstring begin."""
    unit: str
    bounds: tuple[float, float]
    """Of the figure, while its inputs keep to their own scales."""
    reads: Mapping[str, Step | None]
    """Variables or views of the supply chain that the formula takes, in order, each with the step at which it is read;
    the first one decides the year and what `supply_map` says."""
    formula: "Formula"
    differs: dict[Lang, str]
    """Where our inputs are not the authors'; empty where they are."""
    reference: str
    needs_world_imports: bool
    """Whether it compares importers with each other, so that the chain must hold all of them along `importer`."""
    band: "Band | None"
    """The least and the greatest figure that missing inputs allow."""
    coverage: "Formula | None"
    coverage_means: dict[Lang, str]
    proxy: "Formula | None"
    """Where the inputs are of another kind than the formula wants, though it gives a figure."""
    proxy_means: dict[Lang, str]
    supply: "Formula | None"
    """What the home takes in; where that is zero the method does not apply."""
    refuses: tuple[str, ...]
    """What `supply_map` may say of the first variable for which the method gives no figure."""
    world: "Callable[..., Any] | None"
    """The same figures for all importers and years at once, from sums of the trade table in place of a chain:
    (facts, homes, years, commodities, *, edition) -> Dataset."""

    @property
    def own(self) -> bool:
        """Whether it was declared outside of the package, by a user."""
        return not self.formula.__module__.startswith("shigen.")

    @property
    def doc(self) -> str:
        """The docstring of the formula."""
        return self.formula.__doc__ or ""


METHODS: dict[str, Method] = {}
"""Filled by the decorator; `shigen.model.methods` reads it."""


def method(
    *,
    key: str,
    name: dict[Lang, str],
    written: dict[Lang, str],
    reads: "Mapping[str, Step | None]",
    unit: str,
    bounds: tuple[float, float],
    reference: str,
    differs: dict[Lang, str] | None = None,
    needs_world_imports: bool = False,
    band: "Band | None" = None,
    coverage: "Formula | None" = None,
    coverage_means: dict[Lang, str] | None = None,
    proxy: "Formula | None" = None,
    proxy_means: dict[Lang, str] | None = None,
    supply: "Formula | None" = None,
    refuses: tuple[str, ...] = (),
    world: "Callable[..., Any] | None" = None,
) -> Callable[[F], F]:
    """Declare a method; the function keeps its signature and its source.

    Parameters of `band`, `coverage`, `proxy` and `supply` name what they read; what is not among `reads` is read at the
    step of the first of them.

    Raises
    ------
    ValueError
        The key is taken, nothing is read, or a coverage or proxy is not told in words.
    """
    if not reads or bool(coverage) != bool(coverage_means) or bool(proxy) != bool(proxy_means):
        message = f"the method {key!r} reads nothing, or has a coverage or proxy without words"
        raise ValueError(message)

    def register(formula: F) -> F:
        if key in METHODS:
            message = f"the method {key!r} is declared twice"
            raise ValueError(message)
        METHODS[key] = Method(
            key=key, name=name, written=written, unit=unit, bounds=bounds, reads=dict(reads), formula=formula,
            differs=differs or {}, reference=reference, needs_world_imports=needs_world_imports, band=band,
            coverage=coverage, coverage_means=coverage_means or {}, proxy=proxy, proxy_means=proxy_means or {},
            supply=supply, refuses=refuses, world=world,
        )  # fmt: skip
        return formula

    return register


@dataclass(frozen=True)
class Source:
    """The declaration of a publisher's series: what it gives, where it stands, and under which terms."""

    key: str
    name: dict[Lang, str]
    publisher: str
    """As in the table `editions`."""
    gives: tuple[str, ...]
    """Fact tables that its rows go into."""
    address: str
    """Page from which a user downloads by hand."""
    terms: str
    open: bool = field(default=True, kw_only=True)
    """Whether it can be fetched without a key."""
    shipped: bool
    """Whether the terms allow the rows in the embedded package; else they stay on the user's machine."""
    files: dict[Lang, str]
    """Which files `--from` takes, in words."""
    read: "Callable[..., Any]"
    """(paths: Sequence[Path], edition: str | None) -> Reading"""
    fetch: "Callable[..., Any] | None" = None
    """(fetcher: Fetcher, folder: Path, ...) -> list[Path]: bring the files; None: only a download by hand works."""


SOURCES: dict[str, Source] = {}
"""Filled by `source`; `shigen.figures.sources.sources` reads it."""


def source(**declared: Any) -> "Callable[[G], G]":
    """Declare a publisher by its `read` function; the function keeps its signature and its source."""

    def register(function: "G") -> "G":
        SOURCES[declared["key"]] = Source(read=function, **declared)
        return function

    return register
