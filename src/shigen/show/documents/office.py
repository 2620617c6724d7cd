"""What files of Office have in common: workbooks inside charts, the same bytes each time, faces of a language."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from shigen.base.i18n import Lang

if TYPE_CHECKING:
    from shigen.show.documents.parts import Chart

MADE: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - Office writes it without a zone
"""When a file says that it was made: a document is that of its inputs, whatever the day."""
ZIPPED: Final = (1980, 1, 1, 0, 0, 0)
FACES: Final[dict[Lang, str]] = {"ja": "BIZ UDPゴシック", "en": "Arial"}
"""Ships with Windows 10 and later; free, and in Debian as fonts-morisawa-bizud-gothic."""
JAPANESE: Final = "BIZ UDPゴシック"
TAGS: Final[dict[Lang, str]] = {"ja": "ja-JP", "en": "en-US"}


def same_each_time(content: bytes) -> bytes:
    """Return a package whose parts all bear one date."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, ZIPPED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, old.read(name))
    return out.getvalue()


def workbook(chart: "Chart") -> bytes:
    """Return the workbook inside a chart: what is drawn and nothing that could be run or followed.

    A column of categories, one for each series, then the distances to the ends of intervals.
    """
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet("Sheet1")
    form = book.add_format({"num_format": chart.form})
    sheet.set_column(0, 0, 24)
    for row, name in enumerate(chart.categories, start=1):
        sheet.write_string(row, 0, name)
    for column, (name, values) in enumerate(columns(chart), start=1):
        sheet.write_string(0, column, name)
        for row, value in enumerate(values, start=1):
            if value is not None:
                sheet.write_number(row, column, value, form)
    book.close()
    return same_each_time(buffer.getvalue())


def columns(chart: "Chart") -> list[tuple[str, Sequence[float | None]]]:
    """Return the columns of a chart's workbook beside its categories."""
    every: list[tuple[str, Sequence[float | None]]] = [(one.name, one.values) for one in chart.series]
    for one in chart.series:
        if one.low:
            every += [(f"{one.name} −", apart(one.values, one.low)), (f"{one.name} +", apart(one.values, one.high))]
    return every


def apart(values: Sequence[float | None], ends: Sequence[float | None]) -> list[float | None]:
    """Return the distance of each value from its end, as error bars want it."""
    return [None if value is None or end is None else abs(end - value) for value, end in zip(values, ends, strict=True)]


def set_faces(scheme: Any, lang: Lang) -> None:
    """Write the faces of a language into the fonts of a theme, where it names none for Japanese."""
    from lxml import etree

    space = "http://schemas.openxmlformats.org/drawingml/2006/main"
    for kind in ("majorFont", "minorFont"):
        font = scheme.find(f".//{{{space}}}{kind}")
        if font is None:
            continue
        east = font.find(f"{{{space}}}ea")
        if east is not None and not east.get("typeface"):
            east.set("typeface", JAPANESE)
        named = {one.get("script"): one for one in font.findall(f"{{{space}}}font")}
        if "Jpan" not in named:
            one = etree.SubElement(font, f"{{{space}}}font")
            one.set("script", "Jpan")
            named["Jpan"] = one
        if not named["Jpan"].get("typeface") or lang:
            named["Jpan"].set("typeface", east.get("typeface") if east is not None else JAPANESE)
