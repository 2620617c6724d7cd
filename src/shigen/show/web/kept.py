"""Answers that are kept: who asks again gets the same object, who asks meanwhile waits for it."""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from functools import wraps
from threading import Lock
from typing import Any, Final, ParamSpec, Protocol, TypeVar, cast
from weakref import WeakSet

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Key = tuple[tuple[Any, ...], tuple[tuple[str, Any], ...]]

_EMPTIES: Final[list[Callable[[object], None]]] = []
"""What takes the answers about a thing out of each kept function."""
_GONE: Final[WeakSet[Any]] = WeakSet()
"""Things that were let go: an answer about one of them that is still under way is not kept either."""


def forget(thing: object) -> None:
    """Forget every answer about a thing: who asks again has it computed anew."""
    for empty in _EMPTIES:
        empty(thing)


def let_go(thing: object) -> None:
    """Forget a thing, such as the figures that a browser took back, and keep no answer about it any more."""
    _GONE.add(thing)
    forget(thing)


class Kept(Protocol[P, T_co]):
    """A function whose answers are kept."""

    def __call__(self, *args: P.args, **more: P.kwargs) -> T_co:
        """Return the answer, kept or computed."""
        ...

    def holds(self, *args: P.args, **more: P.kwargs) -> bool:
        """Tell whether the answer is there, so that nobody would have to wait for it."""
        ...


def kept(most: int) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Keep the `most` answers of a function that were asked for last.

    Unlike `functools.lru_cache`, two threads never compute the same answer at once. An error is not kept. An answer is
    kept with what it was asked about: while it is there, nothing else can take the identity of its facts.
    """

    def wrap(function: Callable[P, T]) -> Kept[P, T]:
        futures: OrderedDict[Key, Future[T]] = OrderedDict()
        lock = Lock()

        def empty(thing: object) -> None:
            with lock:
                for key in [key for key in futures if any(one is thing for one in _things(key))]:
                    del futures[key]

        @wraps(function)
        def ask(*args: Any, **more: Any) -> T:
            key = (args, tuple(sorted(more.items())))
            with lock:
                future = futures.get(key)
                mine = future is None
                if future is None:
                    future = Future()
                    if not any(one in _GONE for one in _things(key)):
                        futures[key] = future
                        while len(futures) > most:
                            futures.popitem(last=False)
                else:
                    futures.move_to_end(key)
            if mine:
                try:
                    future.set_result(function(*args, **more))
                except BaseException as error:
                    with lock:
                        if futures.get(key) is future:  # another may have begun anew
                            del futures[key]
                    future.set_exception(error)
                    raise
            return future.result()

        def holds(*args: Any, **more: Any) -> bool:
            with lock:
                future = futures.get((args, tuple(sorted(more.items()))))
            return future is not None and future.done()

        _EMPTIES.append(empty)
        ask.holds = holds  # type: ignore[attr-defined]
        return cast("Kept[P, T]", ask)

    return wrap


def _things(key: Key) -> tuple[Any, ...]:
    """Return the arguments that a key holds."""
    return (*key[0], *(value for _, value in key[1]))
