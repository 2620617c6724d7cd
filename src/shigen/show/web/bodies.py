"""What the API is sent, and the form of a mistake, as its description has it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from shigen.base import names
from shigen.model.scoring import HEAVIEST
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
    weights: dict[str, Any] = Field(
        default_factory=dict, description="Of axes, as in a study file; those that are not named stay as declared",
        json_schema_extra={"additionalProperties": {"type": "number", "minimum": 0, "maximum": HEAVIEST}},
        examples=[{"price_volatility": 0}],
    )  # fmt: skip
    levers: list[LeverSpec] = Field(default_factory=list, max_length=MOST)
    effects: bool = Field(False, description="Also what each policy changes, alone and together")
    chart: bool = Field(False, description="Also the rows of the chart `profile`, before and after")

    def asked(self) -> Asked:
        """Return the question: METI's 13 with the minerals of the policies."""
        keys = [names.commodity(word) for word in [*self.commodities, *(one.commodity for one in self.levers)]]
        question = question_of(self.importer, self.year, self.edition, self.basis).of_all(keys)
        return question.weighted(self.weights) if self.weights else question
