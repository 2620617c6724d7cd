"""The rule of the six types, over answers with any dims: tabulated once over all answers, then looked up.

An answer is NO, UNKNOWN or YES, so that "and" is the lesser of two and "or" the greater. What else a verdict says
(what decides it, what it would become) comes from turning one answer at a time.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

Type = Literal[
    "demand_surge", "mine_and_smelter", "mine", "smelter", "byproduct_smelting", "byproduct_recycling", "none"
]
TYPES: Final[tuple[Type, ...]] = (
    "demand_surge", "mine_and_smelter", "mine", "smelter", "byproduct_smelting", "byproduct_recycling", "none",
)  # fmt: skip
"""In the order of the int8 codes."""

Firmness = Literal["firm", "provisional", "undecidable"]
FIRMNESS: Final[tuple[Firmness, ...]] = ("firm", "provisional", "undecidable")
"""In the order of the int8 codes."""

CLAUSES: Final = (
    "surge", "companion", "reserves_high", "production_high", "ore_governance_high", "refined_governance_high",
)  # fmt: skip
"""In the order in which the rule asks them."""

NO, UNKNOWN, YES = -1, 0, 1
STAYS: Final = -1
"""In place of a type: it does not change."""

WEIGHTS: Final = 3 ** np.arange(len(CLAUSES), dtype=np.int16)
"""What the answer to each clause counts in the place of a set of answers."""
PLACES: Final = 3 ** len(CLAUSES)
"""Places of the answers of a mineral without an ore step; behind them stand those of one with it."""

Codes = NDArray[np.int8]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Judgement:
    """Verdicts over (...), and what of them rests on which clause over (..., clause)."""

    type: Codes
    """Places in TYPES."""
    firmness: Codes
    """Places in FIRMNESS."""
    decides: Flags
    """The clauses that are told as the deciding ones: those in doubt among them, else all."""
    moved: Codes
    """What the type becomes when a clause's line moves by its margin towards the figure; STAYS where it does not."""


def judge(answers: Codes, *, near: Flags, weak: Flags, has_ore: Flags) -> Judgement:
    """Return the verdicts that answers give.

    Parameters
    ----------
    answers : (..., clause) int8
        NO, UNKNOWN or YES, in the order of CLAUSES.
    near, weak : (..., clause) bool
        Within its margin of the line; resting on a weak figure.
    has_ore : (...) bool
        Whether there is an ore step; without one, production counts upstream but not for the mine side.

    Notes
    -----
    A clause decides where another answer gives another type. A verdict is undecidable where what is unknown decides
    between types in a way that `tabulated` calls open; provisional where something was read as "not shown to be high",
    or a deciding clause is near its line or weak; else firm.
    """
    kinds, assumed, is_open = tabulated()
    place = place_of(answers, has_ore)
    kind = kinds[place]
    if_no, if_yes = (kinds[place[..., None] + (other - answers) * WEIGHTS] for other in (NO, YES))
    decides = (if_no != kind[..., None]) | (if_yes != kind[..., None])
    doubtful = near | weak
    shaky = assumed[place] | (decides & doubtful).any(-1)
    in_doubt = decides & (doubtful | (answers == UNKNOWN))
    turned = np.where(answers == YES, if_no, if_yes)
    return Judgement(
        type=kind,
        firmness=np.where(is_open[place], 2, shaky).astype(np.int8),
        decides=np.where(in_doubt.any(-1, keepdims=True), in_doubt, decides),
        moved=np.where(decides & near & (answers != UNKNOWN), turned, STAYS).astype(np.int8),
    )


def place_of(answers: Codes, has_ore: Flags) -> NDArray[Any]:
    """Return the place in the table of answers (..., clause): its digits to the base 3."""
    return ((answers + 1) * WEIGHTS).sum(-1) + PLACES * has_ore  # type: ignore[no-any-return]


@cache
def tabulated() -> tuple[Codes, Flags, Flags]:
    """Return, for each place, the type, whether an unknown answer was read as no, and whether it is undecidable.

    Demand that rises discontinuously comes first; then by-products with something upstream high; then the sides. The
    mine side is high reserves or high ore production, the smelter side high governance risk of refined imports. A side
    that is not known is read as not high: the type holds as far as the figures go. Undecidable is what rests on an
    unknown demand or by-product answer, or on two unknown sides.
    """
    places = np.arange(2 * PLACES)
    surge, companion, reserves, production, ore, smelter = (places // weight % 3 - 1 for weight in WEIGHTS.tolist())
    mine = np.maximum(reserves, np.where(places >= PLACES, production, NO))
    upstream = np.max([reserves, production, ore, smelter], axis=0)
    by_product = np.minimum(companion, upstream)
    rules: dict[Type, NDArray[Any]] = {
        "demand_surge": surge == YES,
        "byproduct_smelting": (by_product == YES) & (smelter == YES),
        "byproduct_recycling": by_product == YES,
        "mine_and_smelter": (mine == YES) & (smelter == YES),
        "mine": mine == YES,
        "smelter": smelter == YES,
    }
    kind = np.select(list(rules.values()), [TYPES.index(name) for name in rules], TYPES.index("none"))
    sides = (by_product == YES) | ((by_product == NO) & (mine != UNKNOWN))
    known = (surge == YES) | ((surge == NO) & sides & (smelter != UNKNOWN))
    is_open = (surge == UNKNOWN) | (by_product == UNKNOWN) | ((mine == UNKNOWN) & (smelter == UNKNOWN))
    return kind.astype(np.int8), ~known, ~known & is_open
