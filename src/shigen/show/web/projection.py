"""How demand is projected where an address chooses otherwise: what decides, the trend's span, the line, the horizon."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.factbase import FactBase
from shigen.outlook.demand import Choices
from shigen.outlook.inputs import find_scenario, scenarios
from shigen.show.web.asked import Params, number, several, whole

RATIO: Final = "ratio."
"""Starts the parameter that holds home demand per tonne of world demand of a mineral: `ratio.gallium=0.1`."""


@dataclass(frozen=True)
class Projection:
    """What an address may choose of `Choices`; equal choices have equal answers, which are kept."""

    decides: str = Choices.scenario
    span: int = Choices.span
    line: float = Choices.line
    horizon: int = Choices.horizon
    ratios: tuple[tuple[str, float], ...] = ()
    """Home demand per tonne of world demand, by mineral."""

    def choices(self) -> Choices:
        """Return the choices of the projection, checked.

        Raises
        ------
        UserError
            A scenario that is not known, or a number out of range.
        """
        return Choices(scenario=self.decides, span=self.span, line=self.line, horizon=self.horizon,
                       home_ratio=dict(self.ratios))  # fmt: skip

    def written(self) -> Mapping[str, str]:
        """Return as parameters of an address what differs from the study."""
        plain, own = Projection(), [one.name for one in fields(self) if one.name != "ratios"]
        parameters = {name: f"{value:.12g}" if isinstance(value, float) else str(value)
                      for name in own if (value := getattr(self, name)) != getattr(plain, name)}  # fmt: skip
        return parameters | {f"{RATIO}{key}": f"{ratio:.12g}" for key, ratio in self.ratios}


def projection_of(params: Params) -> Projection:
    """Read how an address wants demand projected; what it leaves empty stays as the study has it.

    Raises
    ------
    UserError
        A scenario that is not known, a word that is no number, or a number out of range.
    """
    plain = Projection()
    given = _given(params, {name: name for name in ("decides", "span", "line", "horizon")})
    ratios = _given(params, {key: f"{RATIO}{key}" for key in names.commodities()})
    projection = Projection(
        decides=given.get("decides", plain.decides),
        span=_whole("span", given["span"]) if "span" in given else plain.span,
        line=number("line", given["line"]) if "line" in given else plain.line,
        horizon=_whole("horizon", given["horizon"]) if "horizon" in given else plain.horizon,
        ratios=tuple((key, number(f"{RATIO}{key}", word)) for key, word in ratios.items()),
    )
    return Projection(
        projection.choices().scenario, projection.span, projection.line, projection.horizon, projection.ratios
    )


def _given(params: Params, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the words of the parameters that are not empty, by name."""
    words = {name: (params.get(key) or "").strip() for name, key in keys.items()}
    return {name: word for name, word in words.items() if word}


def scenarios_of(params: Params, facts: FactBase) -> tuple[str, ...]:
    """Read which scenarios of demand an address shows, in their own order; none stands for all.

    Raises
    ------
    UserError
        One is not known.
    """
    wanted = {find_scenario(word, facts=facts) for word in several(params, "scenario")}
    return tuple(key for key in scenarios(facts) if key in wanted)


def _whole(name: str, word: str) -> int:
    count = whole(word)
    if count is None:
        raise UserError("study_value", name=name, value=word, rule=text("rule.number", default_lang()))
    return count
