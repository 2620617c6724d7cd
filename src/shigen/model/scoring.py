"""The choices of scoring in one frozen declaration, checked once for every door: the study file and the library.

What is not given is as declared. The keys of the tables by indicator may be names; every problem is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from shigen.base import given
from shigen.base.declare import Indicator
from shigen.base.errors import UserError, raise_first, suggest, written
from shigen.base.i18n import default_lang, text
from shigen.model.indicators import find_indicator, indicators

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({
    "reserve_concentration": 1.0,
    "production_concentration": 1.0,
    "ore_import_governance": 1.0,
    "refined_import_governance": 1.0,
    "price_volatility": 1.0,
    "scrap_recovery": 1.0,
})  # fmt: skip
"""Weights inside a stage. Those of the two import axes are added and split by where the home's intake arrives."""

HEAVIEST: Final = 1e6
"""Weight from which one axis would drown all others in rounding."""

MARGINS: Final[Mapping[str, float]] = MappingProxyType({
    "reserves_high": 0.02, "production_high": 0.02, "ore_governance_high": 0.03, "refined_governance_high": 0.03,
    "companion": 0.10,
})  # fmt: skip
"""How near to its line a raw value makes a clause provisional."""

COMPANION_LINE: Final = 0.5
"""Share of primary output from which a mineral counts as a by-product."""

BY_INDICATOR: Final = ("weights", "anchors", "high")
"""Tables of choices by indicator."""

Problems = Iterator[tuple[str, UserError]]
"""What is wrong, each with the key of the table at which it stands; empty for the table itself."""


@dataclass(frozen=True)
class Scoring:
    """All choices of one scoring, by key; made and checked by `scoring`."""

    weights: Mapping[str, float]
    """Of the axes; 0 leaves one out of its stage."""
    anchors: Mapping[str, tuple[float, float]]
    """Raw values that score 0 and 1; an indicator that is not in it keeps its declared ones."""
    high: Mapping[str, float]
    """Raw value from which an indicator counts as high; likewise."""
    margins: Mapping[str, float]
    """By clause of the types."""
    companion_line: float


def scoring(
    *,
    weights: Mapping[str, float] | None = None,
    anchors: Mapping[str, Sequence[float]] | None = None,
    high: Mapping[str, float] | None = None,
    margins: Mapping[str, float] | None = None,
    companion_line: float | None = None,
) -> Scoring:
    """Return the choices of a scoring, checked and completed.

    Raises
    ------
    UserError
        Everything that is wrong with them.
    """
    tables = {"weights": weights, "anchors": anchors, "high": high, "margins": margins}
    raise_first(error for name, table in tables.items() if table is not None for _, error in problems(name, table))
    made: dict[str, Any] = {name: completed(name, table or {}) for name, table in tables.items()}
    line = COMPANION_LINE if companion_line is None else checked_line(companion_line)
    return Scoring(**made, companion_line=line)


def declared(table: str) -> dict[str, Any]:
    """Return a table of choices as it is where nothing is given."""
    if table in ("weights", "margins"):
        return dict(WEIGHTS if table == "weights" else MARGINS)
    axes = {key: one for key, one in indicators().items() if one.axis}
    if table == "high":
        return {key: one.high_from for key, one in axes.items()}
    return {key: one.anchors for key, one in axes.items() if one.anchors}


def completed(table: str, own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table of choices that has no problems, by key, with what is declared where nothing is given."""
    found = declared(table)
    for word, value in own.items():
        key = word if table == "margins" else find_indicator(word).key
        found[key] = tuple(map(float, value)) if table == "anchors" else float(value)
    return found


def checked(table: str, own: object, path: str = "") -> dict[str, Any]:
    """Return a table of choices as `completed` does, of anything that is given.

    Raises
    ------
    UserError
        What is wrong with it.
    """
    raise_first(error for _, error in problems(table, own, path))
    return completed(table, own)  # type: ignore[arg-type]  # a table, or it had problems


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
    if word not in MARGINS:
        raise UserError("study_key", suggestions=suggest(str(word), MARGINS), word=str(word), known=", ".join(MARGINS))
    given.number(value, name, "share", least=0.0, most=1.0)


def _weight(one: Indicator, value: object, name: str) -> None:
    if not one.axis:
        raise UserError("weight_of_candidate", word=one.key)
    if given.number(value, name) < 0:
        raise given.refused(name, value, "nonnegative")
    given.number(value, name, "weight_most", most=HEAVIEST, heaviest=f"{HEAVIEST:,.0f}")


def _anchors(one: Indicator, value: object, name: str) -> None:
    pair = given.many(value, name, "anchors")
    if len(pair) != 2:
        raise given.refused(name, value, "anchors")
    try:
        ends = [given.number(end, name) for end in pair]
    except UserError:
        raise given.refused(name, value, "anchors") from None
    if ends[0] == ends[1]:
        raise given.refused(name, value, "anchors")
    low, high = one.bounds
    if not all(low <= end <= high for end in ends):
        told = text("rule.anchors_bounds", default_lang(), low=low, high=high)
        raise UserError("study_value", name=name, value=written(value), rule=told)


def _high(one: Indicator, value: object, name: str) -> None:  # noqa: ARG001 - one signature for all tables
    given.number(value, name)


_CHECKS: Final = {"weights": _weight, "anchors": _anchors, "high": _high}
