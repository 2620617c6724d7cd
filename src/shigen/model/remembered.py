"""Chains that were built before: the same question to the same facts is answered from memory."""

from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Final

from xarray import Dataset

from shigen.base.recent import Recent
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts

MOST: Final = 32
"""Chains that are kept for each state of the facts: those asked for last."""
ROOM: Final = 2 << 20
"""Bytes of the largest that is kept: ten years of one importer; who asks for more builds anew."""

Build = Callable[..., Dataset]


def remembered(build: Build) -> Build:
    """Keep what a function of the facts and of hashable choices builds, for as long as the facts are there.

    Facts never change: an update or a user's rows make others. Each caller gets a copy of his own.
    """
    lock = Lock()

    @of_facts
    def held(facts: FactBase) -> Recent[Dataset]:  # noqa: ARG001 - they are what it is of
        return Recent(MOST)

    @wraps(build)
    def of(facts: FactBase, *asked: Hashable) -> Dataset:
        with lock:
            kept = held(facts)
        if (built := kept.get(asked)) is None:
            built = build(facts, *asked)
            if built.nbytes <= ROOM:
                kept.keep(asked, built)
        return built.copy(deep=True)

    return of
