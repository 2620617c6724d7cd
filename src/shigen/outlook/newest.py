"""The study's rule on the newest list of each jurisdiction, and what that changes against its lists of FY2020."""

from dataclasses import dataclass
from typing import Any, Final

from shigen.base.i18n import Lang, joined, text
from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts
from shigen.outlook.screening import NEWEST, Screening, screen

CHANGES: Final = ("targets_in", "targets_out", "common_in", "common_out")
"""What may differ; each holds keys of elements."""


@dataclass(frozen=True)
class Renewal:
    """The rule on the study's lists and on the newest ones: reasons and exceptions are the study's on both."""

    study: Screening
    newest: Screening

    @property
    def targets_in(self) -> tuple[str, ...]:
        """Targets by the newest lists alone."""
        return _without(self.newest.targets, self.study.targets)

    @property
    def targets_out(self) -> tuple[str, ...]:
        """Targets by the study's lists alone."""
        return _without(self.study.targets, self.newest.targets)

    @property
    def common_in(self) -> tuple[str, ...]:
        """Named by all of the newest lists, but not by all of the study's."""
        return _without(self.newest.common, self.study.common)

    @property
    def common_out(self) -> tuple[str, ...]:
        """Named by all of the study's lists, but not by all of the newest."""
        return _without(self.study.common, self.newest.common)

    def sentence(self, lang: Lang) -> str:
        """Return what the newest lists change, in words."""

        def named(element: str) -> str:
            return self.newest.plain_label(element, lang)

        def missing(element: str) -> str:
            lists = [name for name, members in self.newest.lists.items() if element not in members]
            if not lists:
                return named(element)
            return text("renewal.not_on", lang, element=named(element), lists=joined(lists, lang))

        nothing = text("renewal.nothing", lang)
        added = joined(list(map(named, self.targets_in)), lang) or nothing
        out = joined(list(map(missing, self.targets_out)), lang) or nothing
        return text(
            "renewal.sentence", lang, lists=joined(list(self.newest.lists), lang), common=len(self.newest.common),
            targets=len(self.newest.targets), common_before=len(self.study.common),
            targets_before=len(self.study.targets), added=added, out=out,
        )  # fmt: skip

    def to_dict(self, lang: Lang) -> dict[str, Any]:
        """Return the JSON: the newest lists, their targets, what changed, and the sentence."""

        def keys(elements: tuple[str, ...]) -> list[str]:
            return [self.newest.key_of(element) for element in elements]

        return {
            "lists": list(self.newest.lists), "common": keys(self.newest.common), "targets": keys(self.newest.targets),
            **{change: keys(getattr(self, change)) for change in CHANGES}, "sentence": self.sentence(lang),
        }  # fmt: skip


def told(screening: Screening, lang: Lang) -> dict[str, Any]:
    """Return the JSON of a screening, with what the newest lists change beside it."""
    return {**screening.to_dict(lang), "renewal": renewal(screening.facts).to_dict(lang)}


def _without(members: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(element for element in members if element not in others)


@of_facts
def renewal(facts: FactBase) -> Renewal:
    """The study's rule on its own lists and on the newest of each jurisdiction."""
    return Renewal(screen(facts=facts), screen([NEWEST], facts=facts))
