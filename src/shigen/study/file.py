"""The study file (TOML): what is studied, and every choice that may be made otherwise.

Unknown keys are refused with a suggestion, and all problems of a file come in one list with their lines. The
resolved study, written into the folder as `study.toml`, gives the same folder again.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import tomli_w
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError, raise_all, raise_first, suggest, written
from shigen.base.i18n import default_lang, text
from shigen.base.whole import because
from shigen.figures import store
from shigen.figures.factbase import FactBase
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.figures.sources import files
from shigen.model.chain import meti13
from shigen.model.indicators import axes, find_indicator, indicators
from shigen.model.levers import lever
from shigen.model.packages import days_of_cover
from shigen.model.scoring import BY_INDICATOR, COMPANION_LINE, checked, checked_line, declared, problems
from shigen.outlook.demand import Choices
from shigen.outlook.inputs import find_scenario, input_problems
from shigen.outlook.screening import Screening, screen, study_lists


class LeverSpec(BaseModel):
    """One `[[levers]]` of a study file: a policy with its size."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    key: str
    commodity: str
    host: str | None = None
    t_per_year: StrictFloat | None = None
    tonnes: StrictFloat | None = None
    share: StrictFloat | None = None
    days: StrictFloat | None = None
    offtake: StrictFloat = 1.0
    cost_musd: StrictFloat | None = None
    note: str = ""

    def lever(self) -> Lever:
        """Return the policy, checked."""
        return lever(**self.model_dump())


class Typology(BaseModel):
    """The `[typology]` of a study file: margins, the by-product line, and what the user knows of demand."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    margins: dict[str, float] = Field(default_factory=lambda: declared("margins"))
    companion_line: float = COMPANION_LINE
    surge: dict[str, StrictBool] = Field(default_factory=dict)
    """Whether demand rises discontinuously, in place of the demand result."""

    @field_validator("margins", mode="before")
    @classmethod
    def _margins(cls, value: Mapping[str, Any]) -> dict[str, Any]:
        return checked("margins", value, "typology.margins")

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


class ScreeningSpec(BaseModel):
    """The `[screening]` of a study file: lists to compare, and reasons by mineral in place of the study's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    lists: list[str] = Field(default_factory=lambda: list(study_lists()))
    new_technology: dict[str, str] | None = None
    without_statistics: dict[str, str] | None = None
    exceptions: dict[str, str] | None = None

    @model_validator(mode="after")
    def _known(self) -> "ScreeningSpec":
        self.screen()
        return self

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
    commodities: list[str] = Field(default_factory=lambda: list(meti13()))
    basis: Literal["sourcing", "imports_only"] = "sourcing"
    indicators: list[str] = Field(default_factory=lambda: list(axes()))
    anchors: dict[str, tuple[float, float]] = Field(default_factory=lambda: declared("anchors"))
    high: dict[str, float] = Field(default_factory=lambda: declared("high"))
    weights: dict[str, float] = Field(default_factory=lambda: declared("weights"))
    typology: Typology = Field(default_factory=Typology)
    screening: ScreeningSpec = Field(default_factory=ScreeningSpec)
    demand: DemandSpec = Field(default_factory=DemandSpec)
    stock_days: dict[str, StrictFloat] = Field(default_factory=dict)
    """Days of cover that the user knows, by commodity."""
    levers: list[LeverSpec] = Field(default_factory=list)
    """Policies to run; a commodity without one gets its package at default size."""

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

    def facts(self) -> FactBase:
        """Return the figures of the study: its snapshot, with the user's own over it.

        Raises
        ------
        UserError
            What is wrong with the user's files.
        """
        facts = _facts_of(self.snapshot)
        return lay(facts, read_overlay([Path(file) for file in self.overlay])) if self.overlay else facts

    def own_projects(self) -> Sequence[Mapping[str, Any]]:
        """Return the user's own projects, from the sheets `projects` of the overlay."""
        return read_overlay([Path(file) for file in self.overlay]).projects if self.overlay else ()

    def to_toml(self) -> str:
        """Return the study with every choice spelled out."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))


def _facts_of(snapshot: str) -> FactBase:
    return store.facts_of(store.find(snapshot) if snapshot else store.in_use())


LARGEST: Final = 2_000_000
"""Bytes that a study file may have."""

_RULES: Final = {
    "int_type": "year", "int_parsing": "year", "int_from_float": "year", "float_type": "number",
    "float_parsing": "number", "string_type": "text", "list_type": "list", "dict_type": "table", "bool_type": "bool",
    "tuple_type": "anchors", "too_short": "anchors", "too_long": "anchors", "missing": "anchors",
    "model_type": "table", "finite_number": "number", "less_than_equal": "number", "greater_than_equal": "span",
}  # fmt: skip


def read(path: Path | None, overrides: Mapping[str, Any]) -> Study:
    """Read a study file (METI's study when None) and lay the command line's choices over it.

    Raises
    ------
    UserError
        The problems of the file, with line and mend.
    """
    content = ""
    tree: dict[str, Any] = {}
    if path is not None:
        try:
            content = _content(path)
            raise_all(list(_backslashes(path, content)))
            tree = tomllib.loads(content)
        except UnicodeDecodeError as error:
            encoding = files.encoding_of(error.object)
            raise UserError("study_encoding", place=str(path), encoding=encoding) from error
        except (FileNotFoundError, IsADirectoryError) as error:
            raise UserError("study_missing", place=str(path)) from error
        except OSError as error:
            raise UserError("file_unreadable", place=str(path), detail=because(error)) from error
        except (RecursionError, ValueError) as error:  # ValueError: bytes, syntax, numbers of 5,000 digits
            raise UserError("study_syntax", place=str(path), detail=str(error)) from error
    raise_first(_problems(tree, path, content))
    if path is not None and isinstance(tree.get("overlay"), list):
        tree["overlay"] = [str(path.parent / word) if isinstance(word, str) else word for word in tree["overlay"]]
    return _made({**tree, **{k: v for k, v in overrides.items() if v is not None}}, path, content)


def _content(path: Path) -> str:
    """Return the text of a study file; a device or a pipe is read no further than a study file may be long."""
    with path.open("rb") as file:
        held = file.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise UserError("study_large", place=str(path), most=f"{LARGEST / 1e6:g}")
    return held.decode("utf-8-sig")


_WINDOWS_PATH: Final = re.compile(r'"(?:[A-Za-z]:\\(?!\\)|\\\\(?!\\)[^"\\]+\\(?!\\))[^"\n]*"')
"""A path with single backslashes between double quotes, where TOML takes them as the begin of a sign (`\\t`: a tab)."""


def _backslashes(path: Path, content: str) -> Iterator[UserError]:
    """Yield the error of each path of Windows that TOML reads as something else, or not at all."""
    for number, line in enumerate(content.splitlines(), start=1):
        found = _WINDOWS_PATH.search(line)
        if found and not line.lstrip().startswith("#"):
            word = found[0].strip('"')
            yield UserError("study_backslash", place=files.place(path, line=number), word=word,
                            better=word.replace("\\", "/"))  # fmt: skip


def made(tree: dict[str, Any]) -> Study:
    """Return the study that a tree of keys describes, such as the JSON of one.

    Raises
    ------
    UserError
        The problems of it.
    """
    raise_first(_problems(tree, None, ""))
    return _made(tree, None, "")


def _made(tree: dict[str, Any], path: Path | None, content: str) -> Study:
    try:
        return Study(**tree)
    except UserError as error:
        error.place = error.place or (str(path) if path else "")
        raise
    except ValidationError as error:
        raise_first(_told(one, path, content) for one in error.errors(include_url=False))
        raise


_MODELS: Final[dict[str, type[BaseModel]]] = {
    "levers": LeverSpec, "typology": Typology, "screening": ScreeningSpec, "demand": DemandSpec,
}  # fmt: skip


def _told(one: Any, path: Path | None, content: str) -> UserError:
    """Turn one complaint of the types into ours."""
    keys = [str(k) for k in one["loc"]]
    place = _place(path, content, keys)
    if one["type"] == "extra_forbidden":
        known = list(_MODELS.get(keys[0], Study).model_fields)
        return UserError("study_key", place=place, suggestions=suggest(keys[-1], known), word=keys[-1],
                         known=", ".join(known))  # fmt: skip
    rule = (
        "span"
        if keys == ["first_year"] and "than_equal" in one["type"]
        else "lever_needs"
        if one["type"] == "missing" and keys[0] == "levers"
        else _RULES.get(one["type"], "text")
    )
    value = "-" if one["type"] == "missing" else written(one["input"])
    return UserError("study_value", place=place, name=".".join(keys), value=value,
                     rule=text(f"rule.{rule}", default_lang()))  # fmt: skip


def _problems(tree: dict[str, Any], path: Path | None, content: str) -> Iterator[UserError]:
    """Yield what the types alone do not catch: unknown keys, policies, assumptions, choices of scoring."""
    known = list(Study.model_fields)
    for key in tree:
        if key not in known:
            yield UserError("study_key", place=_place(path, content, [key]), suggestions=suggest(key, known),
                            word=key, known=", ".join(known))  # fmt: skip
    yield from _lever_problems(tree, path, content)
    yield from _demand_problems(tree, path, content)
    rules = tree.get("typology")
    tables = [(table, table, tree) for table in BY_INDICATOR]
    tables += [("margins", "typology.margins", rules)] if isinstance(rules, dict) else []
    if isinstance(rules, dict) and "companion_line" in rules:
        try:
            checked_line(rules["companion_line"], "typology.companion_line")
        except UserError as error:
            error.place = _place(path, content, ["typology", "companion_line"])
            yield error
    for table, section, branch in tables:
        for key, problem in problems(table, branch[table], section) if table in branch else ():
            problem.place = _place(path, content, [section, key] if key else [section])
            yield problem


def _demand_problems(tree: dict[str, Any], path: Path | None, content: str) -> Iterator[UserError]:
    """Yield what is wrong with each choice of `[demand]`, with its line."""
    section = tree.get("demand")
    for key, value in section.items() if isinstance(section, dict) else ():
        if key == "values" and isinstance(value, dict):
            for word, error in input_problems(value):
                error.place = _place(path, content, ["demand", key, word])
                yield error
            continue
        parts = value if key in ("irregular", "home_ratio") and isinstance(value, dict) else {"": value}
        for word, own in parts.items() if key in DemandSpec.model_fields else ():
            try:
                DemandSpec.model_validate({key: {word: own} if word else own})
            except ValidationError:
                continue  # the types say so
            except UserError as error:
                error.place = _place(path, content, ["demand", key, word] if word else ["demand", key])
                yield error


def _lever_problems(tree: dict[str, Any], path: Path | None, content: str) -> Iterator[UserError]:
    """Yield what is wrong with each `[[levers]]`, with its line."""
    levers = tree.get("levers")
    heads = [i + 1 for i, line in enumerate(content.splitlines()) if line.strip() == "[[levers]]"]
    for n, one in enumerate(levers if isinstance(levers, list) else ()):
        if not isinstance(one, dict) or set(one) - set(LeverSpec.model_fields) or not {"key", "commodity"} <= set(one):
            continue  # the types say so
        try:
            spec = LeverSpec(**one)
            made = spec.lever()
            chosen = tree.get("commodities")
            if isinstance(chosen, list) and made.commodity not in {names.commodity(str(word)) for word in chosen}:
                raise UserError("not_in_assessment", word=str(one["commodity"]))
        except ValidationError:
            continue
        except UserError as error:
            name = path.name if path else "--"
            error.place = text("place.line", default_lang(), file=name, line=heads[n]) if n < len(heads) else name
            yield error


def _place(path: Path | None, content: str, keys: list[str]) -> str:
    """Return file and line of a key; the file alone where the line cannot be told."""
    lines = content.splitlines()
    start = 0
    if len(keys) > 1 and not keys[1].isdecimal():
        start = next((i for i, line in enumerate(lines) if line.strip() == f"[{keys[0]}]"), 0)
        keys = keys[1:]
    line = next((i + 1 for i, one in enumerate(lines) if i >= start and _sets(one.lstrip(), keys[0])), 0)
    name = path.name if path else "--"
    return text("place.line", default_lang(), file=name, line=line) if line else name


def _sets(line: str, key: str) -> bool:
    """Tell whether a line sets a key, quoted or not, or opens its table."""
    words = (key, f'"{key}"', f"'{key}'")
    sets = any(line.startswith(word) and line[len(word) :].lstrip().startswith("=") for word in words)
    return sets or line.startswith(f"[{key}]")
