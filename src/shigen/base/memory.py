"""How a process of ours treats memory that it has let go of."""

import ctypes
import sys
from typing import Final

_TRIM_ABOVE: Final = -1
_MAPPED_ABOVE: Final = -3
"""Names of two parameters of the allocator of glibc (mallopt(3))."""
_ALL: Final = 2**30


def keep_freed() -> None:
    """Keep memory that arrays let go of for the next ones, to the end of the process.

    Draws make arrays of some megabytes by the thousand. The allocator of Linux gives each back to the system and asks
    for it anew, page by page, which costs a fifth of the time. For a process that computes and ends; elsewhere, and
    with another allocator, nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_TRIM_ABOVE, _ALL)
        mallopt(_MAPPED_ABOVE, _ALL)


def give_back() -> None:
    """Give what was let go of back to the system, once: between parts of a study that need much in turn."""
    if not sys.platform.startswith("linux"):
        return
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
