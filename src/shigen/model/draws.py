"""Random numbers by address: the same bits whatever else is drawn, in whatever order, blocks or threads.

Each substream is named by what is drawn (group and key), and by its block of BLOCK draws. Philox, a counter-based
generator (Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3, SC '11, doi:10.1145/2063384.2063405), has
the seed and the group for a key, and the block and the key for a part of its counter: nothing has to be drawn to come
to a place, and no two substreams meet.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, TypeVar

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from shigen.model.arrays import choose
from shigen.model.named import Named
from shigen.model.spread import CUT, RANGE_END

BLOCK: Final = 1024
"""Draws of a substream's block."""

THREADS: Final = 2
"""Blocks that are drawn at once."""
T_95: Final = 2.35336
"""Of Student's t with three degrees of freedom, what 95 % lie below."""
Z_95: Final = 1.64485
"""The same of the standard normal distribution."""

Numbers = NDArray[np.float64]

T = TypeVar("T")


def in_order(work: Callable[[int], T], count: int, threads: int = THREADS) -> Iterator[tuple[int, T]]:
    """Yield each number below `count` with what is made of it; no more are made ahead than twice the threads."""
    every = iter(range(count))
    if threads == 1:
        yield from ((n, work(n)) for n in every)
        return
    with ThreadPoolExecutor(threads) as pool:
        ahead = [(n, pool.submit(work, n)) for n in islice(every, 2 * threads)]
        while ahead:
            n, made = ahead.pop(0)
            yield n, made.result()
            ahead += [(more, pool.submit(work, more)) for more in islice(every, 1)]


def in_blocks(work: Callable[[int], T], draws: int, threads: int = THREADS) -> Iterator[tuple[int, T]]:
    """Yield each block's number and what is made of it, in order, see `in_order`."""
    return in_order(work, -(-draws // BLOCK), threads)


def in_range(probability: Named, central: Named | float, below: Named | float, above: Named | float) -> Named:
    """Return the quantile of a figure of which a range is known; `below` and `above` are how far it reaches.

    The ends of the range are the quantiles of RANGE_END and of 1 - RANGE_END, and it is linear on either side.

    Examples
    --------
    >>> in_range(Named("draw", [0.1, 0.5, 0.9]), 0.3, 0.2, 0.4).values.round(3).tolist()
    [0.1, 0.3, 0.7]
    """
    away = (probability - 0.5) / (0.5 - RANGE_END)
    return central + away * choose(away < 0, below, above)


class Streams:
    """The substreams of one seed. One object serves one thread.

    `series` names another set of substreams of the same seed, which meets none of the first.
    """

    def __init__(self, seed: int, series: str = "") -> None:
        self.seed, self.series = np.uint64(seed), series
        self._bits = Philox(0)
        self._generator = Generator(self._bits)

    def uniform(self, group: str, key: str, block: int, out: Numbers) -> None:
        """Fill rows of one block, or of several that follow it, with numbers from 0 to 1, 1 excluded."""
        self._fill(group, key, block, out, lambda generator, part: generator.random(out=part))

    def normal(self, group: str, key: str, block: int, out: Numbers) -> None:
        """Fill rows of one block, or of several that follow it, with standard normal numbers."""
        self._fill(group, key, block, out, lambda generator, part: generator.standard_normal(out=part))

    def _fill(
        self, group: str, key: str, block: int, out: Numbers, draw: Callable[[Generator, Numbers], object]
    ) -> None:
        if out.shape[-1] == BLOCK and out.flags.c_contiguous:
            draw(self._at(group, key, block), out)
            return
        part = np.empty((*out.shape[:-1], BLOCK))
        for i in range(out.shape[-1] // BLOCK):
            draw(self._at(group, key, block + i), part)
            out[..., i * BLOCK : (i + 1) * BLOCK] = part

    def _at(self, group: str, key: str, block: int) -> Generator:
        counter = np.array([0, block, _number(key), 0], np.uint64)
        named = np.array([self.seed, _number(group + self.series)], np.uint64)
        state: Any = {
            "bit_generator": "Philox", "buffer": np.zeros(4, np.uint64), "buffer_pos": 4, "has_uint32": 0,
            "uinteger": 0, "state": {"counter": counter, "key": named},
        }  # fmt: skip
        self._bits.state = state
        return self._generator


@dataclass(frozen=True)
class Blocks:
    """Blocks of the substreams of one seed that follow each other, side by side."""

    streams: Streams
    first: int
    count: int = 1

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return self.count * BLOCK

    def uniform(self, group: str, key: str, out: Numbers) -> None:
        """Fill rows of as many numbers as there are draws with numbers from 0 to 1, 1 excluded."""
        self.streams.uniform(group, key, self.first, out)

    def normal(self, group: str, key: str, out: Numbers) -> None:
        """Fill rows of as many numbers as there are draws with standard normal numbers."""
        self.streams.normal(group, key, self.first, out)


@lru_cache(maxsize=1 << 14)
def _number(word: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little"))


_MIDDLE: Final = 4096
"""Pieces of the middle of the table of quantiles."""
_EDGE: Final = 1 / 64
"""Probability beyond which, either way, the table of the tail serves."""
_TAIL: Final = 1 << 16
"""Pieces of the tail: the last ends at a probability of 2**-22, where t is 176."""


def student(uniform: Numbers) -> Numbers:
    """Return quantiles of Student's t with three degrees of freedom; overwrites what it is given.

    Read from a table that is linear between its places: within 1e-4 of the quantile.

    Notes
    -----
    F(t) = 1/2 + (φ + sin φ) / 2π with φ = 2·atan(t/√3).

    Examples
    --------
    >>> student(np.array([0.5, 0.95])).round(3).tolist()
    [0.0, 2.353]
    """
    middle, tail = _tables()
    low, high = uniform < _EDGE, uniform > 1 - _EDGE
    ends = -_read(tail, uniform[low] / _EDGE), _read(tail, (1 - uniform[high]) / _EDGE)
    whole = _read(middle, uniform)
    whole[low], whole[high] = ends
    return whole


Scale = TypeVar("Scale", Named, Numbers)


def by_share(scale: Scale | float, share: Scale, at: float, size: float) -> Scale:
    """Return how far figures are revised by their share [1]: σ·(share ÷ at)^−size, so that `scale` holds at `at`.

    Examples
    --------
    >>> by_share(0.08, np.array([0.05, 0.5]), 0.05, 0.2).round(3).tolist()
    [0.08, 0.05]
    """
    return scale * (share / at) ** -size


def revision(t: Numbers, scale: Numbers | float) -> Numbers:
    """Return factors exp(σ·t) of revisions, the exponent cut at ±CUT.

    Parameters
    ----------
    t : (...) [1]
        Of `student`.
    scale : broadcasts with it [1], >= 0
        σ of each cell.

    Examples
    --------
    >>> revision(np.array([0.0, 1.0, 99.0]), 1.0).round(2).tolist()
    [1.0, 2.72, 20.09]
    """
    power: Numbers = t * scale
    np.clip(power, -CUT, CUT, out=power)
    return np.exp(power, out=power)


def _read(table: tuple[Numbers, Numbers], place: Numbers) -> Numbers:
    """Return what a table says at places from 0 to 1."""
    start, rise = table
    at = place * start.size
    index = at.astype(np.intp)
    np.minimum(index, start.size - 1, out=index)
    at -= index
    at *= rise[index]
    at += start[index]
    return at


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    """Return begin and rise of each piece: of the middle over probability, of the tail (upward) over that of beyond."""
    angle: Numbers = np.linspace(0, np.pi, 1 << 20)[:-1]
    beyond = 0.5 - (angle + np.sin(angle)) / (2 * np.pi)
    t = np.sqrt(3) * np.tan(angle / 2)

    def of(tail: Numbers) -> Numbers:
        quantiles: Numbers = np.interp(tail, beyond[::-1], t[::-1])
        return quantiles

    whole = np.linspace(0, 1, _MIDDLE + 1)
    middle = np.where(whole < 0.5, -of(whole), of(1 - whole))
    tail = of(np.maximum(np.linspace(0, _EDGE, _TAIL + 1), _EDGE / _TAIL))
    return (middle[:-1], np.diff(middle)), (tail[:-1], np.diff(tail))
