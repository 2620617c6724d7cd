"""Which minerals: critical lists compared, and the rule that picks the targets.

The study's rule: what all chosen lists name, and what new technology drives, without what has no demand statistics, and
with stated exceptions. On its three lists and EU 2020 it gives the 14 common and the 13 target minerals; lists, years
and exceptions may be chosen otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from shigen.base import given, names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, Lang, joined, text
from shigen.figures.elements import elements, find_element
from shigen.figures.factbase import FactBase, Row
from shigen.figures.rows import of_facts
from shigen.figures.store import current

COLUMNS: Final = ("element", "name", "commodity", "lists", "common", "new_technology", "excluded", "added", "target")

NEWEST: Final = "newest"
"""The word that stands for the newest list of each jurisdiction."""


@dataclass(frozen=True)
class Screening:
    """The outcome of one screening; members are keys of the table `elements`."""

    lists: dict[str, tuple[str, ...]]
    """Members of each list, in its order."""
    common: tuple[str, ...]
    """Named by all lists."""
    new_technology: dict[str, dict[Lang, str]]
    """Driven by new technology, with the reason."""
    excluded: dict[str, dict[Lang, str]]
    """Would be in, but lack demand statistics."""
    added: dict[str, dict[Lang, str]]
    """In by exception."""
    targets: tuple[str, ...]
    facts: FactBase = field(repr=False, compare=False)
    """Whose tables were asked."""

    def label(self, element: str, lang: Lang) -> str:
        """Return the name of an element, group or material."""
        return label(element, lang, facts=self.facts)

    def commodity(self, element: str) -> str:
        """Return the key of the commodity that an element is; empty where the package has none."""
        return elements(self.facts)[element]["commodity"]

    def key_of(self, element: str) -> str:
        """Return the commodity key that stands for an element; its own key in small letters where there is none."""
        return self.commodity(element) or element.lower()

    @property
    def commodities(self) -> tuple[str, ...]:
        """The targets as commodities of the package; those that it has no figures of are in `unassessed`."""
        return tuple(dict.fromkeys(key for element in self.targets if (key := self.commodity(element))))

    @property
    def unassessed(self) -> tuple[str, ...]:
        """Targets that the package has no commodity for."""
        return tuple(element for element in self.targets if not self.commodity(element))

    def gap(self, lang: Lang) -> str:
        """Return which targets cannot be assessed, in words; empty where all can."""
        named = joined([self.plain_label(element, lang) for element in self.unassessed], lang)
        return text("renewal.unassessed", lang, elements=named) if named else ""

    def plain_label(self, element: str, lang: Lang) -> str:
        """Return the name of an element for a list in a sentence, where a name with a comma would read as two."""
        return self.label(element, lang).replace("、", "・").replace(", ", "/")

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """Return the JSON of `screen`; minerals by commodity key where the package has one."""
        key_of = self.key_of
        reasons: Any = {
            name: [{"commodity": key_of(e), "reason": reason[lang]} for e, reason in getattr(self, name).items()]
            for name in ("excluded", "added")
        }
        return {
            "lists": {name: [key_of(e) for e in members] for name, members in self.lists.items()},
            "common": [key_of(e) for e in self.common],
            "new_technology": [key_of(e) for e in self.new_technology],
            **reasons,
            "targets": [key_of(e) for e in self.targets],
        }

    def rows(self, lang: Lang) -> list[dict[str, Any]]:
        """Return one row an element with COLUMNS: those of most lists first."""
        named = (e for members in self.lists.values() for e in members)
        every = dict.fromkeys([*named, *self.targets, *self.excluded])
        rows = [
            {"element": e, "name": self.label(e, lang), "commodity": self.commodity(e) or None,
             "lists": [name for name, members in self.lists.items() if e in members], "common": e in self.common,
             "new_technology": e in self.new_technology, "excluded": e in self.excluded, "added": e in self.added,
             "target": e in self.targets}
            for e in every
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row["target"], -len(row["lists"]), row["element"]))


def label(element: str, lang: Lang, *, facts: FactBase | None = None) -> str:
    """Return the name of an element, group or material."""
    return elements(facts)[element][f"name_{lang}"]


@of_facts
def study_lists(facts: FactBase) -> tuple[str, ...]:
    """The three lists that the study compares, and EU 2020, which it sets beside them."""
    return tuple(row["list"] for row in facts.table("list_titles") if row["study"])


@of_facts
def newest_lists(facts: FactBase) -> tuple[str, ...]:
    """The newest list of each jurisdiction, in the order of the table of titles."""
    newest: dict[str, Row] = {}
    for row in facts.table("list_titles"):
        before = newest.get(row["jurisdiction"])
        if before is None or int(row["year"]) >= int(before["year"]):
            newest[row["jurisdiction"]] = row
    return tuple(row["list"] for row in newest.values())


def screen(
    lists: str | Sequence[str] | None = None, *, new_technology: Mapping[str, str] | None = None,
    without_statistics: Mapping[str, str] | None = None, exceptions: Mapping[str, str] | None = None,
    facts: FactBase | None = None,
) -> Screening:  # fmt: skip
    """Pick the target minerals.

    Parameters
    ----------
    lists : str or sequence of str, optional
        Lists to compare, as "JP 2012"; "newest" is the newest list of each jurisdiction. The study's three and EU 2020
        when not given.
    new_technology, without_statistics, exceptions : mapping, optional
        Minerals by any name with the reason, in place of the study's.
    facts : FactBase, optional
        Whose tables are asked; those of the snapshot in use when not given.

    Returns
    -------
    Screening
        `targets` = (common ∪ new technology) − without statistics ∪ exceptions: the common ones in the order of the
        first list, then those of new technology, exceptions last.

    Raises
    ------
    UserError
        A list or mineral that is not known, or no list.
    """
    facts = facts or current()
    titles = {row["list"]: row for row in facts.table("list_titles")}
    asked = given.words(lists, "lists") if lists is not None else study_lists(facts)
    chosen = list(dict.fromkeys(name for word in asked for name in (newest_lists(facts) if word == NEWEST else [word])))
    for word in chosen:
        if word not in titles:
            raise UserError("unknown_list", suggestions=suggest(word, titles), word=word, known=", ".join(titles))
    if not chosen:
        raise UserError("unknown_list", word="-", known=", ".join(titles))
    members = {name: tuple(dict.fromkeys(r["element"] for r in facts.table("critical_lists") if r["list"] == name))
               for name in chosen}  # fmt: skip
    common = tuple(e for e in members[chosen[0]] if all(e in named for named in members.values()))
    driven = _reasons("new_technology", new_technology, facts)
    lacking = _reasons("no_statistics", without_statistics, facts)
    extra = _reasons("exception", exceptions, facts)
    candidates = list(dict.fromkeys([*common, *driven]))
    excluded = {e: lacking[e] for e in candidates if e in lacking and e not in extra}
    added = {e: reason for e, reason in extra.items() if e not in candidates or e in lacking}
    targets = tuple(dict.fromkeys([*(e for e in candidates if e not in excluded), *added]))
    return Screening(members, common, driven, excluded, added, targets, facts)


def printed_count(name: str, *, facts: FactBase | None = None) -> int:
    """Return how many minerals a list names as its publisher counts: light and heavy rare earths are two for the EU,
    and the United States count element by element since 2022.
    """
    return sum(row["list"] == name for row in (facts or current()).table("critical_lists"))


def _reasons(kind: str, given: Mapping[str, str] | None, facts: FactBase) -> dict[str, dict[Lang, str]]:
    """Return reasons by element: the user's, which stand in both languages, else the study's."""
    if given is not None:
        own = names.by_key(given, partial(find_element, facts=facts))
        return {element: dict.fromkeys(LANGS, reason) for element, reason in own.items()}
    return {
        row["element"]: {lang: row[f"reason_{lang}"] for lang in LANGS}
        for row in facts.table("screening") if row["kind"] == kind
    }  # fmt: skip


def predecessor(name: str, *, facts: FactBase | None = None) -> str | None:
    """Return the list before of the same jurisdiction; None for its first.

    Raises
    ------
    UserError
        There is no such list.
    """
    titles = {row["list"]: row for row in (facts or current()).table("list_titles")}
    if name not in titles:
        raise UserError("unknown_list", suggestions=suggest(name, titles), word=name, known=", ".join(titles))
    own = titles[name]
    earlier = [key for key, row in titles.items()
               if row["jurisdiction"] == own["jurisdiction"] and row["year"] < own["year"]]  # fmt: skip
    return max(earlier, key=lambda key: titles[key]["year"]) if earlier else None


def changes(name: str, lang: Lang, *, facts: FactBase | None = None) -> list[dict[str, str]]:
    """Return what a list took in and left out against the one before of its jurisdiction: `element, change, reason`.

    Reasons stand where the study gives them; empty elsewhere.

    Raises
    ------
    UserError
        There is no such list.
    """
    facts = facts or current()
    before = predecessor(name, facts=facts)
    if before is None:
        return []
    was, now = ({r["element"] for r in facts.table("critical_lists") if r["list"] == key} for key in (before, name))
    reasons = {(r["kind"], r["element"]): r[f"reason_{lang}"] for r in facts.table("screening")}
    return [
        {"element": element, "change": change, "reason": reasons.get((f"{change}:{name}", element), "")}
        for change, set_ in (("in", now - was), ("out", was - now)) for element in sorted(set_)
    ]  # fmt: skip
