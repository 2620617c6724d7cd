"""Another program's results of our formulas: LibreOffice, told to compute everything anew, from wrong caches."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from math import isclose
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

OPTIONS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""
CELL = re.compile(r'(<c r="[A-Z]+\d+"[^>]*?)( t="(?:str|e)")?(><f>.*?</f>)<v>[^<]*</v>')


def with_wrong_caches(book: Path, into: Path) -> int:
    """Write a workbook whose formulas all claim to give 0.123; return how many there are."""
    count = 0
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                said, found = CELL.subn(r"\1\3<v>0.123</v>", content.decode())
                count += found
                content = said.encode()
            new.writestr(name, content)
    return count


def recalculated(book: Path, folder: Path) -> Any:
    """Return a workbook as LibreOffice computes it, with values in place of formulas."""
    folder.mkdir(parents=True, exist_ok=True)
    user = folder / "profile" / "user"
    user.mkdir(parents=True, exist_ok=True)
    (user / "registrymodifications.xcu").write_text(OPTIONS)
    out = folder / "out"
    subprocess.run(["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(book)], check=True,
                   capture_output=True)  # fmt: skip
    return load_workbook(out / book.name, data_only=True)


def formulas(book: Path) -> Iterator[tuple[str, str, object]]:
    """Yield each cell with a formula: sheet, address, cached value."""
    written, cached = load_workbook(book), load_workbook(book, data_only=True)
    for sheet in written:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, cached[sheet.title][cell.coordinate].value


def differing(book: Path, anew: Any) -> list[tuple[str, str, object, object]]:
    """Return the cells whose result is not what the file says, to 1e-9 (tonnes: to 1e-9 of them)."""
    found = []
    for sheet, at, cached in formulas(book):
        ours, theirs = cached, anew[sheet][at].value
        numbers = isinstance(ours, int | float) and isinstance(theirs, int | float)
        same = isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9) if numbers else ours == theirs
        if not same:
            found.append((sheet, at, ours, theirs))
    return found
