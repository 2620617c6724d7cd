"""The choices of scoring in one frozen declaration, checked once for every door: the study file and the library.

What is not given is as declared. The keys of the tables by indicator may be names; every problem is told.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from shigen.base import given
from shigen.base.declare import Indicator
from shigen.base.errors import UserError, raise_first, suggest, written
from shigen.base.i18n import default_lang, text
from shigen.model.indicators import find_indicator, import_axes, indicators

HEAVIEST: Final = 1e6
"""Weight from which one axis would drown all others in rounding."""

ASKS: Final[Mapping[str, str]] = MappingProxyType({one.clause: key for key, one in indicators().items() if one.clause})
"""The clauses of the types that ask whether an indicator is high, with the indicator that the study asks."""

COMPANION_LINE: Final = 0.5
"""Share of primary output from which a mineral counts as a by-product."""
COMPANION_MARGIN: Final = 0.10
"""How near to that line the share makes the clause provisional; margins of indicators stand on their declarations."""

BY_INDICATOR: Final = ("weights", "anchors", "high")
"""Tables of choices by indicator."""
BY_CLAUSE: Final = ("asks", "margins")
"""Tables of choices by clause of the types; margins follow what is asked."""
TABLES: Final = (*BY_INDICATOR, *BY_CLAUSE)

Problems = Iterator[tuple[str, UserError]]
"""What is wrong, each with the key of the table at which it stands; empty for the table itself."""


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """All choices of one scoring: checked and completed when it is made, carried by an assessment.

    Each table is given by indicator (key or name), asks and margins by clause; what is not given is as declared.

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
    asks: Mapping[str, str] = field(default_factory=dict)
    """By clause of the types: the indicator of which it asks whether it is high; for all minerals alike."""
    margins: Mapping[str, float] = field(default_factory=dict)
    """By clause of the types: how near to its line a figure makes the answer provisional."""
    companion_line: float = COMPANION_LINE
    """Share of primary output from which a mineral counts as a by-product."""

    def __post_init__(self) -> None:
        raise_first(error for name in TABLES for _, error in problems(name, getattr(self, name)))
        line = checked_line(self.companion_line)
        for name in TABLES:  # asks before margins, which are those of what is asked
            object.__setattr__(self, name, with_declared(name, getattr(self, name), self.asks))
        object.__setattr__(self, "companion_line", line)

    @property
    def governance_line(self) -> float:
        """Governance risk from which a country's refined products count as risky supply [1]."""
        return float(self.high[import_axes()["refined"]])


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


def declared(table: str, asks: Mapping[str, str] = ASKS) -> dict[str, Any]:
    """Return a table of choices as it is where nothing is given; margins are those of the indicators that are asked."""
    if table == "asks":
        return dict(ASKS)
    if table == "margins":
        return {clause: indicators()[key].margin for clause, key in asks.items()} | {"companion": COMPANION_MARGIN}
    axes = {key: one for key, one in indicators().items() if one.axis}
    if table == "weights":
        return {key: one.weight for key, one in axes.items()}
    if table == "high":
        return {key: one.high_from for key, one in axes.items()}
    return {key: one.anchors for key, one in axes.items() if one.anchors}


def with_declared(table: str, own: Mapping[str, Any], asks: Mapping[str, str] = ASKS) -> dict[str, Any]:
    """Return a table of choices that has no problems, by key, with what is declared where nothing is given."""
    choices = declared(table, asks)
    for word, value in own.items():
        key = word if table in BY_CLAUSE else find_indicator(word).key
        choices[key] = _READ.get(table, float)(value)
    return choices


def _ends(pair: Any) -> tuple[float, ...]:
    return tuple(map(float, pair))


def _asked(word: str) -> str:
    return find_indicator(word).key


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {"anchors": _ends, "asks": _asked}
"""How a value of a table is kept, where it is no plain number."""


def checked(table: str, own: object, path: str = "", asks: Mapping[str, str] = ASKS) -> dict[str, Any]:
    """Return a table of choices as `with_declared` does, of anything that is given.

    Raises
    ------
    UserError
        What is wrong with it.
    """
    raise_first(error for _, error in problems(table, own, path))
    return with_declared(table, own, asks)  # type: ignore[arg-type]  # a table, or it had problems


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
            if table in BY_CLAUSE:
                _of_clause(table, word, value, name)
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


def _of_clause(table: str, word: object, value: object, name: str) -> None:
    clauses = declared(table)
    if word not in clauses:
        raise UserError("study_key", suggestions=suggest(str(word), clauses), word=str(word), known=", ".join(clauses))
    if table == "asks":
        find_indicator(value)  # type: ignore[arg-type]  # what is no word is refused there
    else:
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
