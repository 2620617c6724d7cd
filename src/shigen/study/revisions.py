"""What another snapshot does to the results: the same study on both, and what moved."""

from typing import Any, Final

from shigen.figures.factbase import FactBase
from shigen.model.chain import load
from shigen.model.records import number
from shigen.study.choices import question
from shigen.study.run import Run

COLUMNS: Final = ("kind", "commodity", "name", "before", "after", "change")
LEAST: Final = 0.005
"""Change of a score that is told."""


def revisions(
    before: FactBase, after: FactBase, *, importer: str = "JPN", year: int | None = None
) -> list[dict[str, Any]]:
    """Return rows with COLUMNS: scores that moved by LEAST or more, largest first, and types that changed.

    Parameters
    ----------
    before, after : FactBase
        Two snapshots.
    importer : str
        Country or bloc.
    year : int, optional
        The same year on both sides; the newest that both hold when not given.
    """
    if year is None:
        year = min(int(load(importer, facts=facts)["year"]) for facts in (before, after))
    runs = [Run(question(importer, year=year), facts=facts) for facts in (before, after)]
    was, now = (run.now for run in runs)
    rows: list[dict[str, Any]] = []
    for commodity in now.chain["commodity"].values:
        for indicator in now.dataset["indicator"].values:
            here = {"commodity": commodity, "indicator": indicator}
            first, second = (number(one.dataset["score"].sel(here)) for one in (was, now))
            change = None if first is None or second is None else second - first
            if (first is None) != (second is None) or abs(change or 0.0) >= LEAST:
                rows.append({"kind": "indicator", "commodity": str(commodity), "name": str(indicator), "before": first,
                             "after": second, "change": change})  # fmt: skip
    rows.sort(key=lambda row: -abs(row["change"] or 1.0))
    first_types, second_types = ({v.commodity: v.type for v in run.typed} for run in runs)
    return rows + [
        {"kind": "type", "commodity": c, "name": "", "before": first_types[c], "after": second_types[c], "change": None}
        for c in second_types if first_types[c] != second_types[c]
    ]  # fmt: skip
