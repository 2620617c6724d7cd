"""What a source yields: tidy rows by fact table, the edition that they belong to, and what was left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = dict[str, Any]
"""One fact: the columns of its table in `datapackage.json`, absent cells None, and `place` in the publisher's file."""


@dataclass(frozen=True)
class Reading:
    """The outcome of reading a publisher's files."""

    tables: Mapping[str, Sequence[Row]]
    """Rows by fact table. `value` is in the table's unit; `published`, `published_unit` and `published_name` are the
    cell, its unit and the country as printed; `place` says where it stands (`line 12`, `sheet ge, row 7`)."""
    editions: Sequence[Row]
    """Rows of the table `editions`; every row's `edition` is one of them."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """What was not taken, by what it is (`chapter Abrasives`, `country group Income group`), with counts of rows."""
    files: Sequence[Path] = ()
    """The files that were read."""
    read_as: Mapping[str, str] = field(default_factory=dict)
    """Published HS codes that stand in the table under a code of the map of supply, with that code."""
