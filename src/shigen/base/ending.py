"""How a process ends before it is done: Ctrl-C and SIGTERM leave nothing behind and say one line.

A signal ends the process where it stands. To raise an exception instead would not do: libraries turn it into errors of
their own (a query that was cut off, a module that "cannot be imported"), or swallow it.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_to_undo: dict[object, Callable[[], None]] = {}
_holding: list[object] = []
_waiting: list[int] = []


@contextmanager
def undone(act: Callable[[], None]) -> Iterator[None]:
    """Have `act` called if a signal ends the process inside the block."""
    key = object()
    _to_undo[key] = act
    try:
        yield
    finally:
        del _to_undo[key]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let a signal wait until the end of the block: for steps that belong together, such as two renames."""
    key = object()
    _holding.append(key)
    try:
        yield
    finally:
        _holding.remove(key)
        if _waiting and not _holding:
            signal.raise_signal(_waiting.pop())


def attend(line: Callable[[int], str]) -> None:
    """End the process on Ctrl-C (exit code 130), SIGTERM (143) and SIGHUP, with what `line` says of a signal.

    Only who owns the process may ask for it. What the process was started to ignore stays ignored.
    """

    def end(number: int, _: FrameType | None) -> None:
        if _holding:
            _waiting.append(number)
            return
        for other in SIGNALS:
            signal.signal(other, signal.SIG_IGN)
        said = [line(number)]
        for act in reversed(list(_to_undo.values())):
            try:
                act()
            except Exception as error:  # noqa: BLE001 - said, and the others are undone all the same
                said.append(str(error))
        try:
            os.write(2, "".join(f"{one}\n" for one in said).encode())
        finally:
            os._exit(128 + number)

    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
