"""Whether a measure stands: one function of its row and of the day or year that is asked.

The table keeps what was made known (from when, until when, what suspends what) and how far sources were followed.
An end or the end of a suspension that lies after the newest source is a plan: beyond it, what holds has not been seen,
and that is what is told, neither "ended" nor "in force again".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.base.years import day_in_words, period
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.figures.schema import tables

AS_OF: Final = tables()["measures"].read_until
"""Day on which the table was last gone through, as it says itself."""
STANDS: Final = ("in_force", "in_progress")
"""States in which a measure works."""


@dataclass(frozen=True)
class Suspension:
    """A span in which a measure, or a part of it, does not apply."""

    first: date
    last: date
    printed: str
    """Its last day as the table has it."""
    seen: bool
    """A source tells of the time after it."""
    part: Mapping[Lang, str]


@dataclass(frozen=True)
class Standing:
    """What is known of a measure at the end of the time that is asked."""

    state: str
    """Key of `policies.status`."""
    stood: bool
    """It worked on some day of the time that is asked, as far as was seen."""
    until: str = ""
    """Last day of the state, or of what was in its way before what has not been seen."""
    suspension: Suspension | None = None
    checked: str = ""
    """Newest day of which a source tells, where the time that is asked goes beyond it."""

    def note(self, lang: Lang) -> str:
        """Return in words what the name of the state leaves out; empty where it says all."""
        one, said = self.suspension, []
        if one is not None:
            passed = self.state == "unseen" or (one.last < _last(AS_OF) and not one.seen)
            key = "suspended" if self.state != "suspended" else "until"
            said.append(text(f"standing.{key}", lang, until=day_in_words(one.printed, lang),
                             part=one.part[lang] and text("standing.part", lang, part=one.part[lang])))  # fmt: skip
            if passed:
                said.append(text("standing.unseen", lang))
        elif self.until:
            key = self.state if self.state in ("adopted", "ended", "unseen") else "until"
            words = {"unseen": "ran"}.get(key, key)
            said.append(text(f"standing.{words}", lang, until=day_in_words(self.until, lang), part=""))
            if key == "unseen":
                said.append(text("standing.unseen", lang))
        elif self.checked:
            said.append(text("standing.checked", lang, day=day_in_words(self.checked, lang)))
        return text("standing.between", lang).join(said)

    def in_words(self, lang: Lang) -> str:
        """Return the state with its note."""
        note, name = self.note(lang), text(f"policies.status.{self.state}", lang)
        if not note:
            return name
        return note if self.state == "unseen" else text("standing.both", lang, name=name, note=note)


def standing(row: Mapping[str, str], when: str | int = AS_OF, *, facts: FactBase | None = None) -> Standing:
    """Return what is known of a measure on a day, or in a year up to its last day that has come.

    Parameters
    ----------
    row : mapping
        Row of the table of measures.
    when : str or int
        A day, a month or a year.
    facts : FactBase, optional
        Which measure suspends which; of the snapshot in use when not given.

    Raises
    ------
    UserError
        `when` is none of these.
    """
    first, last = period(str(when))
    known = min(last, _last(AS_OF))
    if first > known:
        return Standing("unseen", stood=False, checked=AS_OF)
    made, start = _first(row["date"]), _first(row["starts"] or row["date"])
    if made > known:
        return Standing("not_yet", stood=False)
    if start > known:
        return Standing("adopted", stood=False, until=row["starts"])
    end = _last(row["ends"]) if row["ends"] else None
    several = suspensions(row["measure"], facts=facts)
    stood = row["status"] in STANDS and _stood(max(first, start), min(known, end or known), several)
    if end is not None and end < known:
        state = "ended" if _seen(row, end) else "unseen"
        return Standing(state, stood=stood, until=row["ends"])
    begun = [one for one in several if one.first <= known]
    newest = begun[-1] if begun and not (begun[-1].last < known and begun[-1].seen) else None
    whole = newest is not None and not any(newest.part.values())
    state = row["status"] if newest is None or not whole else "suspended" if newest.last >= known else "unseen"
    late = row["checked"] if row["checked"] and _last(row["checked"]) < known else ""
    return Standing(state, stood=stood, until=row["ends"], suspension=newest, checked=late)


def suspensions(measure: str, *, facts: FactBase | None = None) -> tuple[Suspension, ...]:
    """Return the spans in which a measure, or a part of it, is suspended, oldest first."""
    return _suspended(facts).get(measure, ())


@of_facts
def _suspended(facts: FactBase) -> dict[str, tuple[Suspension, ...]]:
    by_measure: dict[str, list[Suspension]] = {}
    for row in facts.table("measures"):
        for key in names.split(row["suspends"]):
            last = _last(row["ends"])
            by_measure.setdefault(key, []).append(Suspension(
                _first(row["starts"] or row["date"]), last, row["ends"], _seen(row, last),
                {"en": row["part_en"], "ja": row["part_ja"]},
            ))  # fmt: skip
    return {key: tuple(sorted(several, key=lambda suspension: suspension.first)) for key, several in by_measure.items()}


def _stood(day: date, last: date, several: tuple[Suspension, ...]) -> bool:
    """Tell whether some day of a span lies outside of every whole suspension; after an unseen end, none does."""
    for one in several:
        if any(one.part.values()):
            continue
        if day < one.first:
            return day <= last
        if not one.seen and one.last < last:
            return False
        day = max(day, one.last + timedelta(days=1))
    return day <= last


def _seen(row: Mapping[str, str], end: date) -> bool:
    """Tell whether a source tells of the time after an end."""
    return not row["checked"] or _last(row["checked"]) > end


def _first(printed: str) -> date:
    return period(printed)[0]


def _last(printed: str) -> date:
    return period(printed)[1]
