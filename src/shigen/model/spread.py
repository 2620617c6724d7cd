"""How far a figure may be from what it is meant to say: laws and parameters, each with its reference.

A variable of the chain declares its spread (`variables.VARIABLES`); the parameters stand here once, and a study may
choose others. What a law does is written in `sample`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from shigen.base import given
from shigen.base.errors import UserError, raise_first, suggest, written

Law = Literal["revised", "unnamed", "published", "sampled", "ranged", "measured"]
"""`revised`: x·exp(σ·t), t Student's with three degrees of freedom, the exponent cut at ±CUT; `unnamed`: x·exp(σ·z);
`published`: x + standard error·z; `sampled`: a standard deviation s·exp(k·z); `ranged`: between low, central and high;
`measured`: an error between its 5 and 95 % quantiles, normal on either side of 0; z is standard normal."""

CUT: Final = 3.0
"""Where the logarithm of a revision ends: twentyfold, either way."""

RANGE_END: Final = 0.1
"""Quantile that the lower end of a range is taken for, and from above the upper one: the ends of
`regeneration.proxy_spread`."""

_MCS: Final = (
    "Own measurement on USGS, Mineral Commodity Summaries 2022 to 2026: first against second figure of the same year"
)
_JPN: Final = "Own measurement: BACI against Japan's customs statistics, 280 flows, 2020, 2022 and 2024"
_OURS: Final = "assumption of this tool"


@dataclass(frozen=True)
class Spread:
    """How one variable is uncertain: its law, the group that its draws belong to, and the parameters that it takes."""

    law: Law
    group: str
    """Variables of one group take the same draw, cell by cell; a group is drawn from substreams of its own."""
    takes: tuple[str, ...]
    """Keys of PARAMETERS."""
    reference: str


@dataclass(frozen=True)
class Parameter:
    """A parameter of the laws: its value where a study names none, between 0 and `most`."""

    value: float
    most: float
    reference: str


PARAMETERS: Final[Mapping[str, Parameter]] = MappingProxyType({
    "production_bulk": Parameter(0.08, 2.0, f"{_MCS}; bulk and precious metals, n = 512"),
    "production_ferro": Parameter(0.15, 2.0, f"{_MCS}; ferro-alloy metals, cobalt, tantalum, silicon, n = 290"),
    "production_other": Parameter(0.24, 2.0, f"{_MCS}; industrial minerals, by-products, minor metals, n = 869"),
    "production_size": Parameter(0.2, 2.0, f"{_MCS}; n = 1,671, scale of a revision against the share of the world"),
    "production_truth": Parameter(1.25, 10.0, "Own measurement: second editions against another publisher, n = 49"),
    "remainder": Parameter(0.40, 2.0, f"{_MCS}; what is printed for other countries, n = 101"),
    "reserves": Parameter(0.19, 2.0, "Own measurement on MCS 2019 to 2026: one edition against the next, n = 1,337"),
    "trade": Parameter(0.15, 2.0, _JPN),
    "trade_size": Parameter(0.3, 2.0, f"{_JPN}; scale of the difference against the share of the code's imports"),
    "governance": Parameter(1.0, 10.0, "Multiple of the standard errors of the WGI, 2024 update"),
    "governance_together": Parameter(0.5, 1.0, "Correlation of the errors of the six; bounded only, 0.2 to 0.8"),
    "price_6": Parameter(0.45, 2.0, "Own measurement on the World Bank's Pink Sheet, 14 series; six price changes"),
    "price_7": Parameter(0.42, 2.0, "The same; seven"),
    "price_8": Parameter(0.39, 2.0, "The same; eight"),
    "price_9": Parameter(0.37, 2.0, "The same; nine"),
    "price_10": Parameter(0.35, 2.0, "The same; ten"),
    "split": Parameter(1.0, 10.0, "Multiple of the measured error of estimated splits, by importer, one code left out"),
    "scrap": Parameter(1.0, 10.0, "Multiple of the range of home's own figure, or of the measured spread of proxies"),
    "companion": Parameter(0.10, 1.0, f"Half of a range around the figure of 2008; {_OURS}"),
    "demand": Parameter(1.0, 10.0, "Multiple of the range of what new uses add, between the ends of its assumptions"),
    "home_takes": Parameter(0.10, 1.0, f"Half of a range, as a share, where a source gives none; {_OURS}"),
})  # fmt: skip
"""Each with where it was measured, and on how many figures."""

PRODUCTION_AT: Final = 0.05
"""Share of the world at which `production_*` holds."""
TRADE_AT: Final = 0.20
"""Share of the imports of a step at which `trade` holds."""

MOST_DRAWS: Final = 1 << 20
"""Draws beyond which nothing is learned that a figure's own spread would not drown."""

_USUAL: Final[Any] = os.environ.get("SHIGEN_DRAWS") or "4096"
DRAWS: Final[int] = int(_USUAL) if _USUAL.isdecimal() else _USUAL
"""How many where nobody says. What the environment has that is no number is refused as any other choice is."""
SEED: Final = 20240


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """The choices of one set of draws: checked and completed when it is made.

    Raises
    ------
    UserError
        Everything that is wrong with the choices.

    Examples
    --------
    >>> Uncertainty(spread={"reserves": 0}).spread["reserves"]
    0.0
    >>> Uncertainty().spread["production_bulk"]
    0.08
    """

    draws: int = DRAWS
    """How many; 0: none."""
    seed: int = SEED
    unseen: bool = True
    """Whether what the figures do not see, and axes without a figure, are drawn too."""
    truth: bool = True
    """Whether production is drawn as far as the truth may lie, not only as the next edition may say."""
    spread: Mapping[str, float] = field(default_factory=dict)
    """Parameters (keys of PARAMETERS) in place of the declared ones; 0: no spread."""

    def __post_init__(self) -> None:
        raise_first(error for _, error in problems(vars(self)))
        own = {word: float(given.plain(value)) for word, value in self.spread.items()}
        full = {key: own.get(key, one.value) for key, one in PARAMETERS.items()}
        object.__setattr__(self, "draws", int(given.plain(self.draws)))
        object.__setattr__(self, "seed", int(given.plain(self.seed)))
        object.__setattr__(self, "spread", MappingProxyType(full))


def at_least_one(chosen: Uncertainty) -> Uncertainty:
    """Return choices under which there is a draw.

    Raises
    ------
    UserError
        There is none.
    """
    given.number(chosen.draws, "draws", "between_whole", least=1.0, low="1", high=f"{MOST_DRAWS:,}")
    return chosen


ALL_ZERO: Final[Mapping[str, float]] = MappingProxyType(dict.fromkeys(PARAMETERS, 0.0))
"""No spread of anything."""


def problems(choices: Mapping[str, Any], path: str = "") -> list[tuple[str, UserError]]:
    """Return everything that is wrong with the choices of an `Uncertainty`, each with the key at which it stands.

    `path` is how a message names the table that they stand in.
    """
    wrong: list[tuple[str, UserError]] = []
    checks = {"draws": _whole(MOST_DRAWS), "seed": _whole((1 << 63) - 1), "unseen": _flag, "truth": _flag}
    for key, value in choices.items():
        name = f"{path}.{key}" if path else key
        if key == "spread":
            wrong += _of_spread(value, name)
            continue
        try:
            if key not in checks:
                known = (*checks, "spread")
                raise UserError(
                    "study_key", suggestions=suggest(str(key), known), word=str(key), known=", ".join(known)
                )
            checks[key](value, name)
        except UserError as error:
            wrong.append((str(key), error))
    return wrong


def _of_spread(table: object, path: str) -> list[tuple[str, UserError]]:
    if not isinstance(table, Mapping):
        return [("spread", given.refused(path, table, "table"))]
    wrong: list[tuple[str, UserError]] = []
    for word, value in table.items():
        try:
            if word not in PARAMETERS:
                shown = word if isinstance(word, str) else written(word)
                raise UserError("study_key", suggestions=suggest(shown, PARAMETERS), word=shown,
                                known=", ".join(PARAMETERS))  # fmt: skip
            most = PARAMETERS[word].most
            given.number(value, f"{path}.{word}", "between", least=0.0, most=most, low="0", high=f"{most:g}")
        except UserError as error:
            wrong.append((str(word), error))
    return wrong


def _whole(most: int):  # type: ignore[no-untyped-def]
    def check(value: object, name: str) -> None:
        words = {"low": "0", "high": f"{most:,}"}
        number = given.number(value, name, "between_whole", least=0.0, most=float(most), **words)
        if not number.is_integer():
            raise given.refused(name, value, "between_whole", **words)

    return check


def _flag(value: object, name: str) -> None:
    if not isinstance(given.plain(value), bool):
        raise given.refused(name, value, "bool")
