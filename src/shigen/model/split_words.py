"""What is said of estimated splits: what a step rests on, how far such estimates are off, what no policy displaces."""

from collections.abc import Mapping
from typing import Any, Final

from xarray import Dataset

from shigen.base import names
from shigen.base.i18n import Lang, joined, sentences, signless, text
from shigen.figures.splits import SPLITS
from shigen.model.levers import lever_kinds

SPLIT: Final = ("split_by", "split_lag", "split_error_low", "split_error_high", "totals_year")
"""What the chain says of the estimates of a step, and of the totals that they are made of."""


def in_words(
    share: float, split: Mapping[str, Any], notes: Mapping[tuple[str, str, str], Mapping[Lang, str]], lang: Lang
) -> str:
    """Return what is said of a step of which a share [1] is estimated; empty where nothing is.

    `split` are the values of SPLIT there, with the labels `commodity` and `step`; `notes` say what codes leave out.
    """
    if not share > 0:
        return ""
    off = {"low": signless(f"{-split['split_error_high']:+.2f}"), "high": signless(f"{-split['split_error_low']:+.2f}")}
    by = text(f"split_by.{SPLITS[int(split['split_by'])]}", lang, years=int(split["split_lag"]))
    recorded, of_codes = ((split["commodity"], name, split["step"]) for name in ("imports", "imports_estimated"))
    return sentences((
        "" if recorded in notes else notes.get(of_codes, {}).get(lang, ""),  # that on recorded codes names these too
        text("split.share", lang, percent=f"{100 * share:.0f}", by=by, **off),
    ), lang)  # fmt: skip


def undisplaced(chain: Dataset, lang: Lang) -> list[str]:
    """Return a sentence on the minerals whose estimated imports the policies in place leave as they are."""
    met = {
        commodity for kind, commodity, _ in chain.attrs.get("levers", ())
        if {"ore_import_governance", "refined_import_governance"} & {*lever_kinds()[kind].moves}
    }  # fmt: skip
    some = chain["imports_estimated"].max([dim for dim in chain["imports_estimated"].dims if dim != "commodity"])
    touched = [str(key) for key in chain["commodity"].values.tolist() if key in met and some.sel(commodity=key) > 0]
    return [text("split.policy", lang, commodities=joined([names.label(key, lang) for key in touched], lang))
            ] if touched else []  # fmt: skip
