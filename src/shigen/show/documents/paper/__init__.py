"""Documents on paper, as PDF: the report from the list of blocks, and a brief of one page a mineral."""

from typing import Final

RADAR: Final = "profile"
BELOW: Final = (("suppliers", "demand"), ("years", "history"))
"""Kinds of charts that stand at the foot of a brief, a line each, as far as the page has room."""
KINDS: Final = frozenset([RADAR, *(kind for line in BELOW for kind in line)])
"""The charts of a study that a brief shows."""
