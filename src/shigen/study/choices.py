"""A study and every choice in it that may be made otherwise; each field has a default, which is METI's study."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import tomli_w
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError, raise_first
from shigen.base.i18n import default_lang
from shigen.figures import store
from shigen.figures.factbase import FactBase
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.model.chain import meti13
from shigen.model.indicators import axes, find_indicator, indicators
from shigen.model.levers import lever, lever_kinds
from shigen.model.packages import days_of_cover
from shigen.model.scoring import ASKS, BY_CLAUSE, BY_INDICATOR, Scoring, checked, checked_line, declared
from shigen.model.spread import DRAWS, PARAMETERS, SEED, Uncertainty
from shigen.model.spread import problems as problems_of_draws
from shigen.outlook.demand import Choices
from shigen.outlook.inputs import find_scenario, input_problems
from shigen.outlook.screening import Screening, screen, study_lists
from shigen.study.earlier import Earlier, read_earlier
from shigen.study.stops.spec import StopSpec


class LeverSpec(BaseModel):
    """One policy with its size: the one of t_per_year, tonnes, share and days that its kind takes."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    key: str = Field(description="Kind of policy", examples=["smelter_investment"])
    commodity: str = Field(examples=["gallium"])
    host: str | None = Field(None, examples=["JPN"])
    t_per_year: StrictFloat | None = Field(None, examples=[20])
    tonnes: StrictFloat | None = None
    share: StrictFloat | None = None
    days: StrictFloat | None = None
    offtake: StrictFloat = 1.0
    cost_musd: StrictFloat | None = None
    note: str = ""

    def lever(self) -> Lever:
        """Return the policy, checked."""
        return lever(**self.model_dump())

    @classmethod
    def of(cls, policy: Lever) -> "LeverSpec":
        """Return a policy as a study file spells it."""
        keys = {"key": policy.key, "commodity": policy.commodity, "host": policy.host, "offtake": policy.offtake,
                "cost_musd": policy.cost_musd, lever_kinds()[policy.key].size_name: policy.size}  # fmt: skip
        return cls.model_validate(keys)


class Typology(BaseModel):
    """The `[typology]` of a study file: what is asked, margins, the by-product line, what the user knows of demand."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    asks: dict[str, str] = Field(default_factory=lambda: declared("asks"))
    """By clause, the indicator of which it asks whether it is high."""
    margins: dict[str, float] = Field(default_factory=lambda before: declared("margins", before["asks"]))
    companion_line: float = Scoring.companion_line
    surge: dict[str, StrictBool] = Field(default_factory=dict)
    """Whether demand rises discontinuously, in place of the demand result."""

    @field_validator(*BY_CLAUSE, mode="before")
    @classmethod
    def _by_clause(cls, value: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        return checked(str(info.field_name), value, f"typology.{info.field_name}", info.data.get("asks", ASKS))

    @field_validator("companion_line", mode="before")
    @classmethod
    def _line(cls, value: object) -> float:
        return checked_line(value, "typology.companion_line")

    @field_validator("surge")
    @classmethod
    def _surge(cls, value: dict[str, bool]) -> dict[str, bool]:
        return names.by_commodity(value)


class DemandSpec(BaseModel):
    """The `[demand]` of a study file: scenario and rules of the projection, and the user's own assumptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    scenario: str = Choices.scenario
    span: StrictInt = Choices.span
    damping: StrictInt = Choices.damping
    irregular_from: StrictFloat = Choices.irregular_from
    irregular: dict[str, list[StrictInt]] = Field(default_factory=dict)
    horizon: StrictInt = Choices.horizon
    line: StrictFloat = Choices.line
    home_ratio: dict[str, StrictFloat] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)
    """Assumptions by address: one number, or low, central and high."""

    @field_validator("scenario")
    @classmethod
    def _scenario(cls, value: str) -> str:
        return find_scenario(value)

    @model_validator(mode="after")
    def _in_range(self) -> "DemandSpec":
        self.choices()
        return self

    @field_validator("irregular", "home_ratio")
    @classmethod
    def _by_commodity(cls, value: dict[str, Any]) -> dict[str, Any]:
        return names.by_commodity(value)

    @field_validator("values")
    @classmethod
    def _addresses(cls, value: dict[str, Any]) -> dict[str, Any]:
        raise_first(error for _, error in input_problems(value))
        return value

    def choices(self) -> Choices:
        """Return the choices of the projection."""
        return Choices(**self.model_dump())


class UncertaintySpec(BaseModel):
    """The `[uncertainty]` of a study file: how many draws, from which seed, and how wide."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    draws: StrictInt = DRAWS
    seed: StrictInt = SEED
    unseen: StrictBool = True
    """Whether what the figures do not see is drawn too."""
    truth: StrictBool = True
    """Whether production is drawn as far as the truth may lie, not only as the next edition may say."""
    spread: dict[str, float] = Field(default_factory=lambda: {key: one.value for key, one in PARAMETERS.items()})
    """Parameters of the laws in place of the declared ones."""

    @model_validator(mode="before")
    @classmethod
    def _checked(cls, given: object) -> object:
        if isinstance(given, dict):
            raise_first(error for _, error in problems_of_draws(given, "uncertainty"))
            given = {**given, "spread": dict(Uncertainty(spread=given.get("spread", {})).spread)}
        return given

    def choices(self) -> Uncertainty:
        """Return the choices of the draws."""
        return Uncertainty(**self.model_dump())


SCREENED: Final = "screening"
"""The word that stands for the targets of the screening among a study's minerals."""


class ScreeningSpec(BaseModel):
    """The `[screening]` of a study file: lists to compare, and reasons by mineral in place of the study's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lists: list[str] = Field(default_factory=lambda: list(study_lists()))
    new_technology: dict[str, str] | None = None
    without_statistics: dict[str, str] | None = None
    exceptions: dict[str, str] | None = None

    def screen(self, *, facts: FactBase | None = None) -> Screening:
        """Return the outcome of the screening, by the tables of some facts; of the snapshot in use when not given."""
        return screen(self.lists, new_technology=self.new_technology, without_statistics=self.without_statistics,
                      exceptions=self.exceptions, facts=facts)  # fmt: skip


class Study(BaseModel):
    """A study: importer, year, minerals, and the choices of method. Every field has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    importer: str = "JPN"
    year: StrictInt | None = None
    first_year: Annotated[StrictInt, Field(ge=1990, le=2100)] = 2018
    """Where the lines over the years begin."""
    snapshot: str = ""
    """Of the figures; the one in use when empty."""
    overlay: list[str] = Field(default_factory=list)
    """The user's own figures: workbooks or folders, relative to the study file."""
    edition: list[str] = Field(default_factory=list)
    screening: ScreeningSpec = Field(default_factory=ScreeningSpec)
    commodities: list[str] = Field(default_factory=lambda: list(meti13()))
    """Any names; "screening" stands for the targets of `screening`, written out where the study is kept."""
    basis: Literal["sourcing", "imports_only"] = "sourcing"
    indicators: list[str] = Field(default_factory=lambda: list(axes()))
    anchors: dict[str, tuple[float, float]] = Field(default_factory=lambda: declared("anchors"))
    high: dict[str, float] = Field(default_factory=lambda: declared("high"))
    weights: dict[str, float] = Field(default_factory=lambda: declared("weights"))
    typology: Typology = Field(default_factory=Typology)
    demand: DemandSpec = Field(default_factory=DemandSpec)
    uncertainty: UncertaintySpec = Field(default_factory=UncertaintySpec)
    stock_days: dict[str, StrictFloat] = Field(default_factory=dict)
    """Days of cover that the user knows, by commodity."""
    levers: list[LeverSpec] = Field(default_factory=list)
    """Policies to run; a commodity without one gets its package at default size."""
    disruption: list[StopSpec] | None = None
    """Stops of supply to play; not given: each mineral by the newest measure in force against the importer, else
    without its largest supplier. An empty list: none."""
    against: str = ""
    """Folder of an earlier study, relative to the study file: what changed is told since then, not since last year."""

    @field_validator("edition", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("snapshot")
    @classmethod
    def _snapshot(cls, value: str) -> str:
        return store.find(value).name if value else ""

    @field_validator("edition")
    @classmethod
    def _editions(cls, value: list[str], info: ValidationInfo) -> list[str]:
        facts = _facts_of(info.data.get("snapshot", ""))
        return [facts.find_edition(word) for word in value]

    @field_validator("importer")
    @classmethod
    def _importer(cls, value: str) -> str:
        return names.importer(value)

    @field_validator("screening")
    @classmethod
    def _screened(cls, value: ScreeningSpec, info: ValidationInfo) -> ScreeningSpec:
        value.screen(facts=_facts_over(info.data.get("snapshot", ""), info.data.get("overlay", ())))
        return value

    @field_validator("against")
    @classmethod
    def _against(cls, value: str, info: ValidationInfo) -> str:
        if value and (found := read_earlier(Path(value))).importer != info.data.get("importer", found.importer):
            raise UserError("against_importer", place=value, importer=names.label(found.importer, default_lang()),
                            own=names.label(info.data["importer"], default_lang()))  # fmt: skip
        return value

    @field_validator("commodities", mode="before")
    @classmethod
    def _targets(cls, value: object, info: ValidationInfo) -> object:
        if value != SCREENED or "screening" not in info.data:
            return value
        facts = _facts_over(info.data.get("snapshot", ""), info.data.get("overlay", ()))
        return list(info.data["screening"].screen(facts=facts).commodities)

    @field_validator("commodities")
    @classmethod
    def _commodities(cls, value: list[str]) -> list[str]:
        return list(names.each_commodity(value))

    @field_validator("indicators")
    @classmethod
    def _indicators(cls, value: list[str]) -> list[str]:
        keys = [find_indicator(word).key for word in value]
        if not set(keys) & set(axes()) or len(set(keys)) < len(keys):
            raise UserError("no_axis", word=", ".join(value) or "-", known=", ".join(indicators()))
        return keys

    @field_validator(*BY_INDICATOR, mode="before")
    @classmethod
    def _by_indicator(cls, value: Mapping[str, Any], info: ValidationInfo) -> dict[str, Any]:
        return checked(str(info.field_name), value)

    @field_validator("stock_days")
    @classmethod
    def _stock_days(cls, value: dict[str, float]) -> dict[str, float]:
        return days_of_cover(value)

    def scoring(self) -> Scoring:
        """Return all its choices of scoring."""
        rule = self.typology
        return Scoring(weights=self.weights, anchors=self.anchors, high=self.high, asks=rule.asks,
                       margins=rule.margins, companion_line=rule.companion_line)  # fmt: skip

    def facts(self) -> FactBase:
        """Return the figures of the study: its snapshot, with the user's own over it.

        Raises
        ------
        UserError
            What is wrong with the user's files.
        """
        return _facts_over(self.snapshot, self.overlay)

    def earlier(self, year: int) -> Earlier | None:
        """Return the earlier study that this one, of a year, is compared with; None where none is named.

        Raises
        ------
        UserError
            It is none of a study, or of a later year.
        """
        if not self.against:
            return None
        found = read_earlier(Path(self.against))
        if found.year > year:
            raise UserError("against_later", place=self.against, year=found.year, own_year=year)
        return found

    def own_projects(self) -> Sequence[Mapping[str, Any]]:
        """Return the user's own projects, from the sheets `projects` of the overlay."""
        return read_overlay([Path(file) for file in self.overlay]).projects if self.overlay else ()

    def to_toml(self) -> str:
        """Return the study with every choice spelled out."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def _facts_of(snapshot: str) -> FactBase:
    return store.facts_of(store.find(snapshot) if snapshot else store.in_use())


def _facts_over(snapshot: str, overlay: Sequence[str]) -> FactBase:
    """Return the figures of a snapshot with a user's own over them."""
    facts = _facts_of(snapshot)
    return lay(facts, read_overlay([Path(file) for file in overlay])) if overlay else facts


def question(
    importer: str = "JPN", *, year: int | None = None, edition: Sequence[str] = (), commodities: Sequence[str] = (),
    basis: str = "sourcing", weights: Mapping[str, float] = MappingProxyType({}),
) -> Study:  # fmt: skip
    """Return METI's study of another importer, year or choice of minerals; METI's 13 when none is named.

    `weights` are those that differ from the declared ones.

    Raises
    ------
    UserError
        A name that is not known. A year, an edition or a basis is checked where it is read.
    """
    keys = names.each_commodity(commodities) if commodities else meti13()
    return Study.model_construct(importer=names.importer(importer), year=year, edition=list(edition),
                                 commodities=list(keys), basis=basis, weights=checked("weights", weights))  # fmt: skip
