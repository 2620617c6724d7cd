"""One line of Japan's trade statistics: a nine-digit code, a country and a year, as printed; and its fact.

Units are chosen by their label, never by their column: a single unit stands in the second column when it is KG and in
the first when it is NO or MT.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources.files import number
from shigen.figures.sources.maps import name_map
from shigen.figures.sources.reading import Row

MEASURES: Final = ("quantity1", "quantity2", "value")
YEAR: Final = 0
"""The month that stands for the whole year, or for what of it is published."""
NONE: Final = "-"
SIGNS: Final = {NONE: "no figure", "***": "not published", "X": "kept secret"}
"""Signs in place of a figure where the answer does not explain its own."""
MASS: Final = {"KG": 1e3, "MT": 1.0, "GR": 1e6, "CT": 5e6}
"""Units of mass in a tonne, in the order in which they are preferred; CT is the carat of 0.2 g."""
COUNTED: Final = frozenset(
    ("CM", "DZ", "GS", "GT", "KL", "KM", "KW", "L", "M", "NO", "PC", "PR", "SM", "SQ", "ST", "TH")
)
"""Units that are no mass: pieces, pairs, dozens, lengths, areas, volumes."""


@dataclass(frozen=True)
class Line:
    """Figures of one code, country and year as printed."""

    hs9: str
    country: str
    """The publisher's code; empty in tables without countries."""
    year: int
    units: tuple[str, str]
    cells: Mapping[tuple[str, int], str]
    """By measure and month; `YEAR` is the printed total."""
    place: str
    """For the fact: `line 12`."""
    at: str
    """For messages: file and place, in the user's language."""
    file: str = ""
    named: str = ""
    """The country's name where the publisher prints it."""
    office: str = ""
    """Customs office, in the tables that have them."""
    signs: Mapping[str, str] = field(default_factory=dict)
    """What the publisher says about signs in place of figures."""
    offices: int = 1
    """Customs offices whose figures were added up."""

    @property
    def key(self) -> tuple[int, str, str]:
        """Year, code and country."""
        return self.year, self.hs9, self.country


def label(cell: object) -> str:
    """Return a unit or a name in plain letters: full-width forms and blanks made narrow and stripped."""
    return unicodedata.normalize("NFKC", "" if cell is None else str(cell)).strip()


@cache
def countries() -> dict[str, tuple[str, str]]:
    """Return alpha-3 code and remark by the publisher's country code.

    The codes are those of e-Stat's list of countries for the trade statistics, through a public reader of it.
    """
    return {row["code"]: (row["iso3"], row["note"]) for row in name_map("customs_japan_countries")}


def read_cell(line: Line, measure: str, month: int = YEAR) -> float | None:
    """Return a printed figure; None for a sign that stands for none.

    Raises
    ------
    UserError
        It is neither, or is less than zero.
    """
    printed = label(line.cells.get((measure, month), "0"))
    if printed in SIGNS or printed in line.signs:
        return None
    value = number(printed)
    if value is None or value < 0:
        raise UserError("source_cell", place=line.at, found=f"{measure} {printed!r}",
                        expected=text("expect.number", default_lang()))  # fmt: skip
    return value


def last_month(lines: Iterable[Line]) -> int:
    """Return the last month in which anything was traded; months that are still to be published hold 0."""
    last = 0
    for line in lines:
        for (_, month), printed in line.cells.items():
            if month > last and label(printed) not in ("0", "", NONE):
                last = month
    return last or 12


def check_sums(line: Line) -> None:
    """Check that each printed total is the sum of its months.

    Raises
    ------
    UserError
        It is not.
    """
    for measure in MEASURES:
        months = [m for name, m in line.cells if name == measure and m != YEAR]
        if not months:
            continue
        figures = [read_cell(line, measure, m) for m in months]
        hidden = any(f is None and label(line.cells[measure, m]) != NONE for f, m in zip(figures, months, strict=True))
        if hidden:
            continue
        total, printed = sum(f or 0.0 for f in figures), read_cell(line, measure)
        if (printed or 0.0) != total and not (printed is None and label(line.cells[measure, YEAR]) != NONE):
            raise UserError("source_double", place=line.at, what=f"{measure} ({line.hs9}, year and sum of its months)",
                            first=f"{printed or 0:,.0f}", second=f"{total:,.0f}")  # fmt: skip


def added(lines: Iterable[Line]) -> tuple[list[Line], int]:
    """Return lines in which the customs offices of one code, country and year are added up, and how many repeat others.

    Raises
    ------
    UserError
        A line stands there twice with different figures, or offices print different units.
    """
    whole: dict[tuple[int, str, str], dict[str, Line]] = {}
    repeated = 0
    for line in lines:
        parts = whole.setdefault(line.key, {})
        other = next(iter(parts.values()), line)
        twin = parts.get(line.office) or (other if bool(other.office) != bool(line.office) else None)
        if twin and twin.units == line.units and twin.cells == line.cells and twin.office == line.office:
            repeated += 1
            continue
        if twin or other.units != line.units:
            raise doubled(line, twin or other)
        parts[line.office] = line
    out = [_sum(list(parts.values())) if len(parts) > 1 else next(iter(parts.values())) for parts in whole.values()]
    return out, repeated


def doubled(line: Line, other: Line) -> UserError:
    """Return the error that a line stands there twice with different figures."""
    return UserError("source_double", place=line.at, what=f"{line.hs9} {line.country} {line.year}".replace("  ", " "),
                     first=_shown(other), second=_shown(line))  # fmt: skip


def _sum(parts: list[Line]) -> Line:
    cells: dict[tuple[str, int], str] = {}
    for key in dict.fromkeys(key for part in parts for key in part.cells):
        figures = [read_cell(part, *key) for part in parts]
        printed = [label(part.cells.get(key, "0")) for part in parts]
        secret = [p for p, f in zip(printed, figures, strict=True) if f is None and p != NONE]
        if secret:
            cells[key] = secret[0]
        elif all(f is None for f in figures):
            cells[key] = NONE
        else:
            cells[key] = f"{sum(f or 0.0 for f in figures):.0f}"
    return replace(parts[0], cells=cells, offices=len(parts), office="")


def _shown(line: Line) -> str:
    figures = [label(line.cells.get((measure, YEAR), "0")) for measure in MEASURES]
    return " / ".join((f"{figures[0]} {line.units[0]}".strip(), f"{figures[1]} {line.units[1]}".strip(), figures[2]))


def fact(line: Line, *, edition: str, stage: str, through: int) -> Row:
    """Return the fact of a line.

    Parameters
    ----------
    line : Line
        Of imports.
    edition, stage : str
        The edition, and the stage of the statistics where it is known (確報, 確定 …).
    through : int
        The last month that is published: below 12 the figures are of a part of the year.

    Raises
    ------
    UserError
        The country or a unit is not known, or a figure is none.
    """
    partner, remark = "WLD", ""
    if line.country:
        if line.country not in countries():
            word = f"{line.country} ({line.named})" if line.named else line.country
            raise UserError("source_name", place=line.at, kind="country code", word=word)
        partner, remark = countries()[line.country]
    value = read_cell(line, "value")
    tonnes, counted, unit = _quantities(line)
    notes = [stage, remark]
    if through < 12:
        notes.append(f"months 1–{through} only" if through > 1 else "month 1 only")
    if line.offices > 1:
        notes.append(f"{line.offices} customs offices added up")
    if value is None:
        printed = label(line.cells["value", YEAR])
        notes.append(f"value {printed}: {line.signs.get(printed) or SIGNS[printed]}")
    if value and tonnes == 0:
        notes.append("quantity below the unit")
    flag = "not_available" if value is None else "official" if value or tonnes or counted else "zero"
    return {
        "importer": "JPN", "partner": partner, "hs9": line.hs9, "year": line.year, "value_kjpy": value,
        "quantity_t": tonnes, "unit1_quantity": counted, "unit1": unit, "last_month": through, "edition": edition,
        "flag": flag, "published_code": line.country or None, "note": "; ".join(n for n in notes if n) or None,
        "place": line.place,
    }  # fmt: skip


def _quantities(line: Line) -> tuple[float | None, float | None, str | None]:
    """Return tonnes, and the quantity and the label of the unit that is no mass."""
    by_unit: dict[str, float | None] = {}
    for unit, measure in zip(line.units, MEASURES[:2], strict=True):
        figure = read_cell(line, measure)
        if not unit:
            if figure:
                raise UserError("source_cell", place=line.at, found=f"{measure}: {figure:,.0f}, without a unit",
                                expected=text("expect.unit", default_lang()))  # fmt: skip
            continue
        if unit not in MASS and unit not in COUNTED:
            raise UserError("source_cell", place=line.at, found=unit, expected=text("expect.unit", default_lang()))
        if unit in by_unit:
            raise UserError("source_double", place=line.at, what=unit, first=str(by_unit[unit]), second=str(figure))
        by_unit[unit] = figure
    masses = [unit for unit in MASS if unit in by_unit]
    tonnes = None
    if masses:
        figure = by_unit.pop(masses[0])
        tonnes = None if figure is None else figure / MASS[masses[0]]
    for unit, figure in by_unit.items():
        return tonnes, figure, unit
    return tonnes, None, None
