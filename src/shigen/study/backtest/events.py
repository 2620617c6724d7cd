"""The dated events: what was restricted, at which step, when, and until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.study.backtest.frozen import first_day

EVER: Final = "9999-12-31"
"""The end of what has none."""

Unit = tuple[str, str]
"""A commodity at a step."""


@dataclass(frozen=True)
class Happened:
    """One unit of one event, as the table `supply_events` has it."""

    row: Mapping[str, str]

    @property
    def event(self) -> str:
        """Key of the event."""
        return self.row["event"]

    @property
    def day(self) -> str:
        """The first day that its date may mean."""
        return first_day(self.row["date"])

    @property
    def until(self) -> str:
        """The first day on which it was over."""
        return first_day(self.row["until"]) if self.row["until"] else EVER

    @property
    def unit(self) -> Unit:
        """What was restricted."""
        return self.row["commodity"], self.row["step"]

    @property
    def restricts(self) -> bool:
        """Whether a state restricts exports."""
        return self.row["outcome"] == "export"

    @property
    def new(self) -> bool:
        """Whether nothing of the kind held before."""
        return not self.row["already"]

    @property
    def sure(self) -> bool:
        """Whether a source was seen."""
        return self.row["confidence"] != "recalled"

    def number(self, column: str) -> float | None:
        """Return a figure; None where there is none."""
        return float(self.row[column]) if self.row[column] else None


@of_facts
def happened(facts: FactBase) -> tuple[Happened, ...]:
    """Return all units of all events, in the order of time; of a user's overlay too."""
    return tuple(sorted((Happened(row) for row in facts.table("supply_events")), key=lambda one: one.day))


def under_control(every: Iterable[Happened], day: str, *, recalled: bool = False) -> frozenset[str]:
    """Return the commodities whose exports a state restricts already on a day: they are no longer at risk of it.

    By events that a source confirms; with `recalled`, by the others too.
    """
    return frozenset(one.unit[0] for one in every
                     if one.restricts and (one.sure or recalled) and one.day < day <= one.until)  # fmt: skip
