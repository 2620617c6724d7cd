"""The rules that a SupplyChain keeps, checked once before anything is computed of it: no wrong number with status ok.

`load` and the policies keep them; a chain that was changed by hand may not.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np
from xarray import Dataset

from shigen.base.declare import STEPS
from shigen.base.errors import UserError, written
from shigen.model.named import Bare, Named, bare, by_block, cellwise
from shigen.model.variables import LAGS, VARIABLES
from shigen.model.views import VIEWS

ORDERS: Final[dict[str, tuple[Any, ...]]] = {"step": STEPS, "lag": tuple(range(LAGS + 1))}
"""Labels that a formula reads by place."""

SUMS: Final = (("mine_output", "mine", "mine_total"),)
"""Parts, the dim along which they add up, and the whole that they cannot exceed."""

ROUNDING: Final = 1e-9
"""By how much of the whole the parts may exceed it: sums of floats in another order."""

_FIGURES: Final = {name: (v.low, min(v.high, float(np.finfo(float).max)))
                   for name, v in VARIABLES.items() if v.dtype is float}  # fmt: skip


def sound(chain: Dataset) -> Dataset:
    """Return a chain in the order in which formulas read it; nothing is computed of one that breaks its own rules.

    Labels are complete and stand once; figures lie in their range, so none is negative or infinite; parts do not exceed
    their whole; a point lies in its band; what follows from variables (`views`) is none of them. Of Dask arrays the
    figures are checked when they are computed.

    Raises
    ------
    UserError
        A rule is broken.
    """
    lacking = VARIABLES.keys() - chain.variables.keys()
    if lacking:
        raise UserError("chain_lacks", word=", ".join(sorted(lacking)))
    derived = VIEWS.keys() & chain.variables.keys()
    if derived:
        raise UserError("chain_derives", word=", ".join(sorted(derived)))
    chain = _ordered(chain)
    variables, checked = bare(chain), Bare()
    for name, (least, most) in _FIGURES.items():
        variable = variables[name]
        if _lazy(variable):
            checked[name] = Named(variable.dims, variable.data.map_blocks(
                _in_range, name=f"sound-{name}-{variable.data.name}", dtype=variable.dtype, meta=variable.data._meta,
                variable=name, least=least, most=most), variable.attrs)  # fmt: skip
            continue
        data = variable.values
        if data.size and (np.fmin.reduce(data, axis=None) < least or np.fmax.reduce(data, axis=None) > most):
            wrong = (data < least) | (data > most)
            raise _out_of_range(name, data[wrong], least, most, _labels(chain, variable, wrong))
    for check in _CHECKS:
        checked |= check(chain, variables | checked)
    return chain.assign({name: (one.dims, one.data, one.attrs) for name, one in checked.items()}) if checked else chain


def _lazy(variable: Named) -> bool:
    """Tell whether Dask holds a variable."""
    return not isinstance(variable.data, np.ndarray)


def _ordered(chain: Dataset) -> Dataset:
    """Return a chain with its labels in order; refuse labels that lack, are of no sense or stand twice."""
    for dim, order in ORDERS.items():
        labels = _labels_of(chain, dim)
        if tuple(labels) != order:
            if sorted(map(str, labels)) != sorted(map(str, order)):
                words, expected = _label_words(labels), _label_words(order)
                raise UserError("chain_labels", dim=dim, labels=words or "-", expected=expected)
            chain = chain.sel({dim: list(order)})
    for dim in ("country", "mine"):
        labels = _labels_of(chain, dim)
        if not labels or len(set(labels)) < len(labels):
            twice = sorted({str(label) for label in labels if labels.count(label) > 1})
            raise UserError("chain_twice", dim=dim, labels=_label_words(twice) or "-")
    years = chain.variables["year"].values if "year" in chain.variables else np.array(0)
    if not np.issubdtype(years.dtype, np.integer):
        raise UserError("chain_years", labels=_label_words(np.atleast_1d(years).tolist()))
    return chain


def _labels_of(chain: Dataset, dim: str) -> list[Any]:
    return chain.variables[dim].values.tolist() if dim in chain.dims and dim in chain.variables else []


def _label_words(labels: Iterable[object], most: int = 12) -> str:
    words = [label if isinstance(label, str) else written(label) for label in labels]
    return ", ".join(words[:most]) + (" …" if len(words) > most else "")


def _labels(chain: Dataset, variable: Named, wrong: np.ndarray) -> str:
    """Return the labels of the first cell that is wrong."""
    place = np.argwhere(wrong)[0]
    named = [chain.variables[dim].values[i] if dim in chain.variables else i
             for dim, i in zip(variable.dims, place, strict=True)]  # fmt: skip
    return ", ".join(map(str, named))


def _out_of_range(name: str, wrong: np.ndarray, least: float, most: float, at: str) -> UserError:
    return UserError("chain_value", name=name, at=at or "-", value=f"{wrong.flat[0]:g}", count=wrong.size,
                     least=f"{least:g}", most=f"{most:g}" if most <= 1 else "∞")  # fmt: skip


def _in_range(block: np.ndarray, *, variable: str, least: float, most: float) -> np.ndarray:
    """Return a block of a Dask array whose figures lie in their range."""
    wrong = ~((block >= least) & (block <= most)) & ~np.isnan(block)
    if wrong.any():
        raise _out_of_range(variable, block[wrong], least, most, "")
    return block


def _parts_within(chain: Dataset, variables: Bare, *, parts: str, dim: str, whole: str) -> Bare:
    """Check that parts do not exceed their whole; return the whole where Dask will check it."""
    total = variables[whole]
    if _lazy(variables[parts]) or _lazy(total):
        return {whole: _lazily(_not_below, total, variables[parts].sum(dim), name=whole, parts=parts)}
    named = variables[parts].sum(dim)
    short = named > total * (1 + ROUNDING)
    if short.values.any():
        at = dict(zip(short.dims, np.argwhere(short.values)[0].tolist(), strict=True))
        first = [float(one.isel({d: i for d, i in at.items() if d in one.dims}).values) for one in (total, named)]
        raise _short(whole, parts, first, int(short.values.sum()), _labels(chain, short, short.values))
    return {}


def _short(whole: str, parts: str, first: Sequence[float], count: int, at: str) -> UserError:
    return UserError("chain_sum", name=whole, parts=parts, at=at or "-", value=f"{first[0]:,.6g}",
                     least=f"{first[1]:,.6g}", count=count)  # fmt: skip


def _not_below(total: np.ndarray, named: np.ndarray, *, name: str, parts: str) -> np.ndarray:
    """Return a block of a whole that its parts do not exceed."""
    short = named > total * (1 + ROUNDING)
    if np.any(short):
        first = [float(np.broadcast_to(one, short.shape)[short][0]) for one in (total, named)]
        raise _short(name, parts, first, int(short.sum()), "")
    return total


def _lazily(function: Any, *given: Named, **more: str) -> Named:
    signature = f"{','.join('()' for _ in given)}->()"
    checked = cellwise(lambda *data: by_block(partial(function, **more), signature, *data), *given)
    return Named(checked.dims, checked.data, given[0].attrs)


SHARES: Final = "stage_share"
SHARES_UP_TO: Final = 1.02
"""What printed shares of a world may add up to: rounding."""


def _shares_within(chain: Dataset, variables: Bare) -> Bare:  # noqa: ARG001 - as `_parts_within`
    """Check that shares of a world add up to no more than it; return them where Dask will check it."""
    shares = variables[SHARES]
    if _lazy(shares):
        return {SHARES: _lazily(_at_most_one, shares, shares.sum("country"))}
    _at_most_one(shares.values, shares.sum("country").values)
    return {}


def _at_most_one(shares: np.ndarray, whole: np.ndarray) -> np.ndarray:
    if np.any(whole > SHARES_UP_TO):
        raise UserError("chain_shares", name=SHARES, value=f"{whole.max():.3g}")
    return shares


_BAND: Final[Sequence[tuple[str, str]]] = (("scrap_share_low", "scrap_share"), ("scrap_share", "scrap_share_high"))


def _points_within(chain: Dataset, variables: Bare) -> Bare:  # noqa: ARG001 - as `_parts_within`
    """Check that a point lies in its band; return what Dask will check."""
    lazy = {}
    for low, high in _BAND:
        if _lazy(variables[low]) or _lazy(variables[high]):
            lazy[high] = _lazily(_above, variables[high], variables[low], of=low, above=high)
        else:
            _above(variables[high].values, variables[low].values, of=low, above=high)
    return lazy


def _above(high: np.ndarray, low: np.ndarray, *, of: str, above: str) -> np.ndarray:
    if np.any(low > high):
        raise UserError("chain_band", low=of, high=above)
    return high


_CHECKS: Final[list[Callable[..., Bare]]] = [
    *(partial(_parts_within, parts=parts, dim=dim, whole=whole) for parts, dim, whole in SUMS),
    _shares_within, _points_within,
]  # fmt: skip
