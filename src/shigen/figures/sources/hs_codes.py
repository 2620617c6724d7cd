"""Codes of later HS revisions, read as the codes that the map of supply names.

The map names one code a good; a country that reports in a later revision of the HS uses the codes that the good was
split into. `hs_concordance` holds those that add up to a code of the map, and no others: a code that holds more than
the code of the map stays as it is, and no step reads it.
"""

from collections.abc import Iterable

from shigen.figures.factbase import FactBase
from shigen.figures.rows import of_facts


@of_facts
def concordance(facts: FactBase) -> dict[str, str]:
    """Return the code of the map for every code of a later revision that is a part of it."""
    return {row["hs6"]: row["map_hs6"] for row in facts.table("hs_concordance")}


@of_facts
def spans(facts: FactBase) -> tuple[tuple[str, tuple[str, str]], ...]:
    """Return every code that the tables name, with the first and the last revision (`92`, `22`) that has it."""
    rows = [*facts.table("hs_map"), *facts.table("hs_concordance")]
    ends = [(row["hs6"], row["hs_revision"].replace("HS", "").split("-")) for row in rows]
    return tuple((hs6, (span[0], span[-1])) for hs6, span in ends)


@of_facts
def wanted(facts: FactBase) -> frozenset[str]:
    """Return the codes that are taken from a publisher's file."""
    return frozenset(hs6 for hs6, _ in spans(facts))


def read_as(codes: Iterable[str], facts: FactBase | None = None) -> dict[str, str]:
    """Return those of some published codes that stand in the fact table under another one, with that one."""
    merged = concordance(facts)
    return {hs6: merged[hs6] for hs6 in sorted(set(codes)) if hs6 in merged}


def in_words(targets: dict[str, str]) -> str:
    """Return what `read_as` gives as it stands in the title of an edition; empty where there is nothing."""
    by_target: dict[str, list[str]] = {}
    for hs6, target in targets.items():
        by_target.setdefault(target, []).append(hs6)
    return "; ".join(f"{' + '.join(codes)} as {target}" for target, codes in sorted(by_target.items()))
