"""Rows that are laid over a table, such as a user's own, and those of the table that they hide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Over:
    """Rows that are laid over a table, from `frame`."""

    rows: "pd.DataFrame"
    hidden: "pd.DataFrame | None"
    """Rows of the table that agree with one of these in all its columns are not seen; None: all are."""
    given: tuple[Mapping[str, Any], ...] = ()
    """The user's own rows among them, as he gave them; what came along is not among these."""
    words: tuple[Mapping[str, str], ...] | None = None
    """The rows as text, where they are of a small table that names no edition."""
    gone: tuple[Mapping[str, str], ...] = ()
    """The rows of such a table that are not seen, as its file has them."""

    def alike(self) -> str:
        """SQL condition by which a printed row is hidden; what a small table leaves empty is a word like any other."""
        same = "=" if self.laid_by_sql else "is not distinct from"
        columns = () if self.hidden is None else self.hidden.columns
        return " and ".join(f'printed."{column}" {same} hidden."{column}"' for column in columns)

    @property
    def laid_by_sql(self) -> bool:
        """Tell whether only SQL knows the rows as they are seen."""
        return self.words is None

    def amended(self, printed: Sequence[Mapping[str, str]]) -> tuple[Mapping[str, str], ...]:
        """Return the rows of a small table in the order of its file: without the hidden ones, its own last."""
        hidden = {tuple(row.values()) for row in self.gone}
        left = (row for row in printed if tuple(row.values()) not in hidden)
        return (*left, *(self.words or ()))
