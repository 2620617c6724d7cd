"""The workbook that users fill with figures of their own; `overlay` reads it."""

import os
from pathlib import Path
from typing import Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, catalogue, text
from shigen.base.whole import replacing, unwritable, where
from shigen.figures.own.tables import EXAMPLE, UNITS, Column, UserTable, user_tables

FILLED_DOWN: Final = 2000
"""Rows below the example that drop-down lists reach."""
NOTES: Final = ("fill", "action", "source", "names", "units", "values", "use")
TOP: Final = 5
"""Rows above the example: both names, unit and hint of each column, then its key."""


def write_template(path: Path, *, lang: Lang) -> Path:
    """Write the workbook whole, or not at all; return its path.

    Parameters
    ----------
    path : Path
        A name that is free: a workbook that may be filled in is never overwritten.
    lang : {"ja", "en"}
        Language of hints and of the example; names of columns and the notes stand in both.

    Raises
    ------
    UserError
        Something goes by that name, or nothing can be written there.
    """
    import xlsxwriter

    if os.path.lexists(where(path)):
        raise UserError("template_exists", word=str(path))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with replacing(path) as part:
            book = xlsxwriter.Workbook(str(part), options)
            looks = {key: {"valign": "top", "text_wrap": True, **look} for key, look in _LOOKS.items()}
            styles = {key: book.add_format(look) for key, look in looks.items()}
            _notes(book.add_worksheet(text("template.sheet.notes", lang)), styles, lang)
            lists = text("template.sheet.names", lang)
            for table in user_tables().values():
                _sheet(book, table, styles, lang, lists)
            _names(book.add_worksheet(lists), styles)
            book.close()
    except xlsxwriter.exceptions.XlsxWriterException as error:
        raise unwritable(path, next((cause for cause in error.args if isinstance(cause, OSError)), error)) from error
    return path


_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "plain": {},
    "name": {"bold": True, "bg_color": "#E8EEF4"},
    "about": {"font_color": "#555555", "bg_color": "#E8EEF4", "font_size": 9},
    "key": {"bold": True, "bottom": 2, "bg_color": "#D5E0EA"},
    "needed": {"bold": True, "bottom": 2, "bg_color": "#D5E0EA", "font_color": "#9C0006"},
    "example": {"italic": True, "font_color": "#808080", "bg_color": "#F2F2F2"},
    "text": {"num_format": "@", "text_wrap": False},
}


def _notes(sheet: Any, styles: dict[str, Any], lang: Lang) -> None:
    """Write the notes, in the user's language first."""
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 100)
    row = 0
    for spoken in (lang, *(other for other in LANGS if other != lang)):
        sheet.write_string(row, 0, text("template.heading", spoken), styles["title"])
        row += 2
        for note in NOTES:
            sheet.write_string(row, 1, text(f"template.note.{note}", spoken), styles["plain"])
            sheet.set_row(row, 32)
            row += 1
        row += 1
        for table in user_tables().values():
            sheet.write_string(row, 0, table.name, styles["key"])
            colon = "：" if spoken == "ja" else ": "
            about = f"{table.title(spoken)}{colon}{text(f'template.about.{table.name}', spoken)}"
            sheet.write_string(row, 1, about, styles["plain"])
            row += 1
        row += 2


def _sheet(book: Any, table: UserTable, styles: dict[str, Any], lang: Lang, lists: str) -> None:
    sheet = book.add_worksheet(table.name)
    sheet.freeze_panes(TOP, 1)
    for i, column in enumerate(table.columns):
        sheet.set_column(i, i, _width(column), styles["text"] if column.kind in {"hs6", "text"} else None)
        for row, name in enumerate((column.name("ja"), column.name("en"))):
            sheet.write_string(row, i, name, styles["name"])
        sheet.write_string(2, i, _unit(column), styles["about"])
        sheet.write_string(3, i, _hint(table, column, lang), styles["about"])
        sheet.write_string(4, i, column.key, styles["needed" if column.needed else "key"])
        example = table.example.get(column.key, text("template.example_source", lang) if column.key == "source" else "")
        if isinstance(example, int | float):
            sheet.write_number(TOP, i, example, styles["example"])
        elif example:
            sheet.write_string(TOP, i, str(example), styles["example"])
        else:
            sheet.write_blank(TOP, i, None, styles["example"])
        rule = _rule(column, table, lists)
        if rule:
            about = {
                "error_type": "warning", "error_title": text("template.allowed", lang),
                "error_message": text("template.allowed_more", lang),
            }  # fmt: skip
            sheet.data_validation(TOP + 1, i, TOP + FILLED_DOWN, i, {**about, **rule})
    sheet.set_row(3, 45)


def _hint(table: UserTable, column: Column, lang: Lang) -> str:
    """Return what may stand in a column; in a table of its own where its name means something else there."""
    own = f"template.hint.{table.name}_{column.key}"
    return text(own if own in catalogue(lang) else f"template.hint.{column.key}", lang)


def _width(column: Column) -> int:
    return {"text": 32, "word": 24, "unit": 12, "year": 10}.get(column.kind, 18)


def _unit(column: Column) -> str:
    """Return the unit of a column; a choice where another column holds it."""
    return column.unit or " / ".join(UNITS.get(column.kind, ()))


def _rule(column: Column, table: UserTable, lists: str) -> dict[str, Any] | None:
    """Return the drop-down list, or the range of numbers, of a column."""
    if column.kind == "commodity":
        return {"validate": "list", "source": f"='{lists}'!$A$3:$A${len(names.commodities()) + 2}"}
    if column.kind in {"country", "home"}:
        return {"validate": "list", "source": f"='{lists}'!$F$3:$F${len(names.countries()) + 2}"}
    if column.kind in {"word", "action"}:
        return {"validate": "list", "source": [*column.words, *((EXAMPLE,) if column.kind == "action" else ())]}
    if column.kind == "unit":
        kind = table.column(table.values[0]).kind
        return {"validate": "list", "source": list(UNITS[kind])}
    if column.kind == "year":
        return {"validate": "integer", "criteria": "between", "minimum": column.least, "maximum": column.most}
    return None


def _names(sheet: Any, styles: dict[str, Any]) -> None:
    """Write the keys of minerals and countries with their names, and what a tonne is."""
    sheet.freeze_panes(2, 0)
    for column, width in ((0, 20), (1, 24), (2, 24), (3, 40), (4, 40), (5, 10), (6, 28), (7, 36)):
        sheet.set_column(column, column, width)
    heads = ("key", "name_ja", "name_en", "tonne", "tonne")
    for column, word in enumerate(("mineral", *[""] * 4, "countries")):
        if word:
            sheet.write_string(0, column, _both(word), styles["name"])
    for column, word in enumerate((*heads, *heads[:3])):
        sheet.write_string(1, column, _both(word), styles["key"])
    minerals = [(c.key, c.ja, c.en, c.basis_ja, c.basis_en) for c in names.commodities().values()]
    countries = [(c.key, c.ja, c.en) for c in names.countries().values()]
    for first, rows in ((0, minerals), (5, countries)):
        for row, cells in enumerate(rows, start=2):
            for column, cell in enumerate(cells, start=first):
                sheet.write_string(row, column, cell, styles["plain"])


def _both(word: str) -> str:
    return " / ".join(text(f"template.{word}", lang) for lang in LANGS)
