"""What is made of a thing once, and kept for as long as the thing is there."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

K = TypeVar("K")
T = TypeVar("T")


def once_each(make: Callable[[K], T]) -> Callable[[K], T]:
    """Keep what a function makes of each thing; what it makes may not hold the thing."""
    results: WeakKeyDictionary[K, T] = WeakKeyDictionary()

    @wraps(make)
    def of(thing: K) -> T:
        if thing not in results:
            results[thing] = make(thing)
        return results[thing]

    return of
