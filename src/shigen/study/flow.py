"""The whole way, in the order of the mission: figures → chain → indicators → scores and stage risk → years."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shigen.figures.factbase import FactBase, embedded
from shigen.model.chain import load
from shigen.model.criticality import Assessment, assess
from shigen.model.suppliers import suppliers
from shigen.study.file import Study


@dataclass(frozen=True)
class Result:
    """All that one study computes; skins only show it."""

    study: Study
    """With the year that was resolved."""
    now: Assessment
    history: Assessment
    suppliers: list[dict[str, Any]]
    facts: FactBase


def _silent(step: str) -> None:
    pass


def run(study: Study, *, facts: FactBase | None = None, tell: Callable[[str], None] = _silent) -> Result:
    """Run a study; `tell` hears each step by its key."""
    facts = facts or embedded()
    choices: dict[str, Any] = {
        "weights": study.weights,
        "anchors": study.anchors,
        "high": study.high,
        "indicators": study.indicators,
    }
    where: dict[str, Any] = {"commodities": study.commodities, "edition": study.edition, "basis": study.basis,
                             "facts": facts}  # fmt: skip
    tell("facts")
    chain = load(study.importer, year=study.year, **where)
    tell("assess")
    now = assess(chain, **choices)
    year = int(chain["year"])
    tell("history")
    years = range(min(study.first_year, year), year + 1)
    history = assess(load(study.importer, years=years, **where), **choices)
    return Result(study.model_copy(update={"year": year}), now, history, suppliers(chain), facts)
