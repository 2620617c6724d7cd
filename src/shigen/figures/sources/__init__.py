"""The publishers: one file each, from their real format to tidy facts.

`read_*` turns files that are at hand into a `Reading`; `fetch_*` brings files from the network, and is called only when
a user asks for it. Names of columns decide, never positions; what is not understood is an error that names its place.
"""

from shigen.base.modules import import_all
from shigen.base.source import SOURCES, Source


def sources() -> dict[str, Source]:
    """All declared sources by key, in the order of the alphabet."""
    import_all(__name__)
    return dict(sorted(SOURCES.items()))
