"""The slide on what happens when supply stops: the answer in sentences, beside what is short, when and how surely."""

from shigen.base import numbers
from shigen.show.documents.making import Making
from shigen.show.documents.parts import Cell, Prose, Slide, across
from shigen.study.stops import words

SHOWN = 14
"""Stops that have room in the table, the surest first."""


def stops(a: Making) -> list[Slide]:
    """Return the slide; none where a study plays no stop, or none that the figures allow."""
    found = a.run.stops
    played = [(one, one.told) for one in found.rows if one.told is not None] if found else []
    if found is None or not played:
        return []
    played.sort(key=lambda pair: (-pair[1].within, pair[1].first["rationing"].p50))
    rows = [
        [
            Cell(words.item_name(one, a.lang), bold=not told.unfirm),
            a.t(f"disruption.design.{one.design}") if one.design else numbers.ABSENT,
            f"{words.chance(told.within)} %",
            words.month(told.first["rationing"].p50, a.lang),
            words.days(told.cover.p50, a.lang),
            words.ratio(told.peak.p50, told, a.lang) if told.peak else numbers.ABSENT,
            a.t("disruption.provisional") if told.unfirm else "",
        ]
        for one, told in played[:SHOWN]
    ]
    head = [a.t(f"column.{key}") for key in ("commodity", "design", "chance", "first_month", "cover_days", "peak")]
    table = a.table(a.t("disruption.title"), [*head, ""], rows, (1.5, 1.0, 0.8, 1.4, 1.4, 0.9, 0.8), "llrrrrl", 7.5)
    said = Prose(tuple(words.headline(found, a.lang)), largest=13.0)
    speech = (*(sentence for one, _ in played for sentence in words.told_of(one, found.draws, a.lang)[:1]),
              a.t("disruption.cannot"))  # fmt: skip
    return [
        a.slide(
            "stops",
            across((said, table), shares=(1, 1.7)),
            notes=(a.t("disruption.closures"),),
            editions=found.editions,
            speech=speech,
            title=words.title(found, a.lang),
        )
    ]
