"""What is played again, and what happened: the rows of `replays` and `replay_outcomes`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.model.disruption.scenario import Disruption

HORIZON: Final = 12
"""Months that are played."""
OBSERVED: Final = "observed"
ESTIMATE: Final = "estimate"


@dataclass(frozen=True)
class Outcome:
    """One figure of what happened, or that others published for a like case."""

    row: Mapping[str, str]

    @property
    def replay(self) -> str:
        """Key of the replay."""
        return self.row["replay"]

    @property
    def measure(self) -> str:
        """What it is of: one of those of the table."""
        return self.row["measure"]

    @property
    def month(self) -> int | None:
        """Of the stop, 1 the first; None where it is of none."""
        return int(self.row["month"]) if self.row["month"] else None

    @property
    def value(self) -> float:
        """The figure, in the unit of its row."""
        return float(self.row["value"])


@dataclass(frozen=True)
class Replay:
    """One event as it is played for one home."""

    row: Mapping[str, str]

    @property
    def key(self) -> str:
        """Its key."""
        return self.row["replay"]

    @property
    def event(self) -> str:
        """Key of the event that it is of."""
        return self.row["event"]

    @property
    def home(self) -> str:
        """The home, ISO 3166 alpha-3."""
        return self.row["home"]

    @property
    def year(self) -> int:
        """Of the network."""
        return int(self.row["year"])

    @property
    def day(self) -> str:
        """Before which facts are frozen."""
        return self.row["day"]

    @property
    def then(self) -> bool:
        """Whether the editions of its time are held, trade apart."""
        return self.row["facts"] == "then"

    @property
    def coded(self) -> bool:
        """Whether it is of a code of trade or of all of them, and not of a single element."""
        return not self.row["form"] or self.row["form"].isdecimal()

    def scenario(self, expected: tuple[float, float, float] | None) -> Disruption:
        """Return what is played; `expected` is how long holders reckon with [months], where anything was known.

        Raises
        ------
        UserError
            What is wrong with the row.
        """
        row = self.row
        given: dict[str, object] = {}
        if row["leak_low"]:
            given["leak"] = (float(row["leak_low"]), float(row["leak_high"]))
        ranges: dict[str, tuple[float, ...]] = {} if expected is None else {"expected_months": expected}
        for one in filter(None, row["parameters"].split(";")):
            name, ends = one.split("=")
            ranges[name] = tuple(map(float, ends.split(":")))
        return Disruption(
            commodity=row["commodity"], stops=row["stops"].split(";"), step=row["step"],  # type: ignore[arg-type]
            against=row["against"] if row["against"] == "all" else row["against"].split(";"), form=row["form"],
            kind=row["kind"],  # type: ignore[arg-type]
            share=float(row["share"]), starts=row["starts"], notice=float(row["notice"]),
            months=float(row["months"]), horizon=HORIZON, parameters=ranges, **given,  # type: ignore[arg-type]
        )  # fmt: skip


@of_facts
def declared(facts: FactBase) -> tuple[Replay, ...]:
    """Return all replays, in the order of the table; of a user's overlay too."""
    return tuple(Replay(row) for row in facts.table("replays"))


@of_facts
def outcomes(facts: FactBase) -> tuple[Outcome, ...]:
    """Return all outcomes and estimates, in the order of the table."""
    return tuple(Outcome(row) for row in facts.table("replay_outcomes"))
