"""The choices of scoring in one frozen declaration, checked once for every door: the study file and the library.

What is not given is as declared. The keys of the tables by indicator may be names; every problem is told.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from shigen.base import given
from shigen.base.declare import Indicator
from shigen.base.errors import UserError, raise_first, suggest, written
from shigen.base.i18n import default_lang, text
from shigen.model.indicators import find_indicator, indicators

HEAVIEST: Final = 1e6
"""Weight from which one axis would drown all others in rounding."""

ASKS: Final[Mapping[str, str]] = MappingProxyType({one.clause: key for key, one in indicators().items() if one.clause})
"""The clauses of the types that ask whether an indicator is high, with the indicator."""

COMPANION_LINE: Final = 0.5
"""Share of primary output from which a mineral counts as a by-product."""
COMPANION_MARGIN: Final = 0.10
"""How near to that line the share makes the clause provisional; margins of indicators stand on their declarations."""

BY_INDICATOR: Final = ("weights", "anchors", "high")
"""Tables of choices by indicator."""
TABLES: Final = (*BY_INDICATOR, "margins")

Problems = Iterator[tuple[str, UserError]]
"""What is wrong, each with the key of the table at which it stands; empty for the table itself."""


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """All choices of one scoring: checked and completed when it is made, carried by an assessment.

    Each table is given by indicator (key or name), margins by clause; what is not given is as declared.

    Raises
    ------
    UserError
        Everything that is wrong with the choices.

    Examples
    --------
    >>> Scoring(weights={"price_volatility": 0}).weights["price_volatility"]
    0.0
    >>> Scoring().high["ore_import_governance"]
    0.45
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    """Of the axes; 0 leaves one out of its stage."""
    anchors: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Raw values that score 0 and 1; an indicator that is not in it keeps its declared ones."""
    high: Mapping[str, float] = field(default_factory=dict)
    """Raw value from which an indicator counts as high; likewise."""
    margins: Mapping[str, float] = field(default_factory=dict)
    """By clause of the types: how near to its line a figure makes the answer provisional."""
    companion_line: float = COMPANION_LINE
    """Share of primary output from which a mineral counts as a by-product."""

    def __post_init__(self) -> None:
        raise_first(error for name in TABLES for _, error in problems(name, getattr(self, name)))
        line = checked_line(self.companion_line)
        for name in TABLES:
            object.__setattr__(self, name, with_declared(name, getattr(self, name)))
        object.__setattr__(self, "companion_line", line)


def chosen_scoring(scoring: Scoring | None, tables: Mapping[str, Any]) -> Scoring:
    """Return the scoring that is given, or the one of its tables that are given.

    Raises
    ------
    UserError
        Both are given, the scoring is none, or a table is wrong.
    """
    own = {name: table for name, table in tables.items() if table is not None}
    if scoring is None:
        return Scoring(**own)
    if own:
        raise UserError("scoring_twice", word=", ".join(own))
    if not isinstance(scoring, Scoring):
        raise given.refused("scoring", scoring, "scoring")
    return scoring


def declared(table: str) -> dict[str, Any]:
    """Return a table of choices as it is where nothing is given."""
    if table == "margins":
        return {clause: indicators()[key].margin for clause, key in ASKS.items()} | {"companion": COMPANION_MARGIN}
    axes = {key: one for key, one in indicators().items() if one.axis}
    if table == "weights":
        return {key: one.weight for key, one in axes.items()}
    if table == "high":
        return {key: one.high_from for key, one in axes.items()}
    return {key: one.anchors for key, one in axes.items() if one.anchors}


def with_declared(table: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of choices that has no problems, by key, with what is declared where nothing is given."""
    choices = declared(table)
    for word, value in own.items():
        key = word if table == "margins" else find_indicator(word).key
        choices[key] = tuple(map(float, value)) if table == "anchors" else float(value)
    return choices


def checked(table: str, own: object, path: str = "") -> dict[str, Any]:
    """Return a table of choices as `with_declared` does, of anything that is given.

    Raises
    ------
    UserError
        What is wrong with it.
    """
    raise_first(error for _, error in problems(table, own, path))
    return with_declared(table, own)  # type: ignore[arg-type]  # a table, or it had problems


def problems(table: str, own: object, path: str = "") -> Problems:
    """Yield everything that is wrong with a table of choices; `path` is how a message names it where not by its key."""
    path = path or table
    if not isinstance(own, Mapping):
        yield "", given.refused(path, own, "table")
        return
    seen: set[str] = set()
    for word, value in own.items():
        name = f"{path}.{word if isinstance(word, str) else written(word)}"
        try:
            if table == "margins":
                _margin(word, value, name)
                continue
            one = find_indicator(word)
            if one.key in seen:
                raise UserError("indicator_twice", word=one.key)
            seen.add(one.key)
            _CHECKS[table](one, value, name)
        except UserError as error:
            yield word, error


def checked_line(value: object, name: str = "companion_line") -> float:
    """Return the share from which a mineral counts as a by-product.

    Raises
    ------
    UserError
        It is no number from 0 to 1.
    """
    return given.number(value, name, "share", least=0.0, most=1.0)


def _margin(word: object, value: object, name: str) -> None:
    clauses = declared("margins")
    if word not in clauses:
        raise UserError("study_key", suggestions=suggest(str(word), clauses), word=str(word), known=", ".join(clauses))
    given.number(value, name, "share", least=0.0, most=1.0)


def _weight(indicator: Indicator, value: object, name: str) -> None:
    if not indicator.axis:
        raise UserError("weight_of_candidate", word=indicator.key)
    if given.number(value, name) < 0:
        raise given.refused(name, value, "nonnegative")
    given.number(value, name, "weight_most", most=HEAVIEST, heaviest=f"{HEAVIEST:,.0f}")


def _anchors(indicator: Indicator, value: object, name: str) -> None:
    pair = given.many(value, name, "anchors")
    if len(pair) != 2:
        raise given.refused(name, value, "anchors")
    try:
        ends = [given.number(end, name) for end in pair]
    except UserError:
        raise given.refused(name, value, "anchors") from None
    if ends[0] == ends[1]:
        raise given.refused(name, value, "anchors")
    low, high = indicator.bounds
    if not all(low <= end <= high for end in ends):
        rule = text("rule.anchors_bounds", default_lang(), low=low, high=high)
        raise UserError("study_value", name=name, value=written(value), rule=rule)


def _high(indicator: Indicator, value: object, name: str) -> None:  # noqa: ARG001 - one signature for all tables
    given.number(value, name)


_CHECKS: Final = {"weights": _weight, "anchors": _anchors, "high": _high}
