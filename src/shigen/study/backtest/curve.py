"""The specification curve: the axes put together in every published way, judged on every choice of events."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import numpy as np

from shigen.model.draws import Numbers
from shigen.model.hindcast.skill import in_order
from shigen.model.indicators import axes, indicators
from shigen.study.backtest.events import Happened
from shigen.study.backtest.figures import CHINA, LARGEST, Said
from shigen.study.backtest.judged import CHANCE
from shigen.study.backtest.panel import WINDOWS, groups


def _min_max(raw: Numbers) -> Numbers:
    there = np.isfinite(raw)
    low = np.where(there, raw, np.inf).min(1, keepdims=True)
    width = np.where(there, raw, -np.inf).max(1, keepdims=True) - low
    return np.where(there, (raw - np.where(there, low, 0.0)) / np.where(width > 0, width, 1.0), np.nan)


def _standard(raw: Numbers) -> Numbers:
    there = np.isfinite(raw)
    n = np.maximum(there.sum(1, keepdims=True), 1)
    off = np.where(there, raw - np.where(there, raw, 0.0).sum(1, keepdims=True) / n, 0.0)
    spread = np.sqrt((off**2).sum(1, keepdims=True) / n)
    return np.where(there, off / np.where(spread > 0, spread, 1.0), np.nan)


def _ranked(raw: Numbers) -> Numbers:
    there = np.isfinite(raw)
    lower = (raw[:, None, :] < raw[:, :, None]).sum(2) + 0.5 * ((raw[:, None, :] == raw[:, :, None]).sum(2) - 1)
    return np.where(there, lower / np.maximum(there.sum(1, keepdims=True) - 1, 1), np.nan)


def _thirds(raw: Numbers) -> Numbers:
    return np.where(np.isfinite(raw), 1 + np.floor(np.minimum(_ranked(raw), 1 - 1e-9) * 3), np.nan)


SCALINGS: Final[Mapping[str, Callable[[Said], Numbers]]] = {
    "declared": lambda said: said.scored, "min_max": lambda said: _min_max(said.axes),
    "standard": lambda said: _standard(said.axes), "ranked": lambda said: _ranked(said.axes),
    "thirds": lambda said: _thirds(said.axes),
}  # fmt: skip
"""Ours; min-max, standard scores and ranks (OECD & JRC 2008, Handbook on Constructing Composite Indicators, §5,
doi:10.1787/9789264043466-en); thirds as in the BGS risk lists of 2012 and 2015 (scores of 1 to 3)."""


def weightings() -> dict[str, Numbers]:
    """Return weights of the axes: as declared for one stage, all alike, each axis left out, and each alone."""
    keys = list(axes())
    declared = np.array([indicators()[key].weight for key in keys])
    upstream = np.array([indicators()[key].stage == "upstream" for key in keys])
    made = {"upstream": declared * upstream, "equal": np.ones(len(keys))}
    made |= {f"without_{key}": np.array([float(one != key) for one in keys]) for key in keys}
    return made | {f"only_{key}": np.array([float(one == key) for one in keys]) for key in keys}


def together(scaled: Numbers, weights: Numbers) -> Numbers:
    """Return the weighted mean of what is there of the axes: (axis, unit), (axis) → (unit); NaN without any.

    Examples
    --------
    >>> together(np.array([[1.0, np.nan], [0.0, np.nan]]), np.array([3.0, 1.0])).tolist()
    [0.75, nan]
    """
    weight = np.where(np.isfinite(scaled), weights[:, None], 0.0)
    whole = weight.sum(0)
    mean = (weight * np.nan_to_num(scaled)).sum(0) / np.where(whole > 0, whole, 1.0)
    return np.where(whole > 0, mean, np.nan)


def curve(every: Iterable[Happened], states: Mapping[str, Mapping[str, Said]]) -> list[dict[str, Any]]:
    """Return one row a specification that can be judged: facts × scaling × weights × events.

    `auc` [1] beside `largest` and `china` on the same rows, with `n` and `hits`.
    """
    every, rows = list(every), []
    for facts, of_day in states.items():
        scaled = {(scaling, id(said)): how(said) for scaling, how in SCALINGS.items() for said in of_day.values()}
        for window in WINDOWS:
            chosen = groups(every, of_day, window)
            for scaling in SCALINGS:
                for name, weights in weightings().items():
                    found = np.zeros(6)
                    for group in chosen:
                        score = together(scaled[scaling, id(group.said)], weights)[group.rows]
                        there = np.isfinite(score)
                        hit = group.hit[there]
                        if not 0 < hit.sum() < hit.size:
                            continue
                        won = [in_order(one[there], hit) for one in (score, group.score(LARGEST), group.score(CHINA))]
                        found += [*(part for part, _ in won), won[0][1], hit.size, hit.sum()]
                    if found[3]:
                        auc, largest, china = found[:3] / found[3]
                        rows.append({"facts": facts, "events": window.key, "scaling": scaling, "weights": name,
                                     "n": int(found[4]), "hits": int(found[5]), "auc": float(auc),
                                     "largest": float(largest), "china": float(china)})  # fmt: skip
    return rows


VERDICTS: Final = ("chance", "largest", "china")


def shares(rows: Iterable[Mapping[str, Any]]) -> dict[str, float | None]:
    """Return in what share of specifications the axes beat chance, the largest supplier's share, and China's [1]."""
    rows = list(rows)
    if not rows:
        return dict.fromkeys(VERDICTS)
    lines = {"chance": [CHANCE] * len(rows), **{key: [row[key] for row in rows] for key in VERDICTS[1:]}}
    return {key: sum(row["auc"] > line for row, line in zip(rows, lines[key], strict=True)) / len(rows)
            for key in VERDICTS}  # fmt: skip
