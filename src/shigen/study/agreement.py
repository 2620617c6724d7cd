"""How far another author's method puts the minerals in the order of our upstream risk: pair by pair, in one sentence.

A pair counts where both tell its two minerals apart; what has no figure stands in no pair.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from xarray import DataArray, Dataset

from shigen.base import names
from shigen.base.i18n import Lang, sentences, text
from shigen.model.criticality import EQUAL
from shigen.model.methods import declarations

STAGE: Final = "upstream"
"""The stage that a method of supply risk is set beside."""


@dataclass(frozen=True)
class Agreement:
    """The order of a method beside ours."""

    method: str
    minerals: int
    figures: int
    """Minerals of which the method gives a figure."""
    pairs: int
    alike: int
    """Pairs in the same order as by our risk."""
    extreme: str
    """The mineral of the figure of most risk: the greatest, or the least where high is safety; empty without any."""
    value: float

    def in_words(self, lang: Lang) -> str:
        """Return it as one or two sentences, the answer first."""
        declared = declarations()[self.method]
        name = declared.name[lang]
        if not self.figures:
            return text("agreement.nothing", lang, name=name, minerals=self.minerals)
        held = text("agreement.figures" if declared.high_is == "risk" else "agreement.figures_low", lang,
                    minerals=self.minerals, figures=self.figures, mineral=names.label(self.extreme, lang),
                    value=f"{self.value:.3g}")  # fmt: skip
        if not self.pairs:
            return held
        share = f"{100 * self.alike / self.pairs:.0f}"
        alike = text("agreement.pairs", lang, name=name, pairs=self.pairs, alike=self.alike, percent=share)
        return sentences((alike, held), lang)


def agreement(figures: Dataset, ours: Dataset) -> list[Agreement]:
    """Return how each method's order of the minerals compares with that of our upstream risk.

    Parameters
    ----------
    figures : xarray.Dataset
        Of methods: `raw` over (method, commodity).
    ours : xarray.Dataset
        Of an assessment: `risk` over (stage, commodity), the same minerals.
    """
    risk = ours["risk"].sel(stage=STAGE, commodity=figures["commodity"]).values
    return [_of(str(method), figures["raw"].sel({"method": method}), risk) for method in figures["method"].values]


def _of(method: str, raw: DataArray, risk: np.ndarray) -> Agreement:
    values = raw.values if declarations()[method].high_is == "risk" else -raw.values
    first, second = np.triu_indices(len(values), 1)
    steps = [np.where(np.abs(one[first] - one[second]) <= EQUAL, 0.0, np.sign(one[first] - one[second]))
             for one in (values, risk)]  # fmt: skip
    both = steps[0] * steps[1]  # NaN where one of them has no figure
    known = ~np.isnan(values)
    at = int(np.nanargmax(values)) if known.any() else -1
    return Agreement(
        method, len(values), int(known.sum()), int((np.abs(both) == 1).sum()), int((both == 1).sum()),
        str(raw["commodity"].values[at]) if known.any() else "", float(raw.values[at]) if known.any() else float("nan"),
    )  # fmt: skip
