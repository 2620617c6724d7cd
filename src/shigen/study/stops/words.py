"""Stops in sentences: the answer first, then what it rests on and what it cannot tell."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.i18n import Lang, in_brackets, joined, sentences, shown_date, text
from shigen.base.numbers import amount, odds
from shigen.model.disruption.scenario import ALL
from shigen.model.disruption.told import Told
from shigen.model.levers import size_in_words
from shigen.study.stops.played import LOOSE, Played, Stops

LIKELY: Final = 0.5
"""Chance above which home is more likely short than not."""
SHOWN: Final = 3
"""Others that a sentence names."""


def item_name(one: Played, lang: Lang) -> str:
    """Return the name of what stops: the element, else the mineral, with its HS6 code where one is meant."""
    return one.named[lang]


def countries(keys: Sequence[str] | str, lang: Lang) -> str:
    """Return the names of countries; `all` in words."""
    if keys == ALL:
        return text("disruption.all", lang)
    return joined([names.label(key, lang) for key in keys], lang) or text("disruption.largest", lang)


def scenario(one: Played, lang: Lang) -> str:
    """Return what stops: who, against whom, which step, from when."""
    told = one.told
    share = 1.0 if told is None else told.scenario.share
    kind = "export" if told is None else told.scenario.kind
    key = "disruption.scenario" + ("_output" if kind == "output" else "") + ("_part" if share < 1 else "")
    step = text(f"step.{told.step if told else 'refined'}", lang)
    said = text(key, lang, stops=countries(one.stops, lang), against=countries(one.against, lang), step=step,
                share=f"{100 * share:.0f}")  # fmt: skip
    starts = told.scenario.starts if told else (one.preset.starts if one.preset else "")
    if not starts:
        return said
    since = text("disruption.from_month", lang, month=shown_date(starts, lang))
    return said + in_brackets(since, lang)


def month(value: float, lang: Lang) -> str:
    """Return a month of the stop, or that none comes."""
    return text("disruption.month_end", lang, month=f"{value:.0f}") if np.isfinite(value) else text(
        "disruption.never", lang)  # fmt: skip


def days(value: float, lang: Lang) -> str:
    """Return days of cover, or that they do not end within the horizon."""
    return text("disruption.days", lang, days=f"{value:.0f}") if np.isfinite(value) else text("disruption.never", lang)


def chance(value: float) -> str:
    """Return a chance in percent; never 0 or 100 where a draw says otherwise."""
    return odds(value).removesuffix(" %")


def mass(value: float, told: Told, lang: Lang) -> str:
    """Return an amount: in tonnes, or in percent of a year's need."""
    if told.unit == "percent":
        return text("disruption.percent_of_need", lang, value=f"{value:.0f}")
    return f"{amount(value)} t"


def ratio(value: float, told: Told, lang: Lang) -> str:
    """Return a price over that before the stop; from the lowest ceiling on only that it is more."""
    if value >= told.ceiling:
        return text("disruption.times_above", lang, value=f"{told.ceiling:.0f}")
    return text("disruption.times", lang, value=f"{value:.1f}")


def answer(one: Played, draws: int, lang: Lang) -> str:
    """Return whether and when home is short, and for how many days it lasts."""
    told = one.told
    if told is None:
        return "" if one.unplayed is None else one.unplayed.part("fact", lang)
    first = told.first["rationing"]
    values = {
        "horizon": told.scenario.horizon,
        "line": f"{100 * told.line:g}",
        "chance": chance(told.within),
        "draws": draws,
    }
    if told.within == 0:
        return text("disruption.short_never", lang, **values)
    early = {"low": f"{first.p05:.0f}" if np.isfinite(first.p05) else "–", "days_low": days(told.cover.p05, lang)}
    if not np.isfinite(first.p50):
        rare = "rare" if not np.isfinite(first.p05) else "maybe"
        return text(f"disruption.short_{rare}", lang, **values, **early)
    return text("disruption.short", lang, **values, month=f"{first.p50:.0f}", low=month(first.p05, lang),
                high=month(first.p95, lang), days=days(told.cover.p50, lang),
                days_low=days(told.cover.p05, lang), days_high=days(told.cover.p95, lang))  # fmt: skip


def amounts(one: Played, lang: Lang) -> str:
    """Return how much is short, and how much prices save."""
    told = one.told
    if told is None or told.within == 0:
        return ""
    short = told.short["rationing"]
    values = {"short": mass(short.p50, told, lang), "short_low": mass(short.p05, told, lang),
              "short_high": mass(short.p95, told, lang)}  # fmt: skip
    said = [text("disruption.amount" if short.p50 > 0 else "disruption.amount_most", lang, **values)]
    if "price" in told.closures and told.saved["price"].p50 > 0:
        said.append(text("disruption.amount_saved", lang, saved=mass(told.saved["price"].p50, told, lang)))
    return sentences(said, lang)


def prices(one: Played, lang: Lang) -> str:
    """Return how high the price rises, or why that is not told."""
    told = one.told
    if told is None:
        return ""
    if told.peak is None:
        return text("disruption.no_price", lang)
    if told.peak.p95 < MOVED:
        return text("disruption.peak_none", lang)
    ends = {"peak": told.peak.p50, "peak_low": told.peak.p05, "peak_high": told.peak.p95}
    return text("disruption.peak", lang, **{key: ratio(value, told, lang) for key, value in ends.items()})


MOVED: Final = 1.05
"""Price over that before the stop below which it has hardly moved."""


def exposed(one: Played, lang: Lang) -> str:
    """Return what the shortage is worth, or why that is not told; empty where home is not short."""
    if one.told is None or one.told.within == 0:
        return ""
    if one.exposed is None:
        return text("disruption.exposed_none", lang)
    low, middle, high = (amount(value / 1e6) for value in one.exposed)
    key = "disruption.exposed" if one.exposed[1] > 0 else "disruption.exposed_most"
    return text(key, lang, value=middle, low=low, high=high)


def decides(one: Played, lang: Lang) -> str:
    """Return which assumptions decide the outcome; empty where none does."""
    if one.told is None or not one.told.decides:
        return ""
    items = [text("disruption.decides_item", lang, name=parameter(name, lang), rho=f"{rho:+.2f}".replace("-", "−"))
             for name, rho in one.told.decides]  # fmt: skip
    return text("disruption.decides", lang, list=joined(items, lang))


def parameter(name: str, lang: Lang) -> str:
    """Return the name of an assumption."""
    return text(f"disruption.parameter.{name}", lang)


def elsewhere(one: Played, lang: Lang) -> str:
    """Return who else is short; empty where nobody is known to be."""
    rows = one.told.elsewhere["rationing"][:SHOWN] if one.told else []
    items = [text("disruption.elsewhere_item", lang, name=names.label(key, lang), share=chance(share))
             for key, share in rows if share >= NOTED and key in names.countries()]  # fmt: skip
    return text("disruption.elsewhere", lang, list=joined(items, lang)) if items else ""


NOTED: Final = 0.01
"""Share of use from which somebody else counts as short."""


def unfirm(one: Played, lang: Lang) -> str:
    """Return why it is provisional; empty where it is firm."""
    told = one.told
    if told is None or not told.unfirm:
        return ""
    values = {"seen": f"{100 * told.seen:.0f}" if told.seen == told.seen else "–", "unseen": f"{100 * told.unseen:.0f}"}
    reasons = sentences([text(f"disruption.unfirm_why.{key}", lang, **values) for key in told.unfirm], lang)
    return text("disruption.unfirm", lang, reasons=reasons)


def estimated(one: Played, lang: Lang) -> str:
    """Return how much comes under codes whose partners are estimated; empty where nothing does."""
    if one.told is None or round(one.told.split, 2) <= 0:
        return ""
    return text("disruption.estimated", lang, share=f"{100 * one.told.split:.0f}")


def valued(one: Played, lang: Lang) -> str:
    """Return by which assumption goods that may be metal or intermediates count; empty where none of them are."""
    range_ = one.told.parameters.get("payable_share") if one.told else None
    if range_ is None:
        return ""
    ends = {"paid": range_.central, "low": range_.low, "high": range_.high}
    return text("disruption.valued", lang, **{key: f"{100 * value:.0f}" for key, value in ends.items()})


def alike(one: Played, lang: Lang) -> str:
    """Return that one computation stands for several elements; empty where it is of one."""
    return text("disruption.alike", lang, list=item_name(one, lang)) if len(one.forms) > 1 else ""


def helped(one: Played, lang: Lang) -> str:
    """Return which policy saves most beforehand, and which still act once supply has stopped."""
    told = one.told
    if told is None or not one.helps or told.within == 0:
        return ""
    before = [(help_.lever, help_) for help_ in one.helps if help_.lever and help_.when == "before"
              and help_.saves.p95 > 0]  # fmt: skip
    lever, best = max(before, key=lambda pair: (pair[1].saves.p50, pair[1].saves.p95), default=(None, None))
    most = best is not None and best.saves.p50 <= 0
    key = "disruption.helps_best_most" if most else "disruption.helps_best"
    said = [text("disruption.helps_none", lang) if best is None or lever is None else text(
        key, lang, lever=text(f"lever.{lever.key}", lang), size=_sized(lever, lang),
        saves=mass(best.saves.p95 if most else best.saves.p50, told, lang))]  # fmt: skip
    if (whole := next((help_ for help_ in one.helps if help_.lever is None), None)) and best is not None:
        said.append(text("disruption.helps_all", lang, chance=chance(whole.odds),
                         short=mass(whole.short.p50, told, lang)))  # fmt: skip
    late = [text("disruption.helps_late_item", lang, lever=text(f"lever.{help_.lever.key}", lang), month=help_.month)
            for help_ in one.helps if help_.lever and help_.when == "at_once" and help_.month
            and help_.saves.p95 > 0]  # fmt: skip
    said.append(text("disruption.helps_late", lang, horizon=told.scenario.horizon, list=joined(late, lang))
                if late else text("disruption.helps_late_none", lang, horizon=told.scenario.horizon))  # fmt: skip
    idle = {help_.lever.key for help_ in one.helps if help_.lever and help_.why == "other_step"}
    if "mine_investment" in idle:
        said.append(text("disruption.mine_does_nothing", lang))
    if "recycling" in idle:
        said.append(text("disruption.recycling_does_nothing", lang))
    return sentences(said, lang)


def _sized(lever: Lever, lang: Lang) -> str:
    size = size_in_words(lever.key, lever.size, lang)
    return f"{names.label(lever.host, lang)} {size}" if lever.host else size


def told_of(one: Played, draws: int, lang: Lang) -> list[str]:
    """Return all that is said of one stop, sentence by sentence."""
    said = [answer(one, draws, lang), alike(one, lang), unfirm(one, lang), valued(one, lang), estimated(one, lang),
            amounts(one, lang), prices(one, lang), exposed(one, lang), helped(one, lang), elsewhere(one, lang),
            decides(one, lang)]  # fmt: skip
    return [sentence for sentence in said if sentence]


def headline(found: Stops, lang: Lang) -> list[str]:
    """Return the answer of a study: by measure with each design of its leak, then without the largest supplier."""
    said: list[str] = []
    groups: dict[tuple[str, str], list[Played]] = {}
    for one in found.rows:
        groups.setdefault(_asked(one, lang), []).append(one)
    for rows in sorted(groups.values(), key=lambda rows: rows[0].preset is None):  # what is dated comes first
        said += _of_group(rows, lang)
    lacking = joined(list(dict.fromkeys(item_name(one, lang) for one in found.rows if one.told is None)), lang)
    if lacking:
        said.append(text("disruption.lead_unplayed", lang, list=lacking))
    return said or [text("disruption.none", lang)]


def title(found: Stops, lang: Lang) -> str:
    """Return the answer in a line: what is more likely short than not, by the stricter design."""
    rows = [one for one in found.rows if one.told is not None and one.design != LOOSE]
    horizon = max((one.told.scenario.horizon for one in rows if one.told), default=0)
    short = list(dict.fromkeys(item_name(one, lang) for one, _ in _sorted(rows)))
    if not short:
        return text("disruption.line_none", lang, horizon=horizon)
    return text("disruption.line", lang, horizon=horizon, list=joined(short, lang))


def _asked(one: Played, lang: Lang) -> tuple[str, str]:
    """Return by which sentence a stop is told, and what else has to be alike to stand in the same one.

    A sentence that says more than who stops is for a stop that is total: of a measure, by both designs of its leak;
    of the largest supplier, against all.
    """
    total = one.told is None or (one.told.scenario.share == 1.0 and one.told.scenario.kind == "export")
    if one.preset is not None and total and (one.design or one.told is None):
        return "lead_measure", one.preset.measure
    if one.largest and total and one.against == ALL:
        return "lead_largest", ""
    return "lead_own", scenario(one, lang)


def _of_group(rows: Sequence[Played], lang: Lang) -> list[str]:
    first, played = rows[0], [one for one in rows if one.told is not None]
    if not played:
        return []
    key, what = _asked(first, lang)
    values = {"stops": countries(first.stops, lang), "against": countries(first.against, lang), "scenario": what,
              "horizon": played[0].told.scenario.horizon}  # type: ignore[union-attr]  # played ones are told  # fmt: skip
    if first.preset:
        values |= {"label": first.preset.label[lang], "date": shown_date(first.preset.date, lang)}
    strict = _likely([one for one in played if one.design != LOOSE], lang)
    said = [text(f"disruption.{key}" + ("" if strict else "_none"), lang, list=strict, **values)]
    if any(one.design == LOOSE for one in played):
        loose = _likely([one for one in played if one.design == LOOSE], lang)
        said.append(text("disruption.lead_loose" + ("" if loose else "_none"), lang, list=loose))
    return said


def _sorted(rows: Iterable[Played]) -> list[tuple[Played, Told]]:
    """Return what is more likely short than not, the first short first."""
    short = [(one, one.told) for one in rows if one.told is not None and round(one.told.within, 2) > LIKELY]
    short.sort(key=lambda pair: (pair[1].first["rationing"].p50, -pair[1].within))
    return short


def _likely(rows: Iterable[Played], lang: Lang) -> str:
    """Return the same as a list in words, each with its month and chance."""
    return joined([
        text("disruption.lead_item_unfirm" if told.unfirm else "disruption.lead_item", lang, name=item_name(one, lang),
             month=f"{told.first['rationing'].p50:.0f}", chance=chance(told.within))
        for one, told in _sorted(rows)
    ], lang)  # fmt: skip
