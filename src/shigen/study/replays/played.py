"""Each event played by both closures, on the editions that were out before it, as far as they are held."""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from xarray import Dataset

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.model.chain import load
from shigen.model.disruption.answers import Answer, Band, band, disrupt
from shigen.model.disruption.forms import TRADED
from shigen.model.disruption.parameters import DAYS
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.study.backtest.frozen import frozen, out_by
from shigen.study.backtest.states import newest_out
from shigen.study.replays.cases import HORIZON, Replay

TRADE: Final = "trade"
"""The table of which one release alone is held, of 2026: it serves all years, and is marked."""
MEASURES: Final = ("price", "first_short", "received", "imports")
"""Outcomes that the model gives a band for."""
WHY: Final = {"disruption_no_network": "network", "disruption_word": "form", "disruption_home": "home",
              "disruption_nothing": "nothing", "disruption_lacks": "parameters",
              "disruption_unseen": "unseen"}  # fmt: skip
"""Why a replay cannot be played, by what the model refuses."""


@dataclass(frozen=True)
class Played:
    """What home read off a replay, or why it was not played."""

    replay: Replay
    why: str = ""
    """Empty where it was played; else a key of `replays.why`."""
    prices: tuple[Band, ...] = ()
    """By month, multiples of the price before [1], in home's zone, by the price closure."""
    received: tuple[Band, ...] = ()
    """By month, intake over that of an ordinary month [1], by the price closure."""
    imports: Band | None = None
    """Intake of the first twelve months over that of an ordinary year [1], by the price closure."""
    first_short: Band | None = None
    """The first short month by rationing; infinite where none comes within the horizon."""
    seen: float = float("nan")
    """Of what home takes, the part that flows show [1]; NaN where no national figure is held."""
    unseen_share: float = float("nan")
    """Of all flows, what comes from output that no table shows [1]."""
    at_ceiling: float = float("nan")
    """The share of draws in which home's price comes to the ceiling [1]."""
    ceiling: float = float("nan")
    """Least of the range of the ceiling [1]: prices above it are told as more than it."""
    edition: str = ""
    """The newest edition of production that it might read."""
    output_from: str = ""
    """`production`, `shares` of an older period, or `imports` of home."""
    scope: str = "world"
    """Whose flows are known: `world`, `national`; of `home` alone, or `traded` where output is not known: no prices."""

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why its bands are not firm: keys of `replays.doubt`; empty where they are."""
        if self.why:
            return ()
        doubts = ["unseen"] if self.unseen_share > 1 - PARTIAL_BELOW else []
        doubts += ["estimated"] if self.seen < PARTIAL_BELOW else []
        doubts += ["traded"] if self.scope == TRADED else []
        return (*doubts, *(["lacks"] if self.replay.row["lacks"] else []))

    @property
    def firm(self) -> bool:
        """Whether figures show enough of who supplies whom, by the project's line of sight."""
        return not self.why and not self.doubts

    def band(self, measure: str, month: int | None) -> Band | None:
        """Return the band of an outcome; None where the model has none, or the month lies beyond the horizon."""
        if self.why or measure not in MEASURES:
            return None
        if measure in ("price", "received"):
            months = self.prices if measure == "price" else self.received
            return months[month - 1] if month and month <= len(months) else None
        return self.first_short if measure == "first_short" else self.imports


def last_day(date: str) -> str:
    """Return the last day that a date may mean.

    Examples
    --------
    >>> last_day("2024"), last_day("2024-12"), last_day("2024-12-03")
    ('2024-12-31', '2024-12-31', '2024-12-03')
    """
    return date + "-12-31"[len(date) - 4 :]


def expected_months(facts: FactBase, day: str) -> tuple[float, float, float] | None:
    """Return how long stops had lasted that were over before a day [months]: shortest, middle, longest; None: none was.

    Notes
    -----
    Rows `event_days` of `disruption_parameters`, each over on the last day that its note may mean: nobody reckoned with
    what was not over yet.
    """
    rows = [row for row in facts.table("disruption_parameters") if row["parameter"] == "event_days"]
    over = [float(row["central"]) / DAYS for row in rows
            if (dates := re.findall(r"\d{4}(?:-\d{2}){0,2}", row["note"])) and last_day(dates[-1]) < day]  # fmt: skip
    return (min(over), median(over), max(over)) if over else None


@of_facts
def trade_editions(facts: FactBase) -> frozenset[str]:
    """Return the editions of trade."""
    return frozenset(str(edition) for (edition,) in facts.fetch(f"select distinct edition from {TRADE}"))


def out_then(facts: FactBase, replay: Replay) -> frozenset[str]:
    """Return the editions that a replay of its time may read: those out before its day, and trade."""
    return out_by(facts, replay.day) | trade_editions(facts)


def play_all(replays: Sequence[Replay], facts: FactBase) -> list[Played]:
    """Return each replay as it was played, in their order; those of one state of the facts share it."""
    states = {one.key: out_then(facts, one) if one.then else None for one in replays}
    made: dict[str, Played] = {}
    for out in dict.fromkeys(states.values()):
        some = [one for one in replays if states[one.key] == out]
        with nullcontext(facts) if out is None else frozen(facts, out) as then:
            made |= {one.key: play(one, then, expected_months(facts, one.day), beside=some) for one in some}
    return [made[one.key] for one in replays]


def play(replay: Replay, facts: FactBase, expected: tuple[float, float, float] | None, *,
         beside: Sequence[Replay] = ()) -> Played:  # fmt: skip
    """Play a replay by both closures.

    Parameters
    ----------
    replay : Replay
    facts : FactBase
        Of its time, as far as they are held.
    expected : (shortest, middle, longest), optional
        How long holders of stocks reckon with it to last [months]; the range of the table when not given.
    beside : sequence of Replay
        Others on these facts: the chain of a home and year is loaded once for all their minerals.

    Returns
    -------
    Played

    Raises
    ------
    UserError
        What is wrong with the row of the replay; where figures lack, it is a reason not to be played.
    """
    try:
        scenario = replay.scenario(expected)
        # Users without output are one a zone: the same for home under rationing, nearly so by prices, in half the time.
        answer = disrupt(scenario, importer=replay.home, year=replay.year, whole=False, facts=facts,
                         chain=_chain(replay, beside, facts))  # fmt: skip
    except UserError as error:
        if error.key not in WHY or (error.key == "disruption_word" and not replay.row["form"]):
            raise
        return Played(replay, WHY[error.key])
    return read(replay, answer, newest_out(facts)[0])


def _chain(replay: Replay, beside: Sequence[Replay], facts: FactBase) -> Dataset | None:
    """Return the chain on which a replay is played, with the minerals of those beside it; a single element has none."""
    if not replay.coded:
        return None
    some = [one for one in (replay, *beside) if one.coded and (one.home, one.year) == (replay.home, replay.year)]
    commodities = sorted({one.row["commodity"] for one in some})
    return load(replay.home, year=replay.year, commodities=commodities, facts=facts)


def read(replay: Replay, answer: Answer, edition: str = "") -> Played:
    """Return what home reads off an answer; `edition` is the newest of production among its facts."""
    attrs = answer.network.attrs
    told: dict[str, Any] = {}
    if answer.priced:
        usual = float(answer.network["flows"].sel(user=answer.home).sum()) / 12  # t a month
        intake = answer.figures("received", "price") / usual
        told = {"prices": tuple(answer.by_month("price_home", "price")), "at_ceiling": answer.at_ceiling,
                "received": tuple(band(row) for row in intake),
                "imports": band(intake[:HORIZON].mean(axis=0))}  # fmt: skip
    return Played(
        replay, first_short=band(answer.first_short()), seen=answer.seen, unseen_share=answer.unseen_share,
        ceiling=answer.parameters["price_ceiling"].low, edition=str(attrs.get("edition", edition)),
        output_from=str(attrs.get("output_from", "")), scope=str(attrs.get("scope", "world")), **told,
    )  # fmt: skip
