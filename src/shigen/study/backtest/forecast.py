"""The forecast on record: the steps most likely to be restricted next, with odds only where these have shown skill."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from shigen.model.hindcast.skill import brier, drawn_events, logistic, odds, ratio_ends
from shigen.study.backtest.figures import CHINA, LARGEST, OURS, Said
from shigen.study.backtest.panel import Group

LISTED: Final = 10
"""Steps that the forecast names."""


@dataclass(frozen=True)
class Forecast:
    """Steps by our score, with the odds that the next event restricts each; the base rate where odds show no skill."""

    rows: tuple[dict[str, Any], ...]
    at_risk: tuple[dict[str, Any], ...]
    """All units at risk, in the order of the rows, with their odds: what later events are judged on."""
    base: float | None
    """Share of units at risk that an event restricted [1]."""
    score: float | None
    """Brier score of the odds, each event forecast by all others."""
    base_score: float | None
    """Brier score of the base rate, made the same way."""
    gain: tuple[float, float] | None
    """90 % interval, over events, of what the odds save of it."""
    skill: bool
    """Whether the whole interval lies above 0."""


def forecast(events: Sequence[Group], now: Said, controlled: frozenset[str]) -> Forecast:
    """Return the forecast of the newest edition, from the curve of our score over all events that were judged."""
    data = []
    for group in events:
        score = group.score(OURS)
        there = np.isfinite(score)
        data.append((score[there], group.hit[there]))
    at_risk = [n for n, (key, _) in enumerate(now.units)
               if key not in controlled and np.isfinite(now.scores[OURS][n])]  # fmt: skip
    order = sorted(
        at_risk, key=lambda n: (-round(float(now.scores[OURS][n]), 9), -float(now.scores[LARGEST][n]), now.units[n])
    )
    if len(data) < 2:
        return Forecast(_listed(now, order, None), _risky(now, order, None), None, None, None, None, False)
    lost, plain, sizes = [], [], []
    for out in range(len(data)):
        others = [one for n, one in enumerate(data) if n != out]
        x, y = (np.concatenate(part) for part in zip(*others, strict=True))
        score, hit = data[out]
        lost.append(float(brier(odds(logistic(x, y), score), hit).sum()))
        plain.append(float(brier(np.full(hit.size, y.mean()), hit).sum()))
        sizes.append(float(hit.size))
    x, y = (np.concatenate(part) for part in zip(*data, strict=True))
    whole = np.array(sizes)
    ends = ratio_ends(np.array(plain) - np.array(lost), whole, drawn_events(len(data)))
    skill, base = ends[0] > 0, float(y.mean())
    ours, of_base = (float(sum(part) / whole.sum()) for part in (lost, plain))
    chance = odds(logistic(x, y), now.scores[OURS]) if skill else np.full(len(now.units), base)
    return Forecast(_listed(now, order, chance), _risky(now, order, chance), base, ours, of_base, ends, skill)


def _listed(now: Said, order: Sequence[int], chance: Any) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"rank": rank, "commodity": now.units[n][0], "step": now.units[n][1], "score": float(now.scores[OURS][n]),
         "odds": None if chance is None else float(chance[n]), "largest": float(now.scores[LARGEST][n]),
         "china": float(now.scores[CHINA][n])}
        for rank, n in enumerate(order[:LISTED], start=1)
    )  # fmt: skip


def _risky(now: Said, order: Sequence[int], chance: Any) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"commodity": now.units[n][0], "step": now.units[n][1], "score": float(now.scores[OURS][n]),
         "odds": None if chance is None else float(chance[n])}
        for n in order
    )  # fmt: skip


@dataclass(frozen=True)
class Record:
    """A forecast with the edition that it rests on."""

    forecast: Forecast
    edition: str
    """The newest edition of production."""
    date: str
    """The day from which on it counts as out: the date of the forecast."""

    @property
    def file(self) -> str:
        """Name of the file that holds it."""
        return f"forecast-{self.date}.json"

    def as_json(self) -> dict[str, Any]:
        """Return it as it is put on record: no clock, no language; the same facts give the same words."""
        made = self.forecast
        return {
            "edition": self.edition, "date": self.date, "score": OURS, "skill": made.skill, "base_rate": made.base,
            "brier": made.score, "brier_of_base_rate": made.base_score,
            "gain": None if made.gain is None else list(made.gain),
            "steps": list(made.rows), "at_risk": list(made.at_risk),
        }  # fmt: skip

    def content(self) -> str:
        """Return what stands in the file."""
        return json.dumps(self.as_json(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
