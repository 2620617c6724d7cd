"""A refusal says what is there: the encoding, the column, the file that is another one, the path that TOML breaks."""

from pathlib import Path

import pytest

from shigen.base.errors import UserError
from shigen.figures.sources import files, sources
from shigen.figures.sources.comtrade import read_comtrade
from shigen.figures.sources.usgs import read_mcs
from shigen.study import file

HEADER = "MCS chapter,Section,Commodity,Country,Statistics,Statistics_detail,Unit,Year,Value,Notes,Is critical mineral 2025,Other notes"  # noqa: E501
COBALT = "COBALT,World,Cobalt,Congo (Kinshasa),Production,Mine production,metric tons,2024,{value},{note},Yes,"


def refused(act, *arguments: object) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError) as caught:
        act(*arguments)
    return caught.value.message("en")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("コバルト".encode("cp932"), "Shift_JIS (cp932)"),
        ("a―b°".encode("cp932"), "Shift_JIS (cp932)"),  # 0x81 is no sign of Windows' Western code page
        ("鉱石の生産".encode("cp932"), "Shift_JIS (cp932)"),
        ("2021–24, States—United, Côte d’Ivoire, ½".encode("cp1252"), "cp1252"),  # as USGS writes
        ("Curaçao—Réunion “été”".encode("cp1252"), "cp1252"),
        ("コバルト".encode(), "UTF-8"),
        ("\ufeffコバルト".encode(), "UTF-8"),
        ("コバルト".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04 a workbook", "xlsx"),
        (b"a\x00b", "\\x00…"),
    ],
)
def test_how_a_file_is_written_is_told(content: bytes, encoding: str) -> None:
    assert files.encoding_of(content) == encoding


def test_a_file_saved_by_a_japanese_spreadsheet_program_is_refused_by_its_encoding(tmp_path: Path) -> None:
    path = tmp_path / "MCS2026_Commodities_Data.csv"
    path.write_bytes("\n".join((HEADER, COBALT.format(value=1, note="推計値"), "")).encode("cp932"))
    assert refused(read_mcs, [path]) == (
        "MCS2026_Commodities_Data.csv: The file is written as Shift_JIS (cp932). The publisher's file is expected as "
        "it was downloaded (UTF-8, or Western Windows). Take it as it was downloaded: a spreadsheet program may have "
        'lost characters when it saved it. Save a file of your own as "CSV UTF-8".'
    )


def test_a_column_without_a_heading_is_named_by_its_place(tmp_path: Path) -> None:
    path = tmp_path / "MCS2026_Commodities_Data.csv"
    path.write_text("\n".join((f",{HEADER}", f"1,{COBALT.format(value=1, note='')}", "")))
    assert refused(read_mcs, [path]) == (
        'MCS2026_Commodities_Data.csv, line 2: Column 1 has no heading in the first line, yet "1" stands in it. '
        "A heading over each column that holds something is expected. Take out the column if it was added (a row "
        "number, for example), or take the file as it was downloaded."
    )


def test_the_csv_of_comtrades_pages_is_told_by_name_and_never_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "TradeData_1.csv"
    path.write_text(
        "typeCode,freqCode,refPeriodId,refYear,refMonth,period,reporterCode,reporterISO\nC,A,1,2024,52,2024,392,JPN\n"
    )
    said = refused(read_comtrade, [path])
    assert said.startswith(
        "TradeData_1.csv: This is the CSV that the pages of comtradeplus.un.org offer. An answer of the API (JSON) is "
        "expected; this CSV is not read. `shigen data update comtrade` fetches the answers"
    )
    # The pages that offer this CSV are no address from which to download "anew".
    assert "comtradeplus" not in sources()["comtrade"].address
    path.write_text("{")
    assert "comtradeplus" not in refused(read_comtrade, [path])


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (r'overlay = ["C:\Users\data\mine.xlsx"]', r"C:\Users\data\mine.xlsx"),  # \U: no valid sign
        (r'overlay = ["C:\new\table.xlsx"]', r"C:\new\table.xlsx"),  # \n, \t: valid, and another path
        (r'overlay = ["\\server\share\mine.xlsx"]', r"\\server\share\mine.xlsx"),
    ],
)
def test_a_path_of_windows_between_double_quotes_is_told_with_its_mend(tmp_path: Path, line: str, word: str) -> None:
    path = tmp_path / "back.toml"
    path.write_text(f'importer = "KOR"\n{line}\n')
    better = word.replace("\\", "/")
    assert refused(file.read, path, {}) == (
        f'back.toml, line 2: "{word}" has single backslashes between double quotes, which TOML takes as the begin of a '
        "special character. A path between single quotes, or with / between its parts, is expected. "
        f"Write '{word}' or \"{better}\"."
    )


@pytest.mark.parametrize("line", [r"overlay = ['C:\own\mine.xlsx']", r'overlay = ["C:\\own\\mine.xlsx"]'])
def test_a_path_of_windows_that_toml_reads_right_is_taken(tmp_path: Path, line: str) -> None:
    path = tmp_path / "right.toml"
    path.write_text(line)
    assert file.read(path, {}).overlay == [str(tmp_path / r"C:\own\mine.xlsx")]


def test_a_study_file_in_another_encoding_is_told_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sjis.toml"
    path.write_bytes('importer = "韓国"\ncommodities = ["ガリウム"]\n'.encode("cp932"))
    assert refused(file.read, path, {}) == (
        f"{path}: The file is written as Shift_JIS (cp932). A study file is TOML in UTF-8. Save it as UTF-8 in your "
        "editor."
    )
