"""A step of a run: computed when it is first asked for, and once, whoever asks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import RLock
from typing import Any, Generic, Protocol, TypeVar, overload

T = TypeVar("T")


class HasSteps(Protocol):
    """What has steps: a lock for each by name."""

    locks: dict[str, RLock]


class Step(Generic[T]):
    """One step of a run: its value is kept in the run; of several threads one computes, the others wait for it."""

    def __init__(self, compute: Callable[[Any], T], part: str) -> None:
        self.compute, self.part, self.name = compute, part, compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, run: None, owner: type) -> "Step[T]": ...
    @overload
    def __get__(self, run: HasSteps, owner: type) -> T: ...
    def __get__(self, run: HasSteps | None, owner: type) -> "T | Step[T]":
        if run is None:
            return self
        with run.locks[self.name]:
            if self.name not in run.__dict__:  # what is there is found before this is asked
                run.__dict__[self.name] = self.compute(run)
        value: T = run.__dict__[self.name]
        return value


def step(part: str) -> Callable[[Callable[[Any], T]], Step[T]]:
    """Declare a step; `part` is the key under which progress is told."""
    return lambda compute: Step(compute, part)


class Each(Mapping[str, T]):
    """Values by key, each computed when it is first asked for, and once, whoever asks."""

    def __init__(self, keys: Iterable[str], compute: Callable[[str], T]) -> None:
        self._keys, self._compute, self._lock = tuple(keys), compute, RLock()
        self._found: dict[str, T] = {}

    def __getitem__(self, key: str) -> T:
        """Return the value of a key."""
        if key not in self._keys:
            raise KeyError(key)
        with self._lock:
            if key not in self._found:
                self._found[key] = self._compute(key)
            return self._found[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys in their order."""
        return iter(self._keys)

    def __len__(self) -> int:
        """Return how many keys there are."""
        return len(self._keys)
