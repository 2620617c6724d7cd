"""What the declaration of another author's method is; the formula stands beside it, as that of an indicator does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from shigen.base.declare import READABLE, F, Step, enter, is_own, refuse_problems
from shigen.base.i18n import Lang

if TYPE_CHECKING:
    from shigen.base.declare import Band, Formula

HighIs = Literal["risk", "safety"]


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
    high_is: HighIs
    """Whether a high figure is risk, or safety: then its order of the minerals is read the other way."""
    needs_world_imports: bool
    """Whether it compares importers with each other, so that the chain must hold all of them along `importer`."""
    band: "Band | None"
    """The least and the greatest figure that missing inputs allow."""
    interval_alone: bool
    """Whether the interval stands where a missing input leaves no figure; unless it is as wide as `bounds`."""
    coverage: "Formula | None"
    coverage_means: dict[Lang, str]
    proxy: "Formula | None"
    """Where the inputs are of another kind than the formula wants, though it gives a figure."""
    proxy_means: dict[Lang, str]
    supply: "Formula | None"
    """What the home takes in; where that is zero the method does not apply."""
    minor: "Formula | None"
    """Where too small a part of intake takes the step for the method to apply."""
    refuses: tuple[str, ...]
    """What `supply_map` may say of the first variable for which the method gives no figure."""
    world: "Callable[..., Any] | None"
    """The same figures for all importers and years at once, from sums of the trade table in place of a chain:
    (facts, homes, years, commodities, *, edition) -> Dataset."""

    @property
    def own(self) -> bool:
        """Whether it was declared outside of the package, by a user."""
        return is_own(self.formula)

    @property
    def origin(self) -> dict[Lang, str]:
        """What is ours in it: where our inputs are not the authors'; empty words where they are."""
        return {lang: self.differs.get(lang, "") for lang in self.name}

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
    high_is: HighIs = "risk",
    needs_world_imports: bool = False,
    band: "Band | None" = None,
    interval_alone: bool = False,
    coverage: "Formula | None" = None,
    coverage_means: dict[Lang, str] | None = None,
    proxy: "Formula | None" = None,
    proxy_means: dict[Lang, str] | None = None,
    supply: "Formula | None" = None,
    minor: "Formula | None" = None,
    refuses: tuple[str, ...] = (),
    world: "Callable[..., Any] | None" = None,
) -> Callable[[F], F]:
    """Declare a method; the function keeps its signature and its source.

    Parameters of `band`, `coverage`, `proxy`, `supply` and `minor` name what they read; what is not among `reads` is
    read at the step of the first of them.

    Raises
    ------
    ValueError
        The key is taken, nothing is read, or what cannot be traced, or a coverage or proxy is not told in words.
    """
    if not reads or bool(coverage) != bool(coverage_means) or bool(proxy) != bool(proxy_means):
        message = f"the method {key!r} reads nothing, or has a coverage or proxy without words"
        raise ValueError(message)

    def register(formula: F) -> F:
        declared = Method(
            key=key, name=name, written=written, unit=unit, bounds=bounds, reads=dict(reads), formula=formula,
            differs=differs or {}, reference=reference, high_is=high_is,
            needs_world_imports=needs_world_imports, band=band,
            interval_alone=interval_alone,
            coverage=coverage, coverage_means=coverage_means or {}, proxy=proxy, proxy_means=proxy_means or {},
            supply=supply, minor=minor, refuses=refuses, world=world,
        )  # fmt: skip
        if declared.own:
            refuse_problems("method", key, (
                f"an unknown variable {name!r} that it reads" for name in declared.reads if name not in READABLE
            ))  # fmt: skip
        enter("method", METHODS, declared)
        return formula

    return register
