"""A user's assumptions of demand: whether the model has a place for each, and whether its figures may be."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import default_lang, text
from shigen.figures.factbase import FactBase
from shigen.figures.own.overlay import OverlayRow

PATH: Final = ("kind", "use", "technology", "commodity")
"""Parts of an address that name a path over the years."""


class Further(NamedTuple):
    """Assumptions of single minerals that the model takes though the table may hold none."""

    use: str
    dated: bool
    unit: str


FURTHER: Final[Mapping[str, Further]] = {"growth": Further("existing", False, "1/yr"), "base": Further("", True, "t")}
POSITIVE: Final = ("yield", "life", "base")
"""Kinds that something is divided by."""


def limits(kind: str, unit: str) -> tuple[float, float]:
    """Return the least and the most that a kind of assumption may be; zero is refused of those that are POSITIVE."""
    if kind in ("mix", "share", "yield") or (kind == "volume" and unit == "1"):
        return 0.0, 1.0
    return (-0.99, 1.0) if kind == "growth" else (0.0, float("inf"))


def check_assumption(base: FactBase, row: OverlayRow) -> None:
    """Refuse an assumption that nothing reads, in another unit, or that cannot be.

    Raises
    ------
    UserError
        With the column that is wrong.
    """
    parts = {key: "" if value is None else str(value) for key, value in row.key.items()}
    unit = _unit(base, parts)
    if unit is None:
        paths = {":".join(one[part] for part in PATH) for one in base.table("demand_inputs")}
        path = ":".join(parts[part] for part in PATH)
        raise UserError("overlay_path_lacking", suggestions=suggest(path, paths), word=path)
    scenarios = [one["scenario"] for one in base.table("demand_scenarios")]
    word = parts["scenario"]
    if word and word not in scenarios:
        raise _at(row, "scenario", UserError("overlay_word", suggestions=suggest(word, scenarios), found=word,
                                             column="scenario", known=", ".join(scenarios)))  # fmt: skip
    if row.values["unit"] != unit:
        raise _at(row, "unit", UserError("overlay_word", found=row.values["unit"], column="unit", known=unit))
    least, most = limits(parts["kind"], unit)
    for column in ("low", "value", "high"):
        value = row.values[column]
        if value is None:
            continue
        if not least <= float(value) <= most or (parts["kind"] in POSITIVE and float(value) == 0):
            raise _at(row, column, UserError("overlay_range", found=f"{value:g}", least=f"{least:g}", most=f"{most:g}"))


def _at(row: OverlayRow, column: str, error: UserError) -> UserError:
    """Return a problem with the place of its cell."""
    error.place = text("place.column", default_lang(), file=row.where, column=column)
    return error


def _unit(base: FactBase, parts: Mapping[str, str]) -> str | None:
    """Return the unit that an assumption is in; None where the model has no place for it."""
    same = [one for one in base.table("demand_inputs") if all(one[part] == parts[part] for part in PATH)]
    for one in same:
        if one["year"] == parts["year"] == "" or (one["year"] and parts["year"]):
            return one["unit"]
    further = FURTHER.get(parts["kind"])
    alone = further is not None and parts["commodity"] and not parts["technology"] and not parts["scenario"]
    fits = further is not None and alone and parts["use"] == further.use and further.dated == bool(parts["year"])
    return further.unit if further is not None and fits else None
