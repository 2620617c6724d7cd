"""What the API is sent and what it answers, as its description has it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from shigen.base import names
from shigen.show.web.asked import MOST, Asked, question_of
from shigen.study.choices import LeverSpec


class ProblemDetails(BaseModel):
    """A mistake, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, Any]]


class Record(BaseModel):
    """One indicator of one commodity."""

    commodity: str
    importer: str
    year: int
    scenario: str | None
    indicator: str
    stage: str
    raw: float | None
    raw_low: float | None
    raw_high: float | None
    unit: str
    score: float | None
    status: str
    reason: str | None
    coverage: float | None
    seen: float | None
    sources: list[str]


class StageRow(BaseModel):
    """The risk of one stage of one commodity."""

    commodity: str
    importer: str
    year: int
    scenario: str | None
    stage: str
    risk: float | None
    risk_low: float | None
    risk_high: float | None
    central: float | None
    used: list[str]
    left_out: list[str]
    rank_low: int | None
    rank_high: int | None


class Profile(BaseModel):
    """Indicators and stage risks."""

    records: list[Record]
    stages: list[StageRow]


class Assessed(Profile):
    """Indicators and stage risks, and what they rest on."""

    meta: dict[str, Any]


class Changed(BaseModel):
    """What policies change."""

    meta: dict[str, Any]
    before: Profile
    after: Profile
    warnings: list[str] = Field(default_factory=list, description="Sizes of policies beyond what the world has")
    effects: list[dict[str, Any]] | None = None
    chart: list[dict[str, Any]] | None = None


class WhatIfSpec(BaseModel):
    """Policies, and the figures on which they act."""

    model_config = ConfigDict(extra="forbid")

    importer: str = "JPN"
    year: StrictInt | None = Field(None, examples=[2024])
    edition: list[str] = Field(default_factory=list, max_length=MOST)
    basis: Literal["sourcing", "imports_only"] = "sourcing"
    commodities: list[str] = Field(
        default_factory=list, max_length=MOST, description=("Minerals to answer for; those of the policies when empty")
    )
    levers: list[LeverSpec] = Field(default_factory=list, max_length=MOST)
    effects: bool = Field(False, description="Also what each policy changes, alone and together")
    chart: bool = Field(False, description="Also the rows of the chart `profile`, before and after")

    def asked(self) -> Asked:
        """Return the question: METI's 13 with the minerals of the policies."""
        keys = [names.commodity(word) for word in [*self.commodities, *(one.commodity for one in self.levers)]]
        return question_of(self.importer, self.year, self.edition, self.basis).of_all(keys)
