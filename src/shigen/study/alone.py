"""The assessment with each policy in place alone: what the study draws for policies ① to ④."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from shigen.base.declare import Lever
from shigen.model.criticality import Assessment
from shigen.model.levers import lever_kinds
from shigen.model.packages import POLICIES

NUMBERED: Final = tuple(one for one in POLICIES if one != "stockpile")
"""The policies that the study numbers ① to ④: a stockpile moves no axis."""


@dataclass(frozen=True)
class Alone:
    """A policy in place alone."""

    policy: str
    """Its key; empty where an assessment was given by itself."""
    assessment: Assessment
    commodities: frozenset[str]
    """The minerals that it is in place for."""


def each_alone(levers: Sequence[Lever], under: Callable[[Sequence[Lever]], Assessment]) -> list[Alone]:
    """Return the assessment with the levers of each numbered policy alone, as `under` assesses levers."""
    kinds = lever_kinds()
    found = []
    for policy in NUMBERED:
        own = [one for one in levers if kinds[one.key].policy == policy]
        found.append(Alone(policy, under(own), frozenset(one.commodity for one in own)))
    return found
