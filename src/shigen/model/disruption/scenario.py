"""What stops: who, which mineral, step and form, against whom, how much, from when, how long, with what leak.

A scenario is checked and completed when it is made; what it leaves open (how long, how much leaks) is drawn from the
table of parameters. It holds no figures of the world.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, cast

from shigen.base import given, names
from shigen.base.declare import STEPS
from shigen.base.errors import UserError, raise_all, suggest, written

ALL: Final = "all"
"""Against everyone but those who stop."""

KINDS: Final = ("export", "output")
"""What stops: what leaves the country, or what it makes (a strike, a closed plant)."""

LEAKS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType({"tight": (0.0, 0.2), "loose": (0.3, 1.0)})
"""The two designs of what finds a way through a stop against single countries, as ranges of its final share."""

MOST_MONTHS: Final = 120

Range3 = tuple[float, float, float]


@dataclass(frozen=True, kw_only=True)
class Relief:
    """What home has done before or does in the months, beyond what it has today. Nothing where nothing is given.

    `recycling` [1 of use] stays below the ceiling of the mineral; `saving` [1 of use]; `stock_days` [days of use] is
    laid into the public stock beforehand; `output` [t/month] is new refined output at home. Each begins after its delay
    [months since the stop], but for the stock.
    """

    recycling: float = 0.0
    recycling_delay: float = 0.0
    saving: float = 0.0
    saving_delay: float = 0.0
    stock_days: float = 0.0
    output: float = 0.0
    output_delay: float = 0.0

    def __post_init__(self) -> None:
        """Check every number.

        Raises
        ------
        UserError
            Everything that is wrong with them.
        """
        most = {"recycling": 1.0, "saving": 1.0, "stock_days": 3650.0, "output": 1e12}
        problems = _Problems()
        for name in self.__dataclass_fields__:
            end = most.get(name, float(MOST_MONTHS))
            problems.put(self, name, _number, getattr(self, name), name, 0.0, end)
        problems.raise_them()


@dataclass(frozen=True, kw_only=True)
class Disruption:
    """A stop, declared.

    Parameters
    ----------
    commodity : str
        Any of its names.
    stops : str or sequence of str
        Countries (or blocs) that stop.
    against : str or sequence of str
        Countries (or blocs) that are targeted; `all`: everyone but those who stop.
    step : {"refined", "ore"}
        Where it stops.
    form : str
        The HS6 code of the restricted form, or an element of the group such as dysprosium; empty: all forms of the step
        whose content is known.
    kind : {"export", "output"}
        A control at the border, or output that is lost; lost output fails all, targeted or not.
    share : float
        How much of it [1].
    starts : str
        The first month, such as 2026-01: a label, since months count from it.
    notice : float
        Months between the announcement and the stop, in which others begin to adapt.
    months : float, optional
        How long; one of the events that have been, each as likely, where none is given.
    leak : {"tight", "loose"}, float, or (low, high), optional
        What in the end finds a way through, of the blocked flow [1]; the range of the table where none is given.
    horizon : int
        Months that are played.
    parameters : mapping
        Other ranges (low, central, high) in place of those of the table, by parameter.

    Raises
    ------
    UserError
        Everything that is wrong with it, in one list.

    Examples
    --------
    >>> Disruption(commodity="Sb", stops="China", against="Japan").stops
    ('CHN',)
    """

    commodity: str
    stops: str | Sequence[str]
    against: str | Sequence[str] = ALL
    step: Literal["refined", "ore"] = "refined"
    form: str = ""
    kind: Literal["export", "output"] = "export"
    share: float = 1.0
    starts: str = ""
    notice: float = 0.0
    months: float | None = None
    leak: str | float | tuple[float, float] | None = None
    horizon: int = 36
    parameters: Mapping[str, Sequence[float] | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check it, and put keys in place of names."""
        problems = _Problems()
        problems.put(self, "commodity", names.commodity, self.commodity)
        problems.put(self, "stops", _countries, self.stops, "stops")
        if self.against != ALL:
            problems.put(self, "against", _countries, self.against, "against")
        problems.put(self, "step", _one_of, self.step, "step", STEPS)
        problems.put(self, "kind", _one_of, self.kind, "kind", KINDS)
        problems.put(self, "form", _pattern, self.form, "form", r"(\d{6}|[^\W\d_][^\W_]{0,39})?", "hs6")
        problems.put(self, "starts", _pattern, self.starts, "starts", r"(\d{4}-(0[1-9]|1[0-2]))?", "month")
        problems.put(self, "share", _number, self.share, "share", 0.0, 1.0)
        problems.put(self, "notice", _number, self.notice, "notice", 0.0, float(MOST_MONTHS))
        if self.months is not None:
            problems.put(self, "months", _number, self.months, "months", 0.0, float(MOST_MONTHS))
        problems.put(self, "leak", _leak, self.leak)
        problems.put(self, "horizon", _whole, self.horizon, "horizon", 1, MOST_MONTHS)
        problems.put(self, "parameters", _ranges, self.parameters)
        problems.raise_them()
        if self.against != ALL and (both := sorted(set(self.stops) & set(self.against))):
            raise UserError("disruption_both", word=", ".join(both))

    @property
    def leak_range(self) -> tuple[float, float]:
        """What in the end finds a way through, where the scenario says so."""
        return cast(tuple[float, float], self.leak)

    @property
    def targets_all(self) -> bool:
        """Whether it is against everyone."""
        return self.against == ALL


class _Problems:
    """What is wrong with a declaration, field by field."""

    def __init__(self) -> None:
        self.errors: list[UserError] = []

    def put(self, target: object, name: str, read: Any, *given_: Any) -> None:
        """Set a field to what a function reads from it, or keep the mistake."""
        try:
            object.__setattr__(target, name, read(*given_))
        except UserError as error:
            self.errors += error.each

    def raise_them(self) -> None:
        raise_all(self.errors)


def _number(value: object, name: str, least: float, most: float) -> float:
    return given.number(value, name, "between", least=least, most=most, low=f"{least:g}", high=f"{most:g}")


def _whole(value: object, name: str, least: int, most: int) -> int:
    number = given.number(value, name, "between_whole", least=least, most=most, low=str(least), high=str(most))
    if not number.is_integer():
        raise given.refused(name, value, "between_whole", low=str(least), high=str(most))
    return int(number)


def _countries(value: object, name: str) -> tuple[str, ...]:
    keys: list[str] = []
    errors: list[UserError] = []
    for word in given.words(value, name):
        try:
            keys += names.members(names.importer(word, said="country"))
        except UserError as error:
            errors.append(error)
    raise_all(errors)
    if not keys:
        raise given.refused(name, value, "list")
    return tuple(dict.fromkeys(keys))


def _one_of(value: object, name: str, known: Iterable[str]) -> str:
    if not isinstance(value, str) or value not in known:
        known = list(known)
        hints = suggest(value, known) if isinstance(value, str) else []
        raise UserError("disruption_word", suggestions=hints, name=name, word=written(value), known=", ".join(known))
    return value


def _pattern(value: object, name: str, pattern: str, rule: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        raise UserError("disruption_form", name=name, word=written(value), example=_EXAMPLES[rule])
    return value


_EXAMPLES: Final = {"hs6": "810110, dysprosium", "month": "2026-01"}


def _leak(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return LEAKS[_one_of(value, "leak", LEAKS)]
    low, *rest = [_number(one, "leak", 0.0, 1.0) for one in given.many(value, "leak", "number")] or [1.0, 0.0]
    high = rest[0] if rest else low
    if len(rest) > 1 or high < low:
        raise given.refused("leak", value, "ends")
    return low, high


def _ranges(value: object) -> Mapping[str, Range3]:
    if not isinstance(value, Mapping):
        raise given.refused("parameters", value, "table")
    ranges: dict[str, Range3] = {}
    for key, ends in value.items():
        name = f"parameters.{key}"
        figures = [given.number(one, name, least=0.0) for one in given.many(ends, name, "ends")]
        if len(figures) not in (1, 3) or figures != sorted(figures):
            raise given.refused(name, ends, "ends")
        ranges[str(key)] = (figures[0], figures[len(figures) // 2], figures[-1])
    return MappingProxyType(ranges)
