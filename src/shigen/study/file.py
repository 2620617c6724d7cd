"""The study file (TOML): how it is read, and how its problems are told.

Unknown keys are refused with a suggestion, and all problems of a file come in one list with their lines. The
resolved study, written into the folder as `study.toml`, gives the same folder again.
"""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from shigen.base import names
from shigen.base.errors import UserError, raise_all, raise_first, suggest, written
from shigen.base.i18n import default_lang, text
from shigen.base.whole import because
from shigen.figures.sources import files
from shigen.figures.store import current
from shigen.model.plans import check_possible
from shigen.model.scoring import BY_CLAUSE, BY_INDICATOR, checked_line, problems
from shigen.model.spread import problems as problems_of_draws
from shigen.outlook.inputs import input_problems
from shigen.study.choices import DemandSpec, LeverSpec, ScreeningSpec, Study, Typology, UncertaintySpec
from shigen.study.stops.spec import StopSpec

LARGEST: Final = 2_000_000
"""Bytes that a study file may have."""

_RULES: Final = {
    "int_type": "year", "int_parsing": "year", "int_from_float": "year", "float_type": "number",
    "float_parsing": "number", "string_type": "text", "list_type": "list", "dict_type": "table", "bool_type": "bool",
    "tuple_type": "anchors", "too_short": "anchors", "too_long": "anchors", "missing": "anchors",
    "model_type": "table", "finite_number": "number", "less_than_equal": "number", "greater_than_equal": "span",
}  # fmt: skip


RENEWED: Final = ("year", "snapshot", "edition", "against")
"""Choices that a study of the next year does not take from the last: they say as of when it is."""


def read(path: Path | None, overrides: Mapping[str, Any], without: Collection[str] = ()) -> Study:
    """Read a study file (METI's study when None) and lay the command line's choices over it.

    Keys of the file that are in `without` are left out.

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
            tree = {key: value for key, value in tomllib.loads(content).items() if key not in without}
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
    if path is not None and isinstance(tree.get("against"), str) and tree["against"]:
        tree["against"] = str(path.parent / tree["against"])
    return _study({**tree, **{k: v for k, v in overrides.items() if v is not None}}, path, content)


def _content(path: Path) -> str:
    """Return the text of a study file; a device or a pipe is read no further than a study file may be long."""
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise UserError("study_large", place=str(path), most=f"{LARGEST / 1e6:g}")
    return content.decode("utf-8-sig")


_WINDOWS_PATH: Final = re.compile(r'"(?:[A-Za-z]:\\(?!\\)|\\\\(?!\\)[^"\\]+\\(?!\\))[^"\n]*"')
"""A path with single backslashes between double quotes, where TOML takes them as the begin of a sign (`\\t`: a tab)."""


def _backslashes(path: Path, content: str) -> Iterator[UserError]:
    """Yield the error of each path of Windows that TOML reads as something else, or not at all."""
    for number, line in enumerate(content.splitlines(), start=1):
        windows_path = _WINDOWS_PATH.search(line)
        if windows_path and not line.lstrip().startswith("#"):
            word = windows_path[0].strip('"')
            yield UserError("study_backslash", place=files.place(path, line=number), word=word,
                            better=word.replace("\\", "/"))  # fmt: skip


def study_from(tree: dict[str, Any]) -> Study:
    """Return the study that a tree of keys describes, such as the JSON of one.

    Raises
    ------
    UserError
        The problems of it.
    """
    try:
        raise_first(_problems(tree, None, ""))
        return _study(tree, None, "")
    except UserError as error:
        for one in error.each:
            one.place = ""  # a tree has no lines
        raise


def _study(tree: dict[str, Any], path: Path | None, content: str) -> Study:
    try:
        return Study(**tree)
    except UserError as error:
        error.place = error.place or (str(path) if path else "")
        raise
    except ValidationError as error:
        raise_first(_error_of(problem, path, content) for problem in error.errors(include_url=False))
        raise


_MODELS: Final[dict[str, type[BaseModel]]] = {
    "levers": LeverSpec, "typology": Typology, "screening": ScreeningSpec, "demand": DemandSpec,
    "uncertainty": UncertaintySpec, "disruption": StopSpec,
}  # fmt: skip


def _error_of(problem: Any, path: Path | None, content: str) -> UserError:
    """Turn one complaint of the types into ours."""
    keys = [str(k) for k in problem["loc"]]
    place = _place(path, content, keys)
    if problem["type"] == "extra_forbidden":
        known = list(_MODELS.get(keys[0], Study).model_fields)
        return UserError("study_key", place=place, suggestions=suggest(keys[-1], known), word=keys[-1],
                         known=", ".join(known))  # fmt: skip
    rule = (
        "span"
        if keys == ["first_year"] and "than_equal" in problem["type"]
        else "lever_needs"
        if problem["type"] == "missing" and keys[0] == "levers"
        else _RULES.get(problem["type"], "text")
    )
    value = "-" if problem["type"] == "missing" else written(problem["input"])
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
    yield from _stop_problems(tree, path, content)
    yield from _demand_problems(tree, path, content)
    draws = tree.get("uncertainty")
    for key, problem in problems_of_draws(draws, "uncertainty") if isinstance(draws, dict) else ():
        problem.place = _place(path, content, ["uncertainty", key])
        yield problem
    rules = tree.get("typology")
    tables = [(table, table, tree) for table in BY_INDICATOR]
    tables += [(table, f"typology.{table}", rules) for table in BY_CLAUSE] if isinstance(rules, dict) else []
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
    heads = _heads("levers", content)
    for n, one in enumerate(levers if isinstance(levers, list) else ()):
        if not isinstance(one, dict) or set(one) - set(LeverSpec.model_fields) or not {"key", "commodity"} <= set(one):
            continue  # the types say so
        try:
            spec = LeverSpec(**one)
            made = spec.lever()
            chosen = tree.get("commodities")
            if isinstance(chosen, list) and made.commodity not in {names.commodity(str(word)) for word in chosen}:
                raise UserError("not_in_assessment", word=str(one["commodity"]))
            if not tree.get("overlay") and not tree.get("snapshot"):  # else the run asks its own figures first of all
                check_possible([made], current())
        except ValidationError:
            continue
        except UserError as error:
            error.place = _at(heads, n, path)
            yield error


def _stop_problems(tree: dict[str, Any], path: Path | None, content: str) -> Iterator[UserError]:
    """Yield what is wrong with each `[[disruption]]`, with its line."""
    several = tree.get("disruption")
    heads = _heads("disruption", content)
    for n, one in enumerate(several if isinstance(several, list) else ()):
        try:
            spec = StopSpec.model_validate(one)
            if spec.measure and not tree.get("overlay") and not tree.get("snapshot"):
                spec.preset(current())
        except ValidationError:
            continue  # the types say so
        except UserError as found:
            for error in found.each:
                error.place = _at(heads, n, path)
                yield error


def _heads(table: str, content: str) -> list[int]:
    """Return the lines in which each table of an array begins."""
    return [i + 1 for i, line in enumerate(content.splitlines()) if line.strip() == f"[[{table}]]"]


def _at(heads: list[int], n: int, path: Path | None) -> str:
    """Return file and line of the n-th table of an array."""
    name = path.name if path else "--"
    return text("place.line", default_lang(), file=name, line=heads[n]) if n < len(heads) else name


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
