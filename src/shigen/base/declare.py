"""What a declaration is: indicators, levers and sources (a method in `base/method.py`). No formulas.

A declaration is a frozen record beside the formula. The decorator registers the function and returns it
unchanged, so that it can be called, stepped through and found by "go to definition". The registry drives the
command line, tables, charts, documentation and the conformance tests. What is wrong is refused when it is declared.
"""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar, get_args

from shigen.base.i18n import LANGS, Lang, join

if TYPE_CHECKING:
    Formula = Callable[..., Any]
    Band = Callable[..., tuple[Any, Any]]

Stage = Literal["upstream", "intermediate", "final"]
Step = Literal["ore", "refined", "counting", "traded"]
"""A step of the chain; `counting`: ore, or refined where ore is not applicable; `traded`: ore where a trade code is its
own, else refined."""
STAGES: Final[tuple[Stage, ...]] = ("upstream", "intermediate", "final")
STEPS: Final = ("ore", "refined")

STATUSES: Final = ("ok", "partial", "proxy", "estimated", "shared_code", "not_applicable", "no_data")
"""How far an indicator's figure can be trusted, in the order of the int8 codes. None of them is zero."""

MISSING: Final = ("not_applicable", "no_data")

FLAGS: Final = (
    "none", "official", "estimated", "zero", "withheld", "not_available", "bound", "extracted", "secondary",
    "assumption", "user",
)  # fmt: skip
"""What kind of figure a fact is, in the order of the int8 codes; `none` where no publisher names it."""


READABLE: set[str] = set()
"""What a formula may read; filled by `shigen.model.views` with the variables and views that can be explained."""

F = TypeVar("F", bound="Callable[..., Any]")
D = TypeVar("D", bound="Declared")

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


class Declared(Protocol):
    """What every declaration of a formula has."""

    @property
    def key(self) -> str:
        """Its name in addresses, files and tables."""

    @property
    def own(self) -> bool:
        """Whether a user declared it."""


def is_own(function: "Formula") -> bool:
    """Tell whether a declared function stands outside of the package, so that a user wrote it."""
    return not function.__module__.startswith("shigen.")


def refuse_problems(what: str, key: str, problems: Iterable[str], **words: Mapping[Lang, str]) -> None:
    """Refuse a declaration that could not be shown or computed.

    Raises
    ------
    ValueError
        The key is no key, a language lacks words, or there are problems.
    """
    if not _KEY.fullmatch(key):
        message = f"the key of the {what} is lower-case letters, digits and underscores, not {key!r}"
        raise ValueError(message)
    lacking = [f"no {name} in: {lang}" for name, said in words.items() for lang in LANGS if not said.get(lang)]
    if several := [*lacking, *problems]:
        message = f"the {what} {key!r} has {'; '.join(several)}"
        raise ValueError(message)


def enter(what: str, registry: dict[str, D], declared: D) -> None:
    """Put a declaration in its place; a cell of a notebook that runs again replaces its own.

    Raises
    ------
    ValueError
        The key is taken by the package, or twice inside it.
    """
    before = registry.get(declared.key)
    if before is not None and not (declared.own and before.own):
        message = f"the {what} {declared.key!r} is declared twice"
        raise ValueError(message)
    registry[declared.key] = declared


@dataclass(frozen=True, kw_only=True)
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
    band_means: Mapping[Lang, str]
    """What the ends of the band rest on; empty without one."""
    coverage: "Formula | None"
    coverage_means: Mapping[Lang, str]
    """What is covered; empty where coverage is not measured."""
    seen: "Formula | None"
    """How much of the matter that it is about its figures describe; None: as much as is covered."""
    seen_means: Mapping[Lang, str]
    """What the whole of the matter is; empty where it is what is covered."""
    gap: bool
    """Whether its band is what unseen matter allows, so that it widens the risk of its stage."""
    origin: dict[Lang, str]
    """What of it the study states, and what is ours."""
    reference: str
    weight: float
    """Of an axis inside its stage; those of the two import axes are added and split by where the intake arrives."""
    margin: float
    """How near to its line a raw value makes a clause of the types provisional."""
    clause: str
    """The clause of the types that asks whether it is high; empty where none does."""
    by_intake: bool
    """Whether its weight is shared with the like axes of other steps, by where the intake arrives."""
    least_returns: int
    """Price changes that it needs; 0 where it needs none."""

    @property
    def own(self) -> bool:
        """Whether it was declared outside of the package, by a user."""
        return is_own(self.formula)

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


@dataclass(frozen=True)
class Lever:
    """One policy with its physical size; what it does stands in the declared function of its kind."""

    key: str
    commodity: str
    size: float
    host: str | None = None
    offtake: float = 1.0
    """Share of the new output that goes to the home country."""
    cost_musd: float | None = None
    """The user's own figure; the table of assumptions serves where there is none."""
    note: str = ""


SizeName = Literal["t_per_year", "tonnes", "share", "days"]
"""What a size is: output of a plant, tonnes once, a share of 1, or days of consumption."""
Combine = Literal["add", "most", "remaining"]
"""What several policies of one kind and host come to: their sum, the largest, or shares of what the others leave."""
PACKAGE_POLICIES: Final[Mapping[str, int]] = {"mine": 1, "smelter": 2, "stockpile": 5, "saving": 3, "recycling": 4}
"""The study's policies with their numbers, in the order of its packages."""


@dataclass(frozen=True, kw_only=True)
class LeverKind:
    """The declaration of a policy: its size, what it acts on, what is conserved, and what it may worsen."""

    key: str
    order: int
    """Place in which it applies, whatever the order of a list."""
    policy: str | None
    """The study's policy that it is a part of, a key of PACKAGE_POLICIES; None where it is none of them."""
    name: Mapping[Lang, str]
    size_name: SizeName
    unit: str
    size_max: float
    needs_host: bool
    moves: tuple[str, ...]
    """Indicators that it can move; no other one, which a test holds it to."""
    acts_on: Mapping[Lang, str]
    conserves: Mapping[Lang, str]
    can_worsen: Mapping[Lang, str]
    of: Mapping[Lang, str]
    """What a share is of, in words around `{size}`; empty: the share alone, or tonnes or days."""
    combine: Combine
    offtake: bool
    """Whether a share of it goes home, so that the plan holds `<key>_offtake`."""
    builds_on: tuple[str, str] | None
    """The variable and the step without which it has nothing to act on; its size is set beside the world's."""
    project: str | None
    """The stage of a project that it stands for."""
    reach: "Callable[..., float] | None"
    """(chain of one mineral, its key, facts) -> the end of its slider; None: it has none."""
    start: "Callable[..., float] | None"
    """(chain of one mineral) -> what is reached without it; None: nothing."""
    host: "Callable[..., str | None] | None"
    """(chain of one mineral, governance line) -> the host that it starts with; None: none is named."""
    default: "Callable[..., float] | None"
    """(chain of one mineral, its key, the central value of the table, facts) -> the size in a package, 0 for none;
    None: the central value itself."""
    apply: "Callable[..., Any]"

    @property
    def own(self) -> bool:
        """Whether it was declared outside of the package, by a user."""
        return is_own(self.apply)


LEVERS: dict[str, LeverKind] = {}
"""Filled by the decorator; `shigen.model.levers` reads it in the order of application."""


def lever_kind(
    *,
    key: str,
    name: Mapping[Lang, str],
    size_name: SizeName,
    unit: str,
    size_max: float,
    moves: tuple[str, ...],
    acts_on: Mapping[Lang, str],
    conserves: Mapping[Lang, str],
    can_worsen: Mapping[Lang, str],
    of: Mapping[Lang, str] | None = None,
    needs_host: bool = False,
    order: int = 99,
    policy: str | None = None,
    combine: Combine = "add",
    offtake: bool = False,
    builds_on: tuple[str, str] | None = None,
    project: str | None = None,
    reach: "Callable[..., float] | None" = None,
    start: "Callable[..., float] | None" = None,
    host: "Callable[..., str | None] | None" = None,
    default: "Callable[..., float] | None" = None,
) -> Callable[[F], F]:
    """Declare a policy; the function keeps its signature and its source.

    The function takes the variables of a chain, those of the plan (sizes by commodity and, with a host, country, under
    `key`) and `riskiest_first`; it returns the variables with the policy in place. See `LeverKind` for the rest.

    Raises
    ------
    ValueError
        The key is taken or no key, words lack, or a part is of no sense.
    """
    problems = [
        *([f"no size {size_name!r}"] if size_name not in get_args(SizeName) else []),
        *([f"no way to combine {combine!r}"] if combine not in get_args(Combine) else []),
        *([f"no policy {policy!r}"] if policy is not None and policy not in PACKAGE_POLICIES else []),
        *([f"a largest size of {size_max:g}"] if not size_max > 0 else []),
        *(["shares that remain of a size above 1"] if combine == "remaining" and size_max > 1 else []),
        *(["an offtake or a host to start with, and needs no host"] if (offtake or host) and not needs_host else []),
        *(f"no place for {{size}} in: {lang}" for lang in LANGS if of and "{size}" not in of.get(lang, "")),
        *(f"an unknown variable {one!r} that it builds on" for one in (builds_on or ())[:1] if one not in READABLE),
    ]
    refuse_problems("policy", key, problems, name=name, acts_on=acts_on, conserves=conserves, can_worsen=can_worsen)

    def register(function: F) -> F:
        enter("policy", LEVERS, LeverKind(
            key=key, order=order, policy=policy, name=name, size_name=size_name, unit=unit, size_max=size_max,
            needs_host=needs_host, moves=moves, acts_on=acts_on, conserves=conserves, can_worsen=can_worsen,
            of=of or {}, combine=combine, offtake=offtake, builds_on=builds_on, project=project, reach=reach,
            start=start, host=host, default=default, apply=function,
        ))  # fmt: skip
        join(f"lever.{key}", name)
        return function

    return register


INDICATORS: dict[str, Indicator] = {}
"""Filled by the decorator; `shigen.model.indicators` reads it in the order of the axes."""


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
    anchors: tuple[float, float] | None = None,
    axis: int = 0,
    weight: float = 0.0,
    margin: float = 0.0,
    clause: str = "",
    by_intake: bool = False,
    least_returns: int = 0,
    band: "Band | None" = None,
    band_means: Mapping[Lang, str] | None = None,
    coverage: "Formula | None" = None,
    coverage_means: Mapping[Lang, str] | None = None,
    seen: "Formula | None" = None,
    seen_means: Mapping[Lang, str] | None = None,
    gap: bool = False,
) -> Callable[[F], F]:
    """Declare an indicator; the function keeps its signature and its source.

    Parameters of `band`, `coverage` and `seen` name what they read, at the step of the indicator; see `Indicator` for
    the rest.

    Raises
    ------
    ValueError
        The key is taken or no key, words lack, nothing is read or what no formula may read, the anchors or bounds are
        no interval, or a user's own indicator is an axis of the study.
    """
    words = {"words for its band": (band, band_means), "words for its coverage": (coverage, coverage_means),
             "words for what is seen": (seen, seen_means)}  # fmt: skip
    problems = [
        *([f"no stage {stage!r}"] if stage not in STAGES else []),
        *([] if reads else ["nothing that it reads"]),
        *(["bounds that are no interval"] if not bounds[0] < bounds[1] else []),
        *(["anchors that are no interval"] if anchors is not None and anchors[0] == anchors[1] else []),
        *([] if reference else ["no reference"]),
        *(f"no {what}, or such words alone" for what, (part, said) in words.items() if bool(part) != bool(said)),
    ]
    said = {"band": band_means, "coverage": coverage_means, "seen": seen_means}
    refuse_problems("indicator", key, problems, name=name, formula=written, origin=origin,
             **{what: one for what, one in said.items() if one})  # fmt: skip

    def register(formula: F) -> F:
        declared = Indicator(
            key=key, stage=stage, name=name, reads=reads, step=step, unit=unit, bounds=bounds,
            high_from=high_from, anchors=anchors, axis=axis, formula=formula, written=written, band=band,
            band_means=band_means or {}, coverage=coverage, coverage_means=coverage_means or {}, origin=origin,
            reference=reference, weight=weight, margin=margin, clause=clause, by_intake=by_intake,
            least_returns=least_returns, seen=seen, seen_means=seen_means or {}, gap=gap,
        )  # fmt: skip
        if declared.own:
            strange = [name for name in reads if name not in READABLE]
            refuse_problems("indicator", key, [
                *(f"an unknown variable {name!r} that it reads" for name in strange),
                *(["an axis, a weight or a clause: those are the study's"] if axis or weight or clause else []),
            ])  # fmt: skip
        enter("indicator", INDICATORS, declared)
        return formula

    return register
