"""Sizes beyond sense: policies of one kind that together add more of a mineral than the world has; computed, and said.

The rule: a mine or smelter is set beside the world's output of that step, an exploration beside the world's reserves.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import Lever, LeverKind
from shigen.base.i18n import Lang, default_lang, shown_unit, text
from shigen.model.arrays import at
from shigen.model.levers import lever_kinds
from shigen.model.named import unlabelled
from shigen.model.views import VIEWS
from shigen.model.wholes import WHOLES


@dataclass(frozen=True)
class Beyond:
    """Policies of one kind on one mineral, with what they add and what the world has [t/yr, or t of reserves]."""

    key: str
    commodity: str
    size: float
    world: float

    def in_words(self, lang: Lang | None = None) -> str:
        """Return it as a sentence."""
        lang, kind = lang or default_lang(), lever_kinds()[self.key]
        key = "output" if kind.size_name == "t_per_year" else "reserves"
        return text(f"beyond.{key}", lang, lever=kind.name[lang], commodity=names.label(self.commodity, lang),
                    unit=shown_unit(kind.unit, lang), size=_amount(self.size), world=_amount(self.world))  # fmt: skip


def beside(world: float, lang: Lang) -> str:
    """Return in words, to stand behind a size, that it is more than the world has."""
    return text("beyond.beside", lang, world=_amount(world))


def _amount(amount: float) -> str:
    """Return an amount with its thousands, to four digits."""
    return f"{float(f'{amount:.4g}'):,.20g}"


def world_of(chain: Dataset, key: str, commodity: str) -> float | None:
    """Return what the world makes at the step of a kind of policies, or holds; None where nobody says or it is neither.

    Of several years or scenarios the largest counts.
    """
    if (whole_of := _beside(lever_kinds()[key])) is None:
        return None
    name, step = whole_of
    place = chain.variables["commodity"].values.tolist().index(commodity)
    parts = {part: unlabelled(chain.variables[part]).isel(commodity=place) for part in WHOLES[name]}
    whole = VIEWS[name].formula(parts)
    values = (at(whole, step) if "step" in whole.dims else whole).values
    amount = float(np.fmax.reduce(values, axis=None))
    return None if np.isnan(amount) else amount


def _beside(kind: LeverKind) -> tuple[str, str] | None:
    """Return the whole of what a kind of policies builds on, and its step; None where its size is in another unit."""
    if kind.builds_on is None:
        return None
    part, step = kind.builds_on
    wholes = (name for name, (named, _) in WHOLES.items() if named == part and VIEWS[name].unit == kind.unit)
    return next(((name, step) for name in wholes), None)


class Worlds(dict[tuple[str, str], float | None]):
    """What the world has beside each kind of policies on each mineral of a chain, computed when first asked for."""

    def __init__(self, chain: Dataset) -> None:
        super().__init__()
        self.chain = chain

    def __missing__(self, place: tuple[str, str]) -> float | None:
        """Compute one of them."""
        world = self[place] = world_of(self.chain, *place)
        return world


def beyond(chain: Dataset, levers: Iterable[Lever], worlds: Worlds | None = None) -> tuple[Beyond, ...]:
    """Return the policies that add more than the world has today; `chain` is without them, and `worlds` are its own."""
    known = Worlds(chain) if worlds is None else worlds
    sizes: dict[tuple[str, str], float] = {}
    for lever in levers:
        if _beside(lever_kinds()[lever.key]):
            sizes[lever.key, lever.commodity] = sizes.get((lever.key, lever.commodity), 0.0) + lever.size
    wholes = ((key, commodity, size, known[key, commodity]) for (key, commodity), size in sizes.items())
    return tuple(Beyond(key, commodity, size, world) for key, commodity, size, world in wholes
                 if world is not None and size > world)  # fmt: skip
