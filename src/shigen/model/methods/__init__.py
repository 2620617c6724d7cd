"""Published methods: scores of other authors, computed from the same facts by the formula that they printed.

A method is declared once, beside its formulas, in a file of its own. It takes everything that the facts hold, all
importers × years × commodities, in one call, and returns an `xarray.Dataset` over (importer, year, commodity).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from shigen.base import given, names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang

if TYPE_CHECKING:
    import pandas as pd
    from xarray import Dataset

    from shigen.figures.factbase import FactBase

DIMS: Final = ("importer", "year", "commodity")


class Compute(Protocol):
    """What a method's file declares: facts and a question in, figures over (importer, year, commodity) out."""

    def __call__(
        self,
        facts: "FactBase",
        homes: Mapping[str, Sequence[str]] | None,
        years: Sequence[int] | None,
        commodities: Sequence[str],
        *,
        edition: str | None,
    ) -> "Dataset":
        """Compute the method; `homes` are the importers, each with the countries that are home to it."""


@dataclass(frozen=True)
class Method:
    """The declaration of a published method."""

    key: str
    name: dict[Lang, str]
    unit: str
    bounds: tuple[float, float]
    """Of the score, while its inputs keep to their own scales."""
    reads: tuple[str, ...]
    """Fact tables that it takes."""
    differs: dict[Lang, str]
    """Where our inputs are not the authors'."""
    reference: str
    compute: Compute

    @property
    def doc(self) -> str:
        """The docstring of the function that computes it."""
        return self.compute.__doc__ or ""


METHODS: Final[dict[str, Method]] = {}
"""Filled by the decorator; `methods` reads it."""
F = TypeVar("F", bound=Callable[..., Any])


def published(**declared: Any) -> Callable[[F], F]:
    """Declare a published method; the function keeps its signature and its source."""

    def register(function: F) -> F:
        METHODS[declared["key"]] = Method(compute=function, **declared)
        return function

    return register


def methods() -> dict[str, Method]:
    """All declared methods by key."""
    import shigen.model.methods.geopolrisk  # noqa: F401 - declaring happens on import

    return dict(sorted(METHODS.items()))


def find_method(word: str) -> Method:
    """Return the declaration of a method named by key or by its name in either language.

    Raises
    ------
    UserError
        No method goes by that name.
    """
    declared = methods()
    for one in declared.values():
        if word.strip().casefold() in {one.key, *(n.casefold() for n in one.name.values())}:
            return one
    raise UserError("unknown_method", suggestions=suggest(word, declared), word=word, known=", ".join(declared))


def method(
    key: str,
    *,
    importers: str | Sequence[str] | None = None,
    years: int | Iterable[int] | None = None,
    commodities: str | Sequence[str] | None = None,
    edition: str | None = None,
    facts: "FactBase | None" = None,
) -> "Dataset":
    """Compute a published method for every importer, year and commodity asked; None is all that the facts hold.

    Parameters
    ----------
    key : str
        Such as `geopolrisk`.
    importers : str or sequence of str, optional
        Countries (alpha-3 or name) and blocs (`EU27`); every country with recorded imports when not given.
    years : int or iterable of int, optional
        Years of the trade table.
    commodities : str or sequence of str, optional
        Any names.
    edition : str, optional
        Edition of the governance figures; by the method's own rule when not given.
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Returns
    -------
    xarray.Dataset
        Figures over (importer, year, commodity), each with `units` and `long_name`; see the method's docstring.

    Raises
    ------
    UserError
        An unknown name, a name given twice, a year without trade.
    """
    from shigen.figures.store import current

    chosen = find_method(key)
    facts = facts or current()
    keys = _keys(commodities, names.commodity)
    homes = _keys(importers, names.importer)
    asked = None if years is None else sorted(set(given.years(years)))
    return chosen.compute(
        facts,
        None if homes is None else {home: names.members(home) for home in homes},
        asked,
        tuple(names.commodities()) if keys is None else keys,
        edition=None if edition is None else facts.find_edition(edition),
    )


def _keys(words: str | Sequence[str] | None, find: Callable[[str], str]) -> tuple[str, ...] | None:
    """Resolve names to keys; None stays None (all of them)."""
    if words is None:
        return None
    named = given.words(words, "commodities" if find is names.commodity else "importers")
    return names.each_commodity(named) if find is names.commodity else tuple(dict.fromkeys(map(find, named)))


def frame(found: "Dataset", *, missing: bool = False) -> "pd.DataFrame":
    """Return the figures of a method as a long table, one row an importer, year and commodity.

    Parameters
    ----------
    found : xarray.Dataset
        What `method` returned, or a selection of it.
    missing : bool
        Whether cells without a score have a row too.

    Returns
    -------
    pandas.DataFrame
        The three dims, then the figures; codes (`status` and its like) stand as words.
    """
    import numpy as np
    import pandas as pd

    whole = found.expand_dims([dim for dim in DIMS if dim not in found.dims])
    shape = tuple(whole.sizes[dim] for dim in DIMS)
    at = np.nonzero(~np.isnan(whole["score"].transpose(*DIMS).values) | missing)
    columns: dict[str, Any] = {dim: whole[dim].values[place] for dim, place in zip(DIMS, at, strict=True)}
    for name, array in whole.data_vars.items():
        spread = array.expand_dims({dim: whole.sizes[dim] for dim in DIMS if dim not in array.dims})
        values = np.broadcast_to(spread.transpose(*DIMS).values, shape)[at]
        words = str(array.attrs.get("flag_meanings", "")).split()
        columns[str(name)] = pd.Categorical.from_codes(values.astype(int), pd.Index(words)) if words else values
    return pd.DataFrame(columns)
