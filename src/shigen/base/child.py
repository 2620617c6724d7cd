"""How a process that another of ours starts begins, and how it ends."""

import atexit
import multiprocessing
import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess as ParentProcess


def begin() -> None:
    """Begin a child: Ctrl-C is for the process that started it, it ends with that one, and at once when it is done.

    At once: what it holds need not be freed piece by piece, and a database that the interpreter takes down complains.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    atexit.register(os._exit, 0)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: "ParentProcess") -> None:
    parent.join()
    os._exit(1)
