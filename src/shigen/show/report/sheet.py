"""The study's final product: minerals × policies, each cell with its answer, condition, size, effect, cost and year.

Everything stands in `packages` and `levers` of the run; here it is only put side by side and into words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shigen.base import names, numbers
from shigen.base.declare import STAGES
from shigen.base.i18n import Lang, text
from shigen.model.defaults import levers_of
from shigen.model.levers import size_in_words
from shigen.model.packages import POLICIES, Cell
from shigen.model.records import listed

if TYPE_CHECKING:
    from shigen.study.run import Run


@dataclass(frozen=True)
class Answer:
    """One cell of the sheet."""

    commodity: str
    policy: str
    answer: str
    """One of `packages.ANSWERS`; empty for a mineral of no type."""
    says: str
    """The study's words for the type."""
    word: str
    """注力, 実施, 条件付き, ×."""
    condition: str
    """The condition as it stands here; empty where the study sets none."""
    size: str
    """What is put in place, and where; empty where nothing is."""
    effect: str
    """What it changes."""
    when: str
    """At what cost, and in which year it takes effect; a dash where there is no sourced figure."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below the answer."""
        return tuple(one for one in (self.condition, self.size, self.effect, self.when) if one)


def sheet(run: "Run", lang: Lang, order: Sequence[str]) -> list[list[Answer]]:
    """Return a row a mineral, in the order given, with a cell a policy of POLICIES."""
    return [[_answer(run, key, policy, lang) for policy in POLICIES] for key in order]


def _answer(run: "Run", commodity: str, policy: str, lang: Lang) -> Answer:
    cell = next((one for one in run.packages[commodity] if one.policy == policy), None)
    if cell is None:
        return Answer(commodity, policy, "", "", "–", "", "", "", "")
    keys = [kind.key for kind in levers_of(policy)]
    rows = [row for row in run.effects if row["commodity"] == commodity and row["effect"] == "gross"
            and row["lever"] in keys]  # fmt: skip
    done = rows and cell.answer != "no"
    word = text(f"sheet_answer.{cell.answer}", lang)
    return Answer(
        commodity, policy, cell.answer, cell.says[lang], word, condition(cell, lang),
        _join([_size(row, lang) for row in rows], lang) if done else "",
        _effects(rows, lang) if done else "",
        _join([_cost(rows, lang), _year(rows, lang)], lang) if done else "",
    )  # fmt: skip


def condition(cell: Cell, lang: Lang) -> str:
    """Return why a policy is refused, or which of its conditions decides; the last one said is the one that does."""
    if cell.holds is False and not cell.conditions[lang]:
        return text("sheet.by_type", lang, says=cell.says[lang])
    return cell.conditions[lang][-1] if cell.conditions[lang] else ""


def _size(row: Mapping[str, Any], lang: Lang) -> str:
    where = names.label(row["host"], lang) if row["host"] else ""
    size = size_in_words(row["lever"], row["size"], lang)
    if not where:
        return size
    return text("sheet.size", lang, lever=text(f"lever.{row['lever']}", lang), where=where, size=size)


def _effects(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    """Return the effects of the levers of a policy; that one moves nothing is said only where none does."""
    found = list(dict.fromkeys(effect(row, lang) for row in rows))
    nothing = text("sheet.unmoved", lang)
    return _join([one for one in found if one != nothing] or [nothing], lang)


def effect(row: Mapping[str, Any], lang: Lang) -> str:
    """Return what a policy changes by itself: the risks that move, else that none does, and what it displaces."""
    moved = []
    for stage in STAGES:
        before, after = row[f"{stage}_before"], row[f"{stage}_after"]
        if before is not None and after is not None and f"{before:.3f}" != f"{after:.3f}":
            moved.append(text("sheet.moved", lang, stage=text(f"stage.{stage}", lang), before=f"{before:.3f}",
                              after=f"{after:.3f}"))  # fmt: skip
    if not moved:
        moved.append(text("sheet.unmoved", lang))
    if row["displaced_t"]:
        moved.append(text("sheet.displaced", lang, tonnes=numbers.amount(row["displaced_t"])))
    if row["exposure_before_musd"] is not None and row["exposure_after_musd"] != row["exposure_before_musd"]:
        moved.append(text("sheet.exposure", lang, before=numbers.amount(row["exposure_before_musd"]),
                          after=numbers.amount(row["exposure_after_musd"])))  # fmt: skip
    if row["raised"]:
        moved.append(text("sheet.raised", lang, axes=listed(row["raised"], lang)))
    return _join(moved, lang)


def _cost(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    known = [row["cost_musd"] for row in rows if row["cost_musd"] is not None]
    if len(known) < len(rows):
        return text("sheet.cost_unknown", lang)
    return text("sheet.cost", lang, cost=numbers.money(sum(known), lang))


def _year(rows: Sequence[Mapping[str, Any]], lang: Lang) -> str:
    known = [row["year_of_effect"] for row in rows if row["year_of_effect"] is not None]
    return text("sheet.year", lang, year=max(known)) if known else text("sheet.year_unknown", lang)


def _join(parts: Sequence[str], lang: Lang) -> str:
    return ("、" if lang == "ja" else "; ").join(parts)
