"""Files from outside: what could harm is refused with a reason, and what is broken says where."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from shigen.base.errors import UserError
from shigen.figures.sources import files


def told(action: Callable[[], object]) -> str:
    with pytest.raises(UserError) as caught:
        action()
    assert caught.value.message("ja")
    return caught.value.message("en")


def archive(path: Path, **members: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def book(path: Path, cells: dict[str, object] | None = None) -> Path:
    made = openpyxl.Workbook()
    for at, value in (cells or {"A1": "Country", "B1": 5, "A2": "Chile", "B2": 7}).items():
        made.active[at] = value
    made.save(path)
    return path


def remade(path: Path, change: Callable[[str, bytes], bytes], **more: bytes) -> Path:
    """Return a workbook with its parts changed and more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more.items():
            new.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def same(_: str, content: bytes) -> bytes:
    return content


def read(path: Path) -> list[tuple[int, list[object]]]:
    opened = files.workbook(path)
    try:
        return list(files.rows(path, opened, opened.sheetnames[0]))
    finally:
        opened.close()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = archive(tmp_path / "bomb.zip", **{"big.csv": b"0" * 50_000_000})
    message = told(lambda: files.members(path, "https://example.org"))
    assert message.startswith("bomb.zip: The archive is refused: big.csv unpacks to 50 MB from ")
    assert message.endswith("Download it anew from https://example.org.")


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{f"{n}.csv": bytes(range(256)) * 2000 for n in range(4)})
    assert "it unpacks to 2 MB" in told(lambda: files.members(path, "-", most=1_000_000))


@pytest.mark.parametrize("name", ["../up.csv", "/etc/passwd", "a/../../up.csv", "c:\\up.csv", "..\\up.csv"])
def test_a_path_that_climbs_out_of_an_archive_is_refused(tmp_path: Path, name: str) -> None:
    assert "leads out of it" in told(lambda: files.members(archive(tmp_path / "a.zip", **{name: "x"}), "-"))


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.csv": "x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    assert "a.csv is encrypted" in told(lambda: files.members(path, "-"))


def test_what_is_no_archive_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"<html>log in</html>")
    assert "The archive is refused: File is not a zip file." in told(lambda: files.members(tmp_path / "a.zip", "-"))


def test_a_sound_workbook_is_read(tmp_path: Path) -> None:
    assert read(book(tmp_path / "a.xlsx")) == [(1, ["Country", 5]), (2, ["Chile", 7])]


def test_a_formula_is_refused_with_its_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"A1": "Country", "B7": "=SUM(B1:B6)"})
    assert told(lambda: read(path)) == (
        "a.xlsx, sheet Sheet, row 7, column B: The workbook is refused: =SUM(B1:B6). Values without formulas, external "
        "links, macros or document types are expected. Copy the values into a new workbook (paste as values)."
    )


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("xl/vbaProject.bin", "macros"),
        ("xl/externalLinks/externalLink1.xml", "external links"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
    ],
)
def test_macros_links_and_objects_are_refused(tmp_path: Path, part: str, says: str) -> None:
    path = remade(book(tmp_path / "a.xlsx"), same, **{part: b"x"})
    assert f"The workbook is refused: {says}." in told(lambda: files.workbook(path))


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    laugh = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>'

    def with_entities(name: str, content: bytes) -> bytes:
        return laugh + content if name.endswith("sheet1.xml") else content

    path = remade(book(tmp_path / "a.xlsx"), with_entities)
    assert "XML document type in xl/worksheets/sheet1.xml" in told(lambda: files.workbook(path))


@pytest.mark.parametrize(
    ("there", "forged"), [(b'r="B2"', b'r="ZZZZZZ2"'), (b'<row r="2"', b'<row r="1"'), (b'r="B2"', b'r="A2"')]
)
def test_cells_that_are_not_where_they_say_are_refused(tmp_path: Path, there: bytes, forged: bytes) -> None:
    path = remade(book(tmp_path / "a.xlsx"), lambda _, content: content.replace(there, forged))
    message = told(lambda: read(path))
    assert message.startswith("a.xlsx, sheet Sheet: The archive is refused: ")


def test_a_sheet_that_claims_a_million_rows_ends_with_its_figures(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"A1": "x", "A900000": "y"})
    assert read(path) == [(1, ["x"])]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a,b\n1,2,3\n", "a.csv, line 2: The row is broken (3 ≠ 2)."),
        ('a,b\n1,"2\n', "a.csv, line 2: The row is broken (unexpected end of data)."),
        ("a,a\n1,2\n", "a.csv, line 1: a stands there twice"),
        ("a,b,\n1,2,3\n", 'a.csv, line 2: Column 3 has no heading in the first line, yet "3" stands in it.'),
    ],
)
def test_a_broken_csv_says_where(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")
    assert told(lambda: list(files.csv_rows(path)[1])).startswith(says)


def test_trailing_empty_columns_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("\ufeffCountry ,Prod\u00a0 t,,\r\nChile,7,,\r\n".encode())
    names, found = files.csv_rows(path)
    assert names == ["Country", "Prod t"]
    assert list(found) == [(2, {"Country": "Chile", "Prod t": "7"})]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("7,300", 7300.0), (" 12 ", 12.0), ("-0.5", -0.5), ("1e3", 1000.0), (".5", 0.5), ("73,00", None), ("1,2", None),
     ("e20", None), ("12 3", None), ("٣", None), ("", None), ("nan", None), ("inf", None), ("1e999", None)],
)  # fmt: skip
def test_only_plain_numbers_are_numbers(cell: str, value: float | None) -> None:
    assert files.number(cell) == value


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_TEXT", 10)
    (tmp_path / "a.csv").write_text("x" * 11, "utf-8")
    assert told(lambda: files.read_text(tmp_path / "a.csv")).startswith("a.csv: The file has 0 MB, more than the 0 MB")


def test_what_is_no_text_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"a,b\x00\n")
    assert told(lambda: files.read_text(tmp_path / "a.csv")).startswith("a.csv: \\x00… stands there. text is expected.")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    message = told(lambda: files.present(tmp_path / "none.csv", "USGS", "https://example.org"))
    assert message.endswith(
        "none.csv: There is no such file or folder. A file that USGS publishes is expected. Check the path, or "
        "download it from https://example.org."
    )
