"""Real excerpts of the workbooks of 2019 and 2024 (World Bank, CC BY 4.0); the rest is made in their layouts."""

import csv
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from shigen.base import names
from shigen.base.errors import UserError
from shigen.figures.factbase import sha256
from shigen.figures.sources.reading import Reading
from shigen.figures.sources.wgi import read_wgi

HERE = Path(__file__).parent
FILES = HERE / "files" / "wgi"
LONG, WIDE = FILES / "wgidataset-2024-excerpt.xlsx", FILES / "wgidataset-2019-excerpt.xlsx"
PAGES = [FILES / f"api-v2-GOV_WGI_GE.EST-page{n}-synthetic.json" for n in (1, 2)]
LIST = FILES / "API_Download_DS3_EN_csv_v2_LIST-synthetic.csv"
FACTS = HERE.parents[1] / "facts" / "governance.csv"
WHERE = "https://www.worldbank.org/en/publication/worldwide-governance-indicators"
UNKNOWN = "This is not a file of Worldwide Governance Indicators (WGI) in a layout that is known"
ANEW = f"Download it anew from {WHERE}, and do not save it from a spreadsheet program."
IN_WORDS = ["ID variable (economy code/ gov. dimension/ year)", "Economy (name)", "Economy (code)", "Year", "Region",
            "Governance estimate (approx. -2.5 to +2.5)", "Standard error of the governance estimate",
            "Number of sources", "Governance score (0-100)", "FRH mean"]  # fmt: skip


def by_key(reading: Reading) -> dict[tuple[str, int, str], dict[str, Any]]:
    return {(r["country"], r["year"], r["dimension"]): dict(r) for r in reading.tables["governance"]}


def refused(*paths: Path, edition: str | None = None) -> str:
    with pytest.raises(UserError) as raised:
        read_wgi(paths, edition)
    return raised.value.message("en")


def changed(original: Path, sheet: str, change: Callable[[Worksheet], object], folder: Path) -> Path:
    book = openpyxl.load_workbook(original)
    change(book[sheet])
    path = folder / "made.xlsx"
    book.save(path)
    return path


def wide(folder: Path) -> Path:
    """The excerpt has two of the six sheets: four are added, with made-up figures for one country."""
    book = openpyxl.load_workbook(WIDE)
    for title in ("VoiceandAccountability", "Political StabilityNoViolence", "RegulatoryQuality",
                  "ControlofCorruption"):  # fmt: skip
        sheet = book.create_sheet(title)
        sheet.append([None, None, 2018, 2018, 2018])
        sheet.append(["Country/Territory", "Code", "Estimate", "StdErr", "NumSrc"])
        sheet.append(["Japan", "JPN", 1.5, 0.2, 9])
    path = folder / "wgidataset.xlsx"
    book.save(path)
    return path


def in_words(folder: Path, economies: Sequence[tuple[str, str, object]], year: int = 2024, **replaced: str) -> Path:
    """A workbook in the layout of 2025: a sheet per dimension, headings in words."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for n, short in enumerate(("va", "pv", "ge", "rq", "rl", "cc")):
        sheet = book.create_sheet(short)
        sheet.append([replaced.get(word, word) for word in IN_WORDS])
        for code, name, estimate in economies:
            figure = round(estimate + n / 10, 6) if isinstance(estimate, float) else estimate
            rest = [0.2, 8, 50 + 9 * estimate, 0.4] if isinstance(estimate, float) else [".."] * 4
            sheet.append([f"{code}{short}{year}", name, code, year, "EAP", figure, *rest])
    path = folder / "wgidataset_with_sourcedata-2025.xlsx"
    book.save(path)
    return path


def page(rows: Sequence[tuple[str, str, str, object]], indicator: str = "GOV_WGI_PV.EST", **meta: object) -> str:
    about = {"page": 1, "pages": 1, "per_page": 20000, "total": len(rows), "sourceid": "3", "lastupdated": "2026-03-18"}
    items = [
        {"indicator": {"id": indicator, "value": "-"}, "country": {"id": code[:2], "value": name},
         "countryiso3code": code, "date": date, "value": value, "unit": "", "obs_status": "", "decimal": 1}
        for code, name, date, value in rows
    ]  # fmt: skip
    return json.dumps([{**about, **meta}, items])


def written(folder: Path, **contents: str) -> list[Path]:
    paths = []
    for name, content in contents.items():
        paths.append(folder / f"{name}.json")
        paths[-1].write_text(content, "utf-8")
    return paths


# --- workbooks ---


def test_long_workbook_of_2024_gives_the_printed_figures() -> None:
    found = by_key(read_wgi([LONG]))
    printed = {
        ("CHN", "government_effectiveness"): 0.6790, ("CHN", "rule_of_law"): -0.0401,
        ("COD", "government_effectiveness"): -1.6891, ("COD", "control_of_corruption"): -1.4805,
        ("JPN", "rule_of_law"): 1.5355, ("NOR", "government_effectiveness"): 1.7999,
    }  # fmt: skip
    for (country, dimension), value in printed.items():
        assert found[country, 2023, dimension]["estimate"] == pytest.approx(value, abs=5e-5)
    row = found["AND", 1996, "control_of_corruption"]
    assert row == {
        "country": "AND", "year": 1996, "dimension": "control_of_corruption", "estimate": 1.318143248558044,
        "standard_error": 0.480888694524765, "n_sources": 1, "edition": "WGI 2024 update",
        "published_name": "Andorra", "note": None, "place": "sheet Sheet1, row 2",
    }  # fmt: skip


def test_shared_cells_agree_with_the_facts_of_the_package() -> None:
    found, shared = by_key(read_wgi([LONG])), 0
    for fact in csv.DictReader(FACTS.read_text("utf-8").splitlines()):
        row = found.get((fact["country_iso3"], int(fact["year"]), fact["dimension"]))
        if not fact["vintage"].startswith("WGI 2024 update") or row is None:
            continue
        shared += 1
        assert row["estimate"] == pytest.approx(float(fact["estimate"]), abs=6e-7)  # six decimals there
        assert row["standard_error"] == pytest.approx(float(fact["standard_error"]), abs=6e-7)
        assert row["n_sources"] == int(float(fact["n_sources"]))
    assert shared == 456


def test_codes_of_the_publisher_become_iso_codes() -> None:
    found = {r["published_name"]: r["country"] for r in read_wgi([LONG]).tables["governance"]}
    codes = {"Congo, Dem. Rep.": "COD", "Kosovo": "XKX", "Romania": "ROU", "Timor-Leste": "TLS", "Andorra": "AND",
             "West Bank and Gaza": "PSE", "Taiwan, China": "TWN", "Jersey, Channel Islands": "JEY"}  # fmt: skip
    assert codes.items() <= found.items()


def test_no_code_of_a_group_is_a_country() -> None:
    with (HERE.parents[1] / "src/shigen/figures/sources/wgi_codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert not {r["code"] for r in rows} & set(names.countries())
    assert {r["iso3"] for r in rows} - {""} <= set(names.countries())


def test_missing_estimates_are_counted_and_are_no_rows() -> None:
    reading = read_wgi([LONG])
    assert len(reading.tables["governance"]) + reading.left_out["estimate not available"] == 600
    assert reading.left_out["estimate not available"] == 51


def test_estimates_beyond_two_and_a_half_are_not_clipped() -> None:
    assert min(r["estimate"] for r in read_wgi([LONG]).tables["governance"]) < -2.5


def test_wide_workbook_of_2019_pairs_years_with_columns(tmp_path: Path) -> None:
    reading = read_wgi([wide(tmp_path)])
    found = by_key(reading)
    for country, value in {"CHN": -0.20157, "COD": -1.78422, "NOR": 1.96563}.items():
        assert found[country, 2018, "rule_of_law"]["estimate"] == pytest.approx(value, abs=5e-6)
    assert found["JPN", 1996, "rule_of_law"]["estimate"] == pytest.approx(1.34782886505127)
    assert found["CHN", 2018, "rule_of_law"]["n_sources"] == 13
    assert ("ABW", 1996, "rule_of_law") not in found  # "#N/A"
    assert found["CHN", 2018, "rule_of_law"]["place"] == "sheet RuleofLaw, row 21"
    assert [(e["edition"], e["position"]) for e in reading.editions] == [("WGI 2019 update", 2019)]


def test_edition_that_lacks_dimensions_is_an_error_that_names_them() -> None:
    assert refused(WIDE) == (
        f"{WIDE.name}: {UNKNOWN}: WGI 2019 update: government_effectiveness, rule_of_law. voice_accountability, "
        f"political_stability, regulatory_quality, control_of_corruption is expected. {ANEW}"
    )


def test_workbook_of_2025_is_read_by_its_headings(tmp_path: Path) -> None:
    economies = [("JPN", "Japan", 1.1), ("XKX", "Kosovo", ".."), ("ZAR", "Congo, Dem. Rep.", -3.1)]
    path = in_words(tmp_path, economies)
    reading = read_wgi([path])
    found = by_key(reading)
    assert len(found) == 12
    assert found["COD", 2024, "control_of_corruption"]["estimate"] == -2.6
    assert found["COD", 2024, "voice_accountability"]["estimate"] == -3.1
    row = found["JPN", 2024, "rule_of_law"]
    assert (row["estimate"], row["standard_error"], row["n_sources"]) == (1.5, 0.2, 8)
    assert reading.left_out == {"estimate not available": 6}
    assert reading.editions == [
        {
            "edition": "WGI 2025 revision", "publisher": "World Bank WGI", "position": 2025,
            "file": "wgidataset_with_sourcedata-2025.xlsx", "terms": "CC BY 4.0", "address": WHERE, "through": None,
            "sha256": sha256(path),
            "title": "Worldwide Governance Indicators, 2025 revision (data 2024-2024)",
        }
    ]  # fmt: skip


def test_unverified_headings_of_2025_may_be_others(tmp_path: Path) -> None:
    """Names of the columns of standard error and number of sources were not seen: without them they are absent."""
    path = in_words(tmp_path, [("JPN", "Japan", 1.1)], **{IN_WORDS[6]: "s.e.", IN_WORDS[7]: "sources"})
    row = by_key(read_wgi([path]))["JPN", 2024, "rule_of_law"]
    assert (row["estimate"], row["standard_error"], row["n_sources"]) == (1.5, None, None)


def test_score_is_never_taken_for_the_estimate(tmp_path: Path) -> None:
    path = in_words(tmp_path, [("JPN", "Japan", 1.1)], **{IN_WORDS[5]: "Governance (approx.)"})
    found = ", ".join([*IN_WORDS[:5], "Governance (approx.)", *IN_WORDS[6:]])
    assert refused(path) == (
        f"{path.name}, sheet va: {UNKNOWN}: {found[:300]}{'…' * (len(found) > 300)}. "
        f"Governance estimate is expected. {ANEW}"
    )


def test_zip_with_the_workbook_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "wgidataset_excel.zip", "w") as archive:
        archive.write(LONG, "wgidataset.xlsx")
    assert len(read_wgi([tmp_path / "wgidataset_excel.zip"]).tables["governance"]) == 549


def test_countries_that_are_not_known_come_in_one_list(tmp_path: Path) -> None:
    told = refused(in_words(tmp_path, [("ATL", "Atlantis", 1.0), ("ERW", "Erewhon", 1.0)])).splitlines()
    assert len(told) == 2  # once each, not once a sheet
    assert told[1] == (
        "wgidataset_with_sourcedata-2025.xlsx, sheet va, row 3: The country Erewhon (ERW) is not known. A name of the "
        "table of names is expected. Write to the project with the file's name; until then the file cannot be read."
    )


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("F", "9.9", "9.9 stands there. a number or a sign of the publisher"),
        ("F", "n/a", "n/a stands there. a number or a sign of the publisher"),
        ("F", True, "True stands there. a number or a sign of the publisher"),
        ("H", 2.5, "2.5 stands there. a number or a sign of the publisher"),
        ("G", -0.1, "-0.1 stands there. a number or a sign of the publisher"),
        ("E", "xx", "xx stands there. va, pv, ge, rq, rl, cc is expected."),
        ("D", 1998, "ADOcc1996 stands there. ADOcc1998 is expected."),
        ("B", "ABW", "ADOcc1996 stands there. ABWcc1996 is expected."),
        ("C", "Japan", "ADO, Japan stands there. a country code of the publisher is expected."),
    ],
)
def test_cell_that_is_not_understood_is_an_error_with_its_place(
    column: str, value: object, told: str, tmp_path: Path
) -> None:
    def spoiled(sheet: Worksheet) -> None:
        sheet[f"{column}2"].value = value

    assert refused(changed(LONG, "Sheet1", spoiled, tmp_path)).startswith(f"made.xlsx, sheet Sheet1, row 2: {told}")


def test_doubled_row_with_another_figure_is_an_error(tmp_path: Path) -> None:
    def doubled(sheet: Worksheet) -> None:
        sheet.append([1.5 if n == 6 else sheet.cell(2, n).value for n in range(1, 12)])

    assert refused(changed(LONG, "Sheet1", doubled, tmp_path)) == (
        "made.xlsx, sheet Sheet1, row 602: estimate control_of_corruption AND 1996 stands there twice with different "
        "figures (1.31814 and 1.5). Each figure stands once. Compare with the publisher's file and take out the wrong "
        "one."
    )


def test_estimate_that_its_rank_contradicts_is_an_error(tmp_path: Path) -> None:
    """The standard error stands where the estimate should: a number, but not that of rank 85."""

    def swapped(sheet: Worksheet) -> None:
        row = next(r for r in sheet.iter_rows() if r[0].value == "JPNrl2015")
        row[5].value, row[6].value = row[6].value, row[5].value

    told = refused(changed(LONG, "Sheet1", swapped, tmp_path))
    assert told == (
        "made.xlsx, sheet Sheet1, row 189; sheet Sheet1, row 194: JPN 0.1592 (rank 88.57); ROU 0.2049 (rank 61.43) "
        "stands there. JPN > ROU is expected. Compare with the publisher's file; a file that was opened and saved "
        "elsewhere is often changed."
    )


def test_year_without_estimates_gets_none(tmp_path: Path) -> None:
    """1997, 1999 and 2001 were never published."""

    def between(sheet: Worksheet) -> None:
        sheet["A2"].value, sheet["D2"].value = "ADOcc1997", 1997

    assert refused(changed(LONG, "Sheet1", between, tmp_path)).startswith(
        "made.xlsx, sheet Sheet1, row 2: 1997 stands there. a year is expected."
    )


def test_edition_is_asked_for_where_years_were_left_out(tmp_path: Path) -> None:
    path = in_words(tmp_path, [("JPN", "Japan", 1.1)], year=2022)
    assert refused(path) == (
        f"{path.name}: The file does not say which edition it is. WGI 2024 update, WGI 2025 revision is expected. "
        "Name it with --edition."
    )
    assert read_wgi([path], "WGI 2025 revision").editions[0]["edition"] == "WGI 2025 revision"
    assert "WGI 2024 update, WGI 2025 revision is expected" in refused(path, edition="WGI 2022 update")


def test_edition_that_the_file_contradicts_is_an_error() -> None:
    assert refused(LONG, edition="WGI 2025 revision").startswith(
        f"{LONG.name}: WGI 2024 update stands there. WGI 2025 revision is expected."
    )


def test_workbook_of_another_kind_is_refused() -> None:
    path = HERE / "files" / "pink_sheet" / "CMO-Historical-Data-Annual-2025-05-excerpt.xlsx"
    assert refused(path) == (
        f"{path.name}: {UNKNOWN}: AFOSHEET, Annual Prices (Nominal), Annual Prices (Real). "
        f"codeindyr, va, VoiceandAccountability is expected. {ANEW}"
    )


# --- the API's pages and lists ---


def test_pages_of_one_indicator_stand_alone_and_the_reading_says_so() -> None:
    reading = read_wgi(PAGES)
    found = by_key(reading)
    assert found["XKX", 2024, "government_effectiveness"]["estimate"] == -0.4444
    assert found["TWN", 2024, "government_effectiveness"]["place"] == "GOV_WGI_GE.EST page 2, row 3"
    assert found["COD", 2023, "government_effectiveness"]["note"] == "GOV_WGI_GE.EST, updated 2026-03-18"
    assert reading.editions[0]["edition"] == "WGI 2025 revision"
    assert reading.left_out == {
        "estimate not available": 1, "country group World": 1,
        "dimension voice_accountability: not among the files": 0,
        "dimension political_stability: not among the files": 0,
        "dimension regulatory_quality: not among the files": 0,
        "dimension rule_of_law: not among the files": 0,
        "dimension control_of_corruption: not among the files": 0,
    }  # fmt: skip


def test_two_indicators_of_six_are_an_error(tmp_path: Path) -> None:
    rows = [("JPN", "Japan", "2024", 1.0)]
    paths = written(tmp_path, a=page(rows), b=page(rows, "GOV_WGI_VA.EST"))
    assert refused(*paths) == (
        f"a.json, b.json: {UNKNOWN}: WGI 2025 revision: political_stability, voice_accountability. "
        f"government_effectiveness, regulatory_quality, rule_of_law, control_of_corruption is expected. {ANEW}"
    )


def test_missing_page_is_an_error() -> None:
    assert refused(PAGES[0]) == (
        f"{PAGES[0].name}, GOV_WGI_GE.EST: The file ends early: 4 of 7. A whole file is expected. Download it anew."
    )


def test_page_that_comes_twice_is_an_error(tmp_path: Path) -> None:
    again = written(tmp_path, again=PAGES[0].read_text("utf-8"))[0]
    assert refused(PAGES[0], again) == (
        f"{PAGES[0].name}: {UNKNOWN}: GOV_WGI_GE.EST: {PAGES[0].name}: page 1 of 2, total 7; again.json: page 1 of 2, "
        f"total 7. page 1–2 is expected. {ANEW}"
    )


def test_rows_of_one_page_under_the_number_of_another_are_an_error(tmp_path: Path) -> None:
    meta, rows = json.loads(PAGES[0].read_text("utf-8"))
    path = written(tmp_path, two=json.dumps([{**meta, "page": 2}, rows[:3]]))[0]
    assert refused(PAGES[0], path) == (
        f"{PAGES[0].name}, GOV_WGI_GE.EST: The file ends early: 4 of 7. A whole file is expected. Download it anew."
    )


def test_pages_of_two_updates_are_not_mixed(tmp_path: Path) -> None:
    content = PAGES[1].read_text("utf-8").replace("2026-03-18", "2026-10-01")
    assert f"{UNKNOWN}: 2026-03-18, 2026-10-01, GOV_WGI_GE.EST." in refused(PAGES[0], *written(tmp_path, b=content))


def test_error_with_status_200_is_an_error() -> None:
    path = FILES / "api-v2-error-http200-synthetic.json"
    assert refused(path) == (
        f"{path.name}: {UNKNOWN}: 175: The indicator was not found. It may have been deleted or archived.. "
        f"GOV_WGI_VA.EST is expected. {ANEW}"
    )


def test_answer_without_rows_is_an_error() -> None:
    path = FILES / "api-v2-empty-synthetic.json"
    assert refused(path) == (
        f"{path.name}: {UNKNOWN}: total 0, None. [{{indicator, country, date, value}}] is expected. {ANEW}"
    )


def test_cut_answer_is_an_error(tmp_path: Path) -> None:
    path = written(tmp_path, cut=PAGES[0].read_text("utf-8")[:700])[0]
    assert refused(path).startswith(f"cut.json: {UNKNOWN}: JSON: ")


def test_list_of_countries_tells_which_are_groups(tmp_path: Path) -> None:
    rows = [("JPN", "Japan", "2024", 1.0), ("QQQ", "Some new group", "2024", 0.5), ("", "World", "2024", None)]
    content = page(rows).replace('"country": {"id": ""', '"country": {"id": "1W"')
    listed = [{"id": "QQQ", "iso2Code": "Q1", "name": "-", "region": {"id": "NA", "value": "Aggregates"}},
              {"id": "JPN", "iso2Code": "JP", "name": "Japan", "region": {"id": "EAS", "value": "Asia"}}]  # fmt: skip
    paths = written(tmp_path, a=content, countries=json.dumps([{"page": 1, "pages": 1, "total": 2}, listed]))
    reading = read_wgi(paths)
    assert [r["country"] for r in reading.tables["governance"]] == ["JPN"]
    assert (reading.left_out["country group Some new group"], reading.left_out["country group World"]) == (1, 1)
    assert "The country Some new group (QQQ) is not known." in refused(paths[0])


def test_row_without_alpha_3_code_is_known_by_the_other_one(tmp_path: Path) -> None:
    content = page([("", "Kosovo", "2024", -0.2)]).replace('"country": {"id": ""', '"country": {"id": "XK"')
    assert ("XKX", 2024, "political_stability") in by_key(read_wgi(written(tmp_path, a=content)))


def test_standard_errors_join_their_estimates(tmp_path: Path) -> None:
    rows = [("JPN", "Japan", "2024", 1.0)]
    paths = written(tmp_path, a=page(rows), b=page([("JPN", "Japan", "2024", 0.21)], "GOV_WGI_PV.SE"),
                    c=page(rows, "GOV_WGI_PV.SC"))  # fmt: skip
    reading = read_wgi(paths)
    assert by_key(reading)["JPN", 2024, "political_stability"]["standard_error"] == 0.21
    assert reading.left_out["indicator GOV_WGI_PV.SC"] == 1


@pytest.mark.parametrize(
    ("indicator", "date", "updated", "edition"),
    [
        ("GOV_WGI_PV.EST", "2024", "2026-03-18", "WGI 2025 revision"),
        ("GOV_WGI_PV.EST", "2024", "2025-10-20", "WGI 2025 revision"),
        ("GOV_WGI_PV.EST", "2015", "2026-03-18", "WGI 2025 revision"),  # a span of years; the update tells
        ("GOV_WGI_PV.EST", "2025", "2026-12-01", "WGI 2026 update"),
        ("GOV_WGI_PV.EST", "2023", "2026-10-01", None),  # of 2025 or of 2026
        ("GOV_WGI_PV.EST", "2023", "", None),
        ("PV.EST", "2023", "2025-01-10", "WGI 2024 update"),
        ("PV.EST", "2022", "2023-09-29", "WGI 2023 update"),
        ("PV.EST", "2024", "2026-03-18", None),  # the old ids are gone
    ],
)
def test_edition_of_an_answer(indicator: str, date: str, updated: str, edition: str | None, tmp_path: Path) -> None:
    paths = written(tmp_path, a=page([("JPN", "Japan", date, 1.0)], indicator, lastupdated=updated))
    if edition is None:
        assert "does not say which edition" in refused(*paths)
    else:
        assert read_wgi(paths).editions[0]["edition"] == edition


def test_list_in_csv_and_its_zip_are_read_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "list.zip", "w") as archive:
        archive.write(LIST, "API_Download_DS3_EN_csv_v2_LIST.csv")
        archive.writestr("Metadata_Country_API.csv", "not,of,use")
    first, packed = read_wgi([LIST]), read_wgi([tmp_path / "list.zip"])
    assert first.tables == packed.tables
    assert first.tables["governance"] == [
        {
            "country": "COD", "year": 2024, "dimension": "government_effectiveness", "estimate": -1.1111,
            "standard_error": 0.1234, "n_sources": None, "edition": "WGI 2025 revision",
            "published_name": "Congo, Dem. Rep.", "note": "GOV_WGI_GE.EST", "place": "line 6",
        }
    ]  # fmt: skip
    assert (first.left_out["estimate not available"], first.left_out["country group World"]) == (1, 1)


def test_list_with_years_as_columns_is_read(tmp_path: Path) -> None:
    path = tmp_path / "WGICSV.csv"
    path.write_text("Country Name,Country Code,Indicator Name,Indicator Code,1996,1997,2023\n"
                    "Japan,JPN,Political Stability,PV.EST,1.0,,0.9\n", "utf-8")  # fmt: skip
    found = by_key(read_wgi([path]))
    assert [(k[1], r["estimate"]) for k, r in found.items()] == [(1996, 1.0), (2023, 0.9)]


def test_cut_list_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_text(LIST.read_text("utf-8-sig").rstrip()[:-30], "utf-8")
    assert refused(path) == (
        "cut.csv, line 5: The row is broken (unexpected end of data). As many cells as there are headings, and closed "
        "quotes, are expected. Download the file anew, and do not save it from a spreadsheet program."
    )


def test_missing_file_is_named() -> None:
    assert "There is no such file" in refused(FILES / "none.xlsx")
