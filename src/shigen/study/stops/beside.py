"""A stop beside the effects of policies: of each mineral one, without and with each policy in place beforehand.

The one source of what is short, for how many days home lasts, and how likely it is short, in every table that shows
policies; flows that arrive today stand beside it under names of their own.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from shigen.base.i18n import Lang, text
from shigen.base.numbers import amount
from shigen.model.disruption.helps import WHENS, Help
from shigen.study.stops import words
from shigen.study.stops.played import LOOSE, Played, Stops


def stop_of(found: Stops | None, commodity: str) -> Played | None:
    """Return the stop that a mineral is told by; None where none of it was played.

    By the stricter design of the leak; of several forms or stops the one that home is most likely short in, then first.
    """
    rows = [(one, one.told) for one in (found.of(commodity) if found else ()) if one.design != LOOSE]
    played = [(one, told) for one, told in rows if told is not None]
    if not played:
        return None
    return min(played, key=lambda pair: (-pair[1].within, pair[1].first["rationing"].p50))[0]


def help_of(one: Played, row: Mapping[str, Any]) -> Help | None:
    """Return what the policy of a row of effects does in a stop, in place beforehand; None where it was not tried."""
    tried = [help_ for help_ in one.helps if help_.when == WHENS[0]]
    if row["effect"] == "joint":
        return next((help_ for help_ in tried if help_.lever is None), None)
    asked = row["lever"], row["host"], row["size"]
    return next((help_ for help_ in tried if help_.lever and asked == (
        help_.lever.key, help_.lever.host, help_.lever.size)), None)  # fmt: skip


def moved(one: Played | None, row: Mapping[str, Any], lang: Lang) -> tuple[str, str, str]:
    """Return the chance of being short, the days of cover and what is short, each without and with a policy in place.

    Amounts in tonnes, or in percent of a year's need. What stays is written once; a dash where no stop was played.
    """
    told, help_ = (one.told, help_of(one, row)) if one else (None, None)
    if told is None or help_ is None:
        return "–", "–", "–"
    chances = [f"{words.chance(value)} %" for value in (told.within, help_.odds)]
    days = [f"{one_.p50:.0f}" if np.isfinite(one_.p50) else text("disruption.lasts", lang)
            for one_ in (told.cover, help_.cover)]  # fmt: skip
    whole = " %" if told.unit == "percent" else ""
    short = [amount(band.p50) + whole for band in (told.short["rationing"], help_.short)]
    return _arrow(chances), _arrow(days), _arrow(short)


def _arrow(ends: list[str]) -> str:
    before, after = ends
    return after if before == after else f"{before} → {after}"


def about(one: Played, lang: Lang) -> str:
    """Return which stop the figures beside policies are of, in a sentence."""
    design = one.design and text("disruption.beside_design", lang, design=text(f"disruption.design.{one.design}", lang))
    return text("disruption.beside", lang, name=words.item_name(one, lang), scenario=words.scenario(one, lang),
                design=design)  # fmt: skip
