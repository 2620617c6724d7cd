"""The words of the USGS: series, units, countries and signs, and what is known to be misprinted.

`usgs_series.csv` maps chapter and table of each layout to commodity, series and basis; the same figure in another
edition gets the same names. `usgs_corrections.csv` holds one correction a line; it applies only while the file still
prints what it was made for.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.figures.sources.files import heading, number
from shigen.figures.sources.maps import name_map

NAME: Final = {"ja": "USGS 鉱物商品概要（MCS）データ", "en": "USGS Mineral Commodity Summaries, data release"}
ADDRESS: Final = "https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries"


def layout_error(where: str, content: str, expected: str) -> UserError:
    """Return the error that says that a file has none of the known layouts."""
    return UserError(
        "source_layout", place=where, source=NAME[default_lang()], found=content, expected=expected, address=ADDRESS
    )


@dataclass(frozen=True)
class Series:
    """What a table of the publisher is here."""

    table: str
    commodity: str
    series: str
    basis: str


@dataclass(frozen=True)
class Cell:
    """One figure as printed, with what its row and column say of it."""

    edition: int
    series: Series
    name: str
    """The country's name as printed."""
    year: int
    printed: str
    unit: str
    notes: str
    place: str
    line: int
    estimated: bool


@dataclass(frozen=True)
class Correction:
    """A misprint: where it stands, what is printed there, and what is meant."""

    edition: str
    table: str
    commodity: str
    country: str
    """Empty: all countries."""
    printed: str
    """The cell that is wrong; empty: whatever stands there."""
    printed_unit: str
    """The unit that is wrong; empty: whatever stands there."""
    meant: str
    """The figure that is meant; empty: as printed; `misplaced`: another column's figure stands there."""
    unit: str
    """The unit that is meant; empty: as printed."""
    note: str


@cache
def series_map(layout: str) -> dict[tuple[str, str, str, str], Series]:
    """Return the series of a layout by chapter, detail, country (empty: all) and table, in lower case."""
    return {
        (r["chapter"].casefold(), r["detail"].casefold(), r["country"].casefold(), r["table"]): Series(
            r["table"], r["commodity"], r["series"], r["basis"]
        )
        for r in name_map("usgs_series")
        if r["layout"] == layout
    }


@cache
def corrections() -> tuple[Correction, ...]:
    """Return all corrections."""
    return tuple(Correction(**row) for row in name_map("usgs_corrections"))


def corrected(cell: Cell, country: str, mends: Sequence[Correction]) -> tuple[str, str, str] | None:
    """Return figure, unit and note of a cell after its corrections; None where it is another column's figure."""
    printed, unit, note = cell.printed, cell.unit, cell.notes
    for mend in mends:
        if (
            mend.edition == f"MCS {cell.edition}"
            and (mend.table, mend.commodity) == (cell.series.table, cell.series.commodity)
            and mend.country in ("", country)
            and mend.printed in ("", heading(printed))
            and mend.printed_unit in ("", heading(unit))
        ):
            if mend.meant == "misplaced":
                return None
            printed, unit = mend.meant or printed, mend.unit or unit
            note = f"{mend.note}. {note}" if note else mend.note
    return printed, unit, note


_UNITS: Final = {
    "t": (1.0, "t"), "metric tons": (1.0, "t"), "kt": (1000.0, "kt"), "thousand metric tons": (1000.0, "kt"),
    "thousand metric dry tons": (1000.0, "kt"), "kg": (0.001, "kg"), "kilograms": (0.001, "kg"),
}  # fmt: skip


def unit_of(cell: Cell, unit: str) -> tuple[float, str]:
    """Return the tonnes of a unit and its short form.

    Raises
    ------
    UserError
        The unit is not one of mass that these tables use.
    """
    known = _UNITS.get(heading(unit).casefold())
    if known is None:
        raise UserError("source_cell", place=cell.place, found=heading(unit) or "-",
                        expected=text("expect.unit", default_lang()))  # fmt: skip
    return known


def country_of(cell: Cell) -> tuple[str, bool]:
    """Return the code of a country as printed, and whether its name carries the mark of an estimate.

    Footnote numbers are run into names (`New Caledonia11`), the mark too (`Russiae`); words in brackets say what is
    counted (`Brazil (beneficiated)`), unless they belong to the name (`Congo (Kinshasa)`).

    Raises
    ------
    UserError
        No country goes by that name.
    """
    word = re.sub(r"(,? ?\d+)+$", "", heading(cell.name).replace("’", "'")).strip()
    if re.match(r"world total\b", word, re.IGNORECASE):
        return names.WORLD, False
    if re.match(r"other( countries?\b|$)", word, re.IGNORECASE):
        return names.OTHER, False
    bare = re.sub(r" ?\([^)]*\)$", "", word)
    error: UserError | None = None
    bare = re.sub(r", concentrate$", "", bare)
    for name, estimate in ((word, False), (bare, False), (re.sub(r"e$", "", word), True)):
        try:
            return names.country(name), estimate
        except UserError as one:
            error = error or one
    raise UserError("source_name", place=cell.place, kind="country", word=heading(cell.name),
                    suggestions=error.suggestions if error else ()) from error  # fmt: skip


_SIGNS: Final = {"W": "withheld", "NA": "not_available", "XX": "not_available", "": "not_available",
                 "—": "zero", "–": "zero", "--": "zero", "-": "zero"}  # fmt: skip
_HALF: Final = re.compile(r"less than (one-half|1⁄2|½|1/2) ?unit", re.IGNORECASE)
_SIZE: Final = re.compile(r"(very )?(large|small|moderate)( to (large|small|moderate))?", re.IGNORECASE)
_WITHIN: Final = re.compile(r"\bincluded (in|with)\b", re.IGNORECASE)


def is_word(said: str, *, whole: bool = True) -> bool:
    """Tell whether words stand for a figure: `Large`, or that it is included in another one."""
    return bool(_SIZE.fullmatch(said) if whole else None) or bool(_WITHIN.search(said))


def figure(cell: Cell, printed: str, *, estimated: bool) -> tuple[float | None, str]:
    """Return value (in the printed unit) and flag of a cell.

    Raises
    ------
    UserError
        It is neither a number nor a sign of the publisher.
    """
    word = heading(printed)
    if not word and re.match(r"W\b", cell.notes):
        word = "W"  # the edition of 2025 leaves the cell blank and says so in the note
    said = cell.notes if word == "s" else word  # what the sign s means stands in the note
    if _HALF.search(said):
        return 0.5, "bound"
    flag = "not_available" if is_word(said, whole=word != "s") else _SIGNS.get(word)
    if flag:
        return (0.0 if flag == "zero" else None), flag
    match = re.fullmatch(r"(e|<|>)? ?([\d,.]+)", word)  # never with an exponent: an e is a mark
    value = number(match[2]) if match else None
    if match is None or value is None or value < 0:
        raise UserError("source_cell", place=cell.place, found=word, expected=text("expect.number", default_lang()))
    if match[1] in ("<", ">"):
        return value, "bound"
    return value, "estimated" if estimated or match[1] == "e" else "official"
