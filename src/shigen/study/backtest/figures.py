"""What every indicator, stage and method said of every material at a step, on one state of the facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from xarray import Dataset

from shigen.base import names
from shigen.base.declare import STAGES, Indicator
from shigen.model.criticality import assess
from shigen.model.draws import Numbers
from shigen.model.indicators import axes, indicators
from shigen.model.method_values import evaluate_methods
from shigen.model.methods import declarations
from shigen.model.named import bare
from shigen.model.views import Views
from shigen.study.backtest.events import Unit

HOME: Final = "JPN"
"""The importer, where a score needs one: the tool's own."""
OURS: Final = "stage:upstream"
"""Our score in the headline: the upstream risk by which the tool ranks minerals."""
LARGEST: Final = "rival:largest"
CHINA: Final = "rival:china"
RIVALS: Final = (LARGEST, CHINA)
"""What stands beside every score: the share of the largest supplier at the step, and China's."""


@dataclass(frozen=True)
class Said:
    """What was said: for each unit with a known largest supplier, every score, higher being more risk."""

    year: int
    units: tuple[Unit, ...]
    scores: Mapping[str, Numbers]
    """(unit), NaN where a score has nothing to say; a score of a material stands at each of its steps."""
    axes: Numbers
    """Raw values of the axes, higher being more risk: (axis, unit)."""
    scored: Numbers
    """The same, scaled as declared."""
    made: Numbers
    """World output of each unit [t/yr]; NaN where only shares are known."""

    def place(self, unit: Unit) -> int | None:
        """Return where a unit stands; at the material's other step where the step has no figure; None: at neither."""
        other = (unit[0], "ore" if unit[1] == "refined" else "refined")
        return next((self.units.index(one) for one in (unit, other) if one in self.units), None)


def said(chain: Dataset, year: int) -> Said:
    """Return what is said on a supply chain of all commodities, of one importer and year."""
    views, keys = Views(bare(chain)), [str(key) for key in chain["commodity"].values]
    dims = ("commodity", "country")
    ore = (views("production", "ore") / views("total", "ore")).transpose(*dims).values
    refined = views("refined_share", None).transpose(*dims).values
    china = [str(key) for key in chain["country"].values].index("CHN") if "CHN" in chain["country"].values else None
    units: list[Unit] = []
    rivals: list[tuple[float, float]] = []
    made: list[float] = []
    whole = {step: views("total", step).values for step in ("ore", "refined")}
    for step, shares in (("ore", ore), ("refined", refined)):
        for place, key in enumerate(keys):
            if not (shares[place] > 0).any():
                continue
            units.append((key, step))
            of_china = 0.0 if china is None else float(np.nan_to_num(shares[place, china]))
            rivals.append((float(np.nanmax(shares[place])), of_china))
            made.append(float(whole[step][place]))
    row = [keys.index(key) for key, _ in units]
    by_key = _by_commodity(chain)
    scores = {LARGEST: np.array([one for one, _ in rivals]), CHINA: np.array([one for _, one in rivals])}
    scores |= {key: of[row] for key, of in by_key.items()}
    raw, scored = _of_axes(chain)
    return Said(year, tuple(units), scores, raw[:, row], scored[:, row], np.array(made))


def _by_commodity(chain: Dataset) -> dict[str, Numbers]:
    """Return every score of the registries over the commodities, higher being more risk."""
    declared = indicators()
    given = assess(chain, indicators=list(declared)).dataset
    scores: dict[str, Numbers] = {}
    for stage in STAGES:
        scores[f"stage:{stage}"] = given["central"].sel(stage=stage).values
    for key, one in declared.items():
        scores[f"indicator:{key}"] = _sign(one) * given["raw"].sel(indicator=key).values
    methods = {key: one for key, one in declarations().items() if not one.needs_world_imports}
    told = evaluate_methods(chain, methods)["raw"]
    for key, method in methods.items():
        sign = 1.0 if method.high_is == "risk" else -1.0
        scores[f"method:{key}"] = sign * told.sel({"method": key}).values
    return {key: np.asarray(of, float) for key, of in scores.items()}


def _of_axes(chain: Dataset) -> tuple[Numbers, Numbers]:
    given = assess(chain).dataset
    sign = np.array([_sign(indicators()[key]) for key in axes()])[:, None]
    return sign * given["raw"].values.astype(float), given["score"].values.astype(float)


def _sign(indicator: Indicator) -> float:
    """Return -1 where a low raw value is risk, so that its anchors run down; else 1."""
    return -1.0 if indicator.anchors is not None and indicator.anchors[0] > indicator.anchors[1] else 1.0


def every_commodity() -> list[str]:
    """Return all commodities, in their order."""
    return list(names.commodities())
