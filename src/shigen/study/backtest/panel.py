"""Which units were at risk before each event and which it restricted: the rows on which all scores are judged."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from shigen.model.draws import Numbers
from shigen.study.backtest.events import Happened, under_control
from shigen.study.backtest.figures import Said

REE: Final = "rare_earths"
"""One unit, whatever number of them an act names: the table of events has one row for all."""


@dataclass(frozen=True)
class Window:
    """Which events are judged; the headline is the plain one."""

    key: str
    output: bool = False
    """Output that was cut or lost counts too, not restrictions of exports alone."""
    tightened: bool = False
    """Materials under control already count again, and stay at risk."""
    recalled: bool = False
    """Events that no source confirms count too."""
    stand_ins: bool = True
    """Where the step that was restricted has no figure, the material's other step stands in."""
    china_only: bool = False
    without: str = ""
    """A commodity, or an event, that is left out."""
    since: str = ""
    """The first day from which on events count."""

    def takes(self, one: Happened) -> bool:
        """Tell whether a unit of an event counts."""
        return (
            one.row["outcome"] in ({"export", "output"} if self.output else {"export"})
            and (self.tightened or one.new) and (self.recalled or one.sure)
            and (not self.china_only or one.row["actor"] == "CHN")
            and self.without not in {one.event, one.unit[0]} and one.day >= self.since
        )  # fmt: skip


HEADLINE: Final = Window("headline")
WINDOWS: Final = (
    HEADLINE, Window("tightened", tightened=True), Window("output", output=True), Window("recalled", recalled=True),
    Window("no_stand_ins", stand_ins=False), Window("china", china_only=True), Window("no_ree", without=REE),
    Window("since_2024", since="2024-01-01"),
)  # fmt: skip
"""Ways to choose the events that were declared before any of them was looked at."""


@dataclass(frozen=True)
class Group:
    """The rows of one event."""

    event: str
    day: str
    said: Said
    rows: Numbers
    """Places of the units at risk in `said.units`."""
    hit: Numbers
    """(row) 1 where the event restricted it, else 0."""
    stood_in: int
    """Units that stand in for another step."""

    def score(self, key: str) -> Numbers:
        """Return a score of each row, NaN where it has nothing to say."""
        values: Numbers = self.said.scores[key][self.rows]
        return values


def groups(every: Iterable[Happened], of_day: Mapping[str, Said], window: Window = HEADLINE) -> list[Group]:
    """Return the rows of each event that can be judged.

    At risk are all units of which it is known who makes them, but those of materials whose exports a state restricts
    already, and the other step of what the event restricts. What an event newly restricts was at risk of it.
    """
    every = list(every)
    names = dict.fromkeys(one.event for one in every if window.takes(one) and one.day in of_day)
    made = []
    for event in names:
        units = [one for one in every if one.event == event and window.takes(one)]
        said, day = of_day[units[0].day], units[0].day
        gone = frozenset() if window.tightened else under_control(every, day, recalled=window.recalled)
        places, stood_in = set(), 0
        for one in units:
            place = said.place(one.unit)
            if place is None or (said.units[place] != one.unit and not window.stand_ins):
                continue
            places.add(place)
            stood_in += said.units[place] != one.unit
        if not places:
            continue
        named = {one.unit[0] for one in every if one.event == event}
        rows = np.array([n for n, (key, _) in enumerate(said.units)
                         if n in places or (key not in named and key not in gone)])  # fmt: skip
        made.append(Group(event, day, said, rows, np.isin(rows, list(places)).astype(float), stood_in))
    return made
