"""Every score judged on the rows of the events, beside the rivals on the same rows, with intervals over events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shigen.model.draws import Numbers
from shigen.model.hindcast.skill import difference_ends, drawn_events, in_order, percentile, ratio_ends
from shigen.study.backtest.figures import CHINA, LARGEST, RIVALS
from shigen.study.backtest.panel import Group

TOP: Final = 10
"""Places of the list of which precision is counted."""
CHANCE: Final = 0.5
LEAST: Final = 3
"""Events below which no interval over events is drawn, and no verdict given."""


@dataclass(frozen=True)
class Pairs:
    """Pairs in order, and all pairs, of each event."""

    won: Numbers
    whole: Numbers

    @property
    def auc(self) -> float:
        """Their ratio over all events; NaN without a pair."""
        whole = self.whole.sum()
        return float(self.won.sum() / whole) if whole else float("nan")


Won = list[tuple[float, int]]
"""Pairs in order and all pairs, one an event."""


def judged(key: str, events: Sequence[Group]) -> dict[str, Any]:
    """Return how a score did on the rows of which it and both rivals say something.

    Returns
    -------
    dict
        `n` rows, `hits`, `events`; `auc` (pairs of one event alone are compared) with `auc_low`, `auc_high`;
        `percentile` of what was restricted among the rows of its event, with its ends; `top` hits among the first TOP;
        `largest`, `china`: the AUC of the rivals on these rows; `ahead`: AUC less that of `largest`, with its ends, and
        `verdict`: better, worse, open where the interval holds 0, few below LEAST events; figures [1], or None.
    """
    mine: Won = []
    largest: Won = []
    china: Won = []
    rank: list[float] = []
    hits: list[float] = []
    top = n = counted = 0
    for group in events:
        score = group.score(key)
        there = np.isfinite(score)
        for rival in RIVALS:
            there &= np.isfinite(group.score(rival))
        score, hit = score[there], group.hit[there]
        if not 0 < hit.sum() < hit.size:
            continue
        counted += 1
        n += hit.size
        mine.append(in_order(score, hit))
        largest.append(in_order(group.score(LARGEST)[there], hit))
        china.append(in_order(group.score(CHINA)[there], hit))
        at = np.flatnonzero(hit > 0)
        share = percentile(score, at)
        rank.append(float(share.sum()))
        hits.append(float(at.size))
        top += int(((1 - share) * (score.size - 1) < TOP).sum())
    if not mine:
        return {**dict.fromkeys(FIGURES), "n": n, "hits": 0, "events": 0, "verdict": None}
    ranks, named = np.array(rank), np.array(hits)
    ends = ratio_ends(ranks, named, drawn_events(counted)) if counted >= LEAST else (None, None)
    return {
        "n": n, "hits": int(named.sum()), "events": counted, **_beside(mine, largest, china),
        "percentile": float(ranks.sum() / named.sum()), "percentile_low": ends[0], "percentile_high": ends[1],
        "top": top,
    }  # fmt: skip


def _beside(mine: Won, largest: Won, china: Won) -> dict[str, Any]:
    """Return the AUC of a score with its interval, that of the rivals, and by how much it is ahead of the first."""
    of, rival, other = (Pairs(*(np.array(part, float) for part in zip(*pairs, strict=True)))
                        for pairs in (mine, largest, china))  # fmt: skip
    told = {"auc": of.auc, "largest": rival.auc, "china": other.auc, "ahead": of.auc - rival.auc}
    if len(mine) < LEAST:
        return {**dict.fromkeys(FIGURES), **told, "verdict": "few"}
    times = drawn_events(len(mine))
    low, high = ratio_ends(of.won, of.whole, times)
    below, above = difference_ends(of.won, rival.won, of.whole, times)
    verdict = "better" if below > 0 else "worse" if above < 0 else "open"
    return {**told, "auc_low": low, "auc_high": high, "ahead_low": below, "ahead_high": above, "verdict": verdict}


FIGURES: Final = ("auc", "auc_low", "auc_high", "percentile", "percentile_low", "percentile_high", "top", "largest",
                  "china", "ahead", "ahead_low", "ahead_high")  # fmt: skip


def by_price(key: str, changes: Mapping[str, tuple[Group, Mapping[str, float]]]) -> dict[str, Any]:
    """Return how a score orders what prices did after each state of the facts: one row a material, pairs of one state.

    Parameters
    ----------
    key : str
        The score.
    changes : mapping
        By state, its rows and the natural logarithm of price after ÷ before, by commodity.
    """
    mine: Won = []
    largest: Won = []
    china: Won = []
    n = events = 0
    for group, change in changes.values():
        first: dict[str, int] = {}
        for row, place in enumerate(group.rows):
            first.setdefault(group.said.units[place][0], row)
        rows = np.array([row for one, row in first.items() if one in change], int)
        scores = [group.score(one)[rows] for one in (key, LARGEST, CHINA)]
        came = np.array([change[one] for one in first if one in change])
        there = np.isfinite(np.array(scores)).all(0)
        if there.sum() < TOP:
            continue
        n, events = n + int(there.sum()), events + 1
        for out, score in zip((mine, largest, china), scores, strict=True):
            out.append(in_order(score[there], came[there]))
    if not mine:
        return {**dict.fromkeys(FIGURES), "n": n, "hits": None, "events": 0, "verdict": None}
    return {**dict.fromkeys(FIGURES), "n": n, "hits": None, "events": events, **_beside(mine, largest, china)}
