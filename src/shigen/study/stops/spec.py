"""`[[disruption]]` of a study file: a stop as a user writes it, by a dated measure or by hand."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, model_validator

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.model.disruption.forms import forms
from shigen.model.disruption.network import find_element
from shigen.model.disruption.presets import Preset, Restricted, preset
from shigen.model.disruption.scenario import Disruption

LARGEST = "largest"
"""Who stops, where nobody is named: home's largest supplier of the mineral (N-1)."""


class StopSpec(BaseModel):
    """A stop of supply; what is left open follows from the measure, else from the figures."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    measure: str = ""
    """Of the table of measures: says who, against whom, which minerals and from when."""
    stops: str | list[str] = LARGEST
    against: str | list[str] = ""
    """Empty: those of the measure, else all."""
    commodities: list[str] = Field(default_factory=list)
    """Empty: those of the measure that the study has, else all of the study."""
    form: str = ""
    step: str = ""
    """Empty: refined products, else ore where nothing of them is known."""
    kind: str = Disruption.kind
    share: StrictFloat | StrictInt = Disruption.share
    starts: str = ""
    notice: StrictFloat | StrictInt = Disruption.notice
    months: StrictFloat | StrictInt | None = None
    leak: str | StrictFloat | StrictInt | list[StrictFloat | StrictInt] | None = None
    """Empty: by both designs, tight and loose, where it is against single countries."""
    horizon: StrictInt = Disruption.horizon
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _checked(self) -> "StopSpec":
        if self.commodities:
            names.each_commodity(self.commodities)
        self.scenario("antimony", stops="CHN" if self.stops == LARGEST else self.stops, step=self.step or "refined",
                      against=self.against or "all")  # fmt: skip
        if self.measure and self.stops != LARGEST:
            raise UserError("disruption_measure", word=self.measure)
        return self

    def scenario(self, commodity: str, **changed: Any) -> Disruption:
        """Return the stop of one mineral, with what was left open filled in.

        Raises
        ------
        UserError
            Everything that is wrong with it.
        """
        kept = {name: getattr(self, name) for name in ("form", "kind", "share", "starts", "notice", "months", "leak",
                                                       "horizon", "parameters")}  # fmt: skip
        if isinstance(kept["leak"], list):
            kept["leak"] = tuple(kept["leak"])
        return Disruption(commodity=commodity, **(kept | changed))

    def preset(self, facts: FactBase) -> Preset | None:
        """Return the measure that it names; None where it names none."""
        return preset(self.measure, facts) if self.measure else None

    def items(self, minerals: Mapping[str, object] | list[str], facts: FactBase) -> list[Restricted]:
        """Return the minerals and forms that stop, of a study's minerals: of a form, those that have it."""
        found = self.preset(facts)
        wanted = list(names.each_commodity(self.commodities)) if self.commodities else list(minerals)
        if self.form and not self.commodities:
            wanted = [key for key in wanted if self._has_form(key, facts)] or wanted
        if found is None:
            return [Restricted(key, self._form(key, facts), "") for key in wanted]
        listed = [one for one in found.items if one.commodity in wanted]
        if self.form:
            listed = [Restricted(one.commodity, self._form(one.commodity, facts), one.source) for one in listed]
        return list({(one.commodity, one.form): one for one in listed}.values())

    def _has_form(self, commodity: str, facts: FactBase) -> bool:
        return find_element(self.form, commodity, facts) is not None or self.form in forms(commodity, facts)

    def _form(self, commodity: str, facts: FactBase) -> str:
        """Return the form as tables spell it: the key of an element that is named by its symbol, else as it stands."""
        return (find_element(self.form, commodity, facts) if self.form else None) or self.form
