"""Japan Customs: nine-digit imports from e-Stat's CSV files and its API. The sample files are synthetic."""

import csv
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.source import SOURCES
from shigen.figures.sources.customs_japan import read_customs
from shigen.figures.sources.customs_line import countries
from shigen.figures.sources.estat import fetch_customs
from shigen.figures.sources.http import Fetcher
from shigen.figures.sources.reading import Row

FILES = Path(__file__).parent / "files" / "customs_japan"
PAGES = [FILES / f"estat-getStatsData-0003425294-page{n}-synthetic.json" for n in (1, 2)]
CSV = FILES / "estat-hs-by-country-import-2024-synthetic.csv"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HEADINGS = ["Exp or Imp", "Year", "HS", "Country", "Unit1", "Unit2"] + [
    f"{measure}-{month}" for month in ("Year", *MONTHS) for measure in ("Quantity1", "Quantity2", "Value")
]


def made(path: Path, *rows: dict[str, object], headings: list[str] = HEADINGS) -> Path:
    """A file of one month: what a row does not say is as in a line of 5 kg for 7,000 yen from China in January."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, headings, restval="0")
        writer.writeheader()
        for row in rows:
            month = row.get("month", "Jan")
            line = {
                "Exp or Imp": "2", "Year": "2024", "HS": "'811292100'", "Country": "105", "Unit1": "  ", "Unit2": "KG",
                "Quantity2-Year": "5", f"Quantity2-{month}": "5", "Value-Year": "7", f"Value-{month}": "7",
            }  # fmt: skip
            line |= {name: str(cell) for name, cell in row.items() if name != "month"}
            writer.writerow({name: cell for name, cell in line.items() if name in headings})
    return path


def customs(*paths: Path, edition: str | None = None) -> list[Row]:
    return list(read_customs(list(paths), edition).tables["customs"])


def message(*paths: Path) -> str:
    with pytest.raises(UserError) as error:
        read_customs(list(paths))
    return str(error.value)


def edited(tmp_path: Path, page: Path, **changes: Any) -> Path:
    """A page with changes: `RESULT_INF__NEXT_KEY=None` takes a member out."""
    answer = json.loads(page.read_text("utf-8"))
    for name, value in changes.items():
        *way, last = name.split("__")
        inner = answer["GET_STATS_DATA"]["STATISTICAL_DATA"]
        for step in way:
            inner = inner[step]
        if value is None:
            del inner[last]
        else:
            inner[last] = value
    out = tmp_path / page.name
    out.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    return out


# files


def test_csv_of_45_columns_gives_tonnes_by_the_label_of_the_unit() -> None:
    found = {(r["hs9"], r["partner"]): r for r in customs(CSV)}
    cobalt = found["282200000", "CHN"]
    assert (cobalt["value_kjpy"], cobalt["quantity_t"], cobalt["unit1"]) == (500000, 1.0, None)
    copper = found["260300000", "CHL"]  # MT stands in the first column
    assert (copper["quantity_t"], copper["unit1"], copper["published_code"]) == (12345, None, "409")
    magnets = found["850511000", "CHN"]  # 99,999 pieces of 4,444 kg
    assert (magnets["quantity_t"], magnets["unit1_quantity"], magnets["unit1"]) == (4.444, 99999, "NO")
    assert found["811292000", "TWN"]["place"] == "line 4"


def test_value_with_quantity_zero_is_kept_and_said() -> None:
    below = next(r for r in customs(CSV) if r["partner"] == "FIN")
    assert (below["value_kjpy"], below["quantity_t"], below["flag"]) == (321, 0, "official")
    assert below["note"] == "month 1 only; quantity below the unit"


def test_table_without_countries_is_the_world() -> None:
    (row,) = customs(FILES / "estat-hs-only-import-2023-synthetic.csv")
    assert (row["partner"], row["published_code"], row["value_kjpy"], row["quantity_t"]) == ("WLD", None, 666666, 1.234)


def test_customs_offices_are_added_up(tmp_path: Path) -> None:
    headings = [*HEADINGS[:3], "Custom", *HEADINGS[3:]]
    assert len(headings) == 46
    offices = made(tmp_path / "a.csv", {"Custom": "100"}, {"Custom": "200"}, headings=headings)
    (row,) = customs(offices)
    assert (row["value_kjpy"], row["quantity_t"]) == (14, 0.010)
    assert row["note"] == "month 1 only; 2 customs offices added up"


def test_exports_are_counted_and_left_out(tmp_path: Path) -> None:
    reading = read_customs([made(tmp_path / "a.csv", {}, {"Exp or Imp": "1"})])
    assert len(reading.tables["customs"]) == 1
    assert reading.left_out == {"exports": 1}


def test_older_file_of_the_year_is_left_out_and_never_added(tmp_path: Path) -> None:
    march = made(tmp_path / "march.csv", {"month": "Mar"})
    june = made(tmp_path / "june.csv", {"month": "Jun", "Value-Year": 9, "Value-Jun": 9})
    for paths in ([march, june], [june, march]):
        reading = read_customs(paths)
        (row,) = reading.tables["customs"]
        assert (row["value_kjpy"], row["last_month"], row["note"]) == (9, 6, "months 1–6 only")
        assert reading.left_out == {"older files of the same year": 1}


def test_two_files_that_go_equally_far_must_agree(tmp_path: Path) -> None:
    first, second = made(tmp_path / "a.csv", {}), made(tmp_path / "b.csv", {"Value-Year": 8, "Value-Jan": 8})
    assert message(first, second) == (
        "b.csv, line 2: 811292100 105 2024 stands there twice with different figures (0 / 5 KG / 7 and 0 / 5 KG / 8). "
        "Each figure stands once. Compare with the publisher's file and take out the wrong one."
    )
    assert read_customs([first, made(tmp_path / "c.csv", {})]).left_out == {"rows repeated": 1}


def test_year_that_is_not_the_sum_of_its_months_is_refused(tmp_path: Path) -> None:
    assert message(made(tmp_path / "a.csv", {"Value-Year": 8})) == (
        "a.csv, line 2: value (811292100, year and sum of its months) stands there twice with different figures "
        "(8 and 7). Each figure stands once. Compare with the publisher's file and take out the wrong one."
    )


def test_unknown_country_code_is_named(tmp_path: Path) -> None:
    assert message(made(tmp_path / "a.csv", {"Country": "999"})) == (
        "a.csv, line 2: The country code 999 is not known. A name of the table of names is expected. "
        "Write to the project with the file's name; until then the file cannot be read."
    )


def test_stores_unknown_and_bonded_are_other_with_their_code(tmp_path: Path) -> None:
    rows = customs(made(tmp_path / "a.csv", *({"Country": code} for code in ("701", "702", "703"))))
    assert [(r["partner"], r["published_code"]) for r in rows] == [("OTH", "701"), ("OTH", "702"), ("OTH", "703")]
    assert rows[1]["note"] == "country unknown; month 1 only"


def test_special_line_of_code_000000011_keeps_its_zeros(tmp_path: Path) -> None:
    figures = {"Quantity2-Year": 1917608, "Quantity2-Jan": 1917608, "Value-Year": 831854, "Value-Jan": 831854}
    (row,) = customs(made(tmp_path / "a.csv", {"HS": "'000000011'", "Year": 2023, **figures}))
    assert (row["hs9"], row["value_kjpy"], row["quantity_t"]) == ("000000011", 831854, 1917.608)
    assert row["edition"] == "Japan Customs 2023"


@pytest.mark.parametrize(("unit", "tonnes"), [("MT", 5), ("ＭＴ", 5), ("GR", 5e-6), ("CT", 1e-6)])
def test_units_of_mass(tmp_path: Path, unit: str, tonnes: float) -> None:
    (row,) = customs(made(tmp_path / "a.csv", {"Unit2": unit}))
    assert row["quantity_t"] == pytest.approx(tonnes, rel=1e-12)


def test_unit_that_is_no_mass_gives_no_tonnes(tmp_path: Path) -> None:
    (row,) = customs(made(tmp_path / "a.csv", {"Unit2": "KL"}))
    assert (row["quantity_t"], row["unit1_quantity"], row["unit1"]) == (None, 5, "KL")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"Unit2": "QQ"}, "a.csv, line 2: QQ stands there. A unit that is known is expected."),
        (
            {"Unit2": "  "},
            "a.csv, line 2: quantity2: 5, without a unit stands there. A unit that is known is expected.",
        ),
        ({"HS": "81129210"}, "a.csv, line 2, HS: 81129210 stands there."),
        ({"Year": "24"}, "a.csv, line 2, Year: 24 stands there. A year is expected."),
        ({"Country": "CHN"}, "a.csv, line 2, Country: CHN stands there. A country code of the publisher is expected."),
        ({"Exp or Imp": "3"}, "a.csv, line 2, Exp or Imp: 3 stands there. A mark of the publisher is expected."),
        ({"Value-Year": "7 000"}, "a.csv, line 2: value '7 000' stands there."),
        ({"Value-Year": "-7", "Value-Jan": "-7"}, "a.csv, line 2: value '-7' stands there."),
        ({"Value-Jan": ""}, "a.csv, line 2: value '' stands there."),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, object], expected: str
) -> None:
    assert message(made(tmp_path / "a.csv", change)).lower().startswith(expected.lower())


def test_all_problems_of_a_file_come_in_one_list(tmp_path: Path) -> None:
    told = message(made(tmp_path / "a.csv", {"Country": "998"}, {}, {"Country": "999"}))
    assert [line.split(":")[0] for line in told.splitlines()] == ["a.csv, line 2", "a.csv, line 4"]


def test_missing_figure_is_not_zero(tmp_path: Path) -> None:
    (row,) = customs(made(tmp_path / "a.csv", {"Value-Year": "X", "Value-Jan": "X"}))
    assert (row["value_kjpy"], row["quantity_t"], row["flag"]) == (None, 0.005, "not_available")
    (row,) = customs(
        made(tmp_path / "b.csv", {"Value-Year": 0, "Value-Jan": 0, "Quantity2-Year": 0, "Quantity2-Jan": 0})
    )
    assert (row["value_kjpy"], row["flag"]) == (0, "zero")


def test_swapped_columns_never_give_a_wrong_number(tmp_path: Path) -> None:
    lines = CSV.read_text().splitlines()
    swapped = lines[0].replace("Quantity2-Year,Value-Year", "Value-Year,Quantity2-Year")
    (tmp_path / "a.csv").write_text("\n".join([swapped, *lines[1:]]))
    assert "stands there twice with different figures" in message(tmp_path / "a.csv")


def test_april_of_2008_is_spelled_apl(tmp_path: Path) -> None:
    text = made(tmp_path / "a.csv", {"Year": 2008, "month": "Apr"}).read_text()
    (tmp_path / "a.csv").write_text(text.replace("-Apr", "-Apl"))
    (row,) = customs(tmp_path / "a.csv")
    assert (row["year"], row["last_month"]) == (2008, 4)


def test_other_layout_says_what_lacks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Year,HS\n2024,811292100\n")
    told = message(tmp_path / "a.csv")
    assert told.startswith(
        "a.csv: This is not a file of Trade Statistics of Japan, imports by nine-digit code in a layout"
    )
    assert "Exp or Imp, Unit1, Unit2, Quantity1-Year" in told


def test_stage_of_the_statistics_goes_into_the_note() -> None:
    assert customs(CSV, edition="確定")[0]["note"] == "確定; month 1 only"
    row = customs(CSV, edition="Japan Customs 2024 確報")[0]
    assert (row["edition"], row["note"]) == ("Japan Customs 2024 確報", "確報; month 1 only")
    (about,) = read_customs([CSV], "確定").editions
    assert (about["edition"], about["publisher"], about["position"]) == ("Japan Customs 2024", "Japan Customs", 2024)


# pages of the API


def test_pages_give_the_expected_figures_of_the_sample_in_any_order() -> None:
    for paths in (PAGES, PAGES[::-1]):
        rows = {(r["hs9"], r["partner"]): r for r in customs(*paths)}
        figures = {key: (r["value_kjpy"], r["quantity_t"], r["flag"]) for key, r in rows.items()}
        assert figures == {
            ("282200000", "CHN"): (500000, 1.0, "official"),
            ("282200000", "FIN"): (321, 0.0, "official"),
            ("811292000", "TWN"): (88888, 0.077, "official"),
            ("280461000", "DEU"): (None, 0.005, "not_available"),
        }
        assert rows["280461000", "DEU"]["place"] == f"{PAGES[1].name}, VALUE 28"
        assert rows["280461000", "DEU"]["note"] == "value -: 該当数値なし"
        assert {r["last_month"] for r in rows.values()} == {12}  # renewed in August of the next year but one


def test_first_page_alone_ends_early() -> None:
    assert message(PAGES[0]) == (
        f"{PAGES[0].name}: The file ends early: 100 of 164. A whole file is expected. Download it anew."
    )
    assert "The file ends early: 0 of 164." in message(PAGES[1])


def test_page_repeated_is_refused(tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    again.write_bytes(PAGES[0].read_bytes())
    assert "1–100 stands there twice with different figures (again.json and " in message(PAGES[0], again, PAGES[1])


def test_page_with_fewer_rows_than_it_says_is_refused(tmp_path: Path) -> None:
    answer = json.loads(PAGES[1].read_text("utf-8"))
    answer["GET_STATS_DATA"]["STATISTICAL_DATA"]["DATA_INF"]["VALUE"].pop()
    (tmp_path / "short.json").write_text(json.dumps(answer), "utf-8")
    assert message(PAGES[0], tmp_path / "short.json").startswith("short.json: The file ends early: 63 of 64.")


def test_pages_of_two_states_of_the_table_are_refused(tmp_path: Path) -> None:
    other = edited(tmp_path, PAGES[1], TABLE_INF__UPDATED_DATE="2026-09-01")
    assert "(164 2026-08-28 and 164 2026-09-01)" in message(PAGES[0], other)


def test_names_of_quantities_are_read_not_their_codes(tmp_path: Path) -> None:
    paths = []
    for page in PAGES:  # the code that means a value here means a unit in another table
        text = page.read_text("utf-8").replace('"140"', '"swap"').replace('"100"', '"140"').replace('"swap"', '"100"')
        paths.append(tmp_path / page.name)
        paths[-1].write_text(text, "utf-8")
    assert [{**r, "place": ""} for r in customs(*paths)] == [{**r, "place": ""} for r in customs(*PAGES)]


def test_other_table_with_other_names_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / page.name for page in PAGES]
    for path, page in zip(paths, PAGES, strict=True):
        path.write_text(page.read_text("utf-8").replace('"1月_数量1"', '"1月_重量"'), "utf-8")
    assert "cat02 150: 1月_重量" in message(*paths)
    assert "CLASS_INF, cat02" in message(paths[0], PAGES[1])


def test_single_objects_instead_of_lists_are_read(tmp_path: Path) -> None:
    answer = json.loads(PAGES[0].read_text("utf-8"))
    data = answer["GET_STATS_DATA"]["STATISTICAL_DATA"]
    data["RESULT_INF"] = {"TOTAL_NUMBER": 1, "FROM_NUMBER": 1, "TO_NUMBER": 1}
    data["DATA_INF"] = {"NOTE": {"@char": "-", "$": "none"}, "VALUE": {
        "@cat01": "811292910", "@cat02": "140", "@area": "50105", "@time": "2024000000", "$": "0"}}  # fmt: skip
    (tmp_path / "one.json").write_text(json.dumps(answer), "utf-8")
    (row,) = customs(tmp_path / "one.json")
    assert (row["hs9"], row["partner"], row["flag"], row["quantity_t"]) == ("811292910", "CHN", "zero", None)


def test_money_in_another_unit_is_refused(tmp_path: Path) -> None:
    head, values = PAGES[0].read_text("utf-8").split('"DATA_INF"')
    (tmp_path / "a.json").write_text(head + '"DATA_INF"' + values.replace("千円", "百万円"), "utf-8")
    assert message(tmp_path / "a.json", PAGES[1]).startswith(
        "a.json, VALUE 5: 百万円 stands there. a unit that is known is expected."
    )


def test_unknown_country_of_the_api_is_named_in_full(tmp_path: Path) -> None:
    paths = []
    for page in PAGES:
        text = page.read_text("utf-8").replace("50222", "50999").replace("222_フィンランド", "999_ウルトラ国")
        paths.append(tmp_path / page.name)
        paths[-1].write_text(text, "utf-8")
    assert "The country code 999 (ウルトラ国) is not known." in message(*paths)


def test_exports_of_the_api_are_left_out(tmp_path: Path) -> None:
    out = [edited(tmp_path, p, TABLE_INF__STATISTICS_NAME="貿易統計_全国分 品別国別表 輸出") for p in PAGES]
    reading = read_customs([*out, CSV])
    assert reading.left_out == {"exports": 164}
    assert {r["hs9"] for r in reading.tables["customs"]} >= {"850511000"}


def test_status_is_read_before_anything_else() -> None:
    assert "STATUS 100: 認証に失敗しました。" in message(FILES / "estat-status100-badid-synthetic.json")
    assert "answers without data: 1" in message(FILES / "estat-status1-nodata-synthetic.json")
    reading = read_customs([FILES / "estat-status1-nodata-synthetic.json", *PAGES])
    assert reading.left_out == {"answers without data": 1}
    assert len(reading.tables["customs"]) == 4


ORIGINAL = {(r["value_kjpy"], r["quantity_t"]) for r in (*customs(CSV), *customs(*PAGES))}
VALUES = {value for value, _ in ORIGINAL} | {None, 0}
TONNES = {tonnes for _, tonnes in ORIGINAL} | {None, 0}


@given(data=st.data())
def test_changed_files_end_in_figures_that_were_there_or_in_one_clear_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = data.draw(st.sampled_from([CSV, *PAGES]))
    content = bytearray(page.read_bytes())
    for _ in range(data.draw(st.integers(1, 2))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("changed") / page.name
    path.write_bytes(bytes(content))
    try:
        rows = customs(*([path] if page == CSV else [path if p == page else p for p in PAGES]))
    except UserError as error:
        told = str(error)
    else:
        told = ""
        assert {r["value_kjpy"] for r in rows} <= VALUES
        assert {r["quantity_t"] for r in rows} <= TONNES
        assert all(r["partner"] in names.countries() or r["partner"] in ("OTH", "WLD") for r in rows)
    assert not told or any(p.name in told for p in (path, *PAGES))


# tables beside the module


def test_every_country_code_leads_to_a_country_of_the_package() -> None:
    found = countries()
    assert len(found) == 235
    assert all(len(code) == 3 and (iso in names.countries() or iso == "OTH") for code, (iso, _) in found.items())
    known = {
        "103": "KOR",
        "105": "CHN",
        "106": "TWN",
        "153": "KAZ",
        "304": "USA",
        "533": "COD",
        "551": "ZAF",
        "601": "AUS",
    }
    assert {code: found[code][0] for code in known} == known


def test_source_is_declared_as_one_that_stays_with_the_user() -> None:
    declared = SOURCES["customs_japan"]
    assert (declared.publisher, declared.gives, declared.shipped) == ("Japan Customs", ("customs",), False)


# the network


class Portal(BaseHTTPRequestHandler):
    """Plays e-Stat: the recorded pages by startPosition, and faults one after the other."""

    faults: ClassVar[list[str]] = []
    calls: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.calls.append(asked)
        fault = self.faults.pop(0) if self.faults else ""
        content = PAGES[0 if asked["startPosition"] == "1" else 1].read_bytes()
        if fault == "repeated":
            content = PAGES[0].read_bytes()
        elif fault.endswith(".json"):
            content = (FILES / fault).read_bytes()
        elif fault == "half":
            content = content[: len(content) // 2]
        elif fault == "renewed":
            content = content.replace(b"2026-08-28", b"2026-09-01")
        elif fault == "short":
            answer = json.loads(content)
            answer["GET_STATS_DATA"]["STATISTICAL_DATA"]["RESULT_INF"].pop("NEXT_KEY", None)
            content = json.dumps(answer).encode()
        self.send_response(int(fault) if fault.isdigit() else 200)
        if fault == "429":
            self.send_header("Retry-After", "7")
        self.send_header("Content-Length", str(len(content) + (10 if fault == "cut" else 0)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    Portal.faults, Portal.calls = [], []
    monkeypatch.setenv("ESTAT_APP_ID", "secret-key-of-the-user")
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/getStatsData"
    server.shutdown()
    server.server_close()
    thread.join()


def brought(portal: str, tmp_path: Path, waits: list[float] | None = None, **asked: Any) -> list[Path]:
    asked = {"codes": ["282200000", "811292000", "280461000"], "years": [2024]} | asked
    with Fetcher("e-Stat", "https://www.e-stat.go.jp/api/", tmp_path / "cache",
                 wait=(waits if waits is not None else []).append) as fetcher:  # fmt: skip
        return fetch_customs(fetcher, tmp_path / "pages", address=portal, **asked)


def test_fetch_follows_next_key_and_its_pages_can_be_read(portal: str, tmp_path: Path) -> None:
    waits: list[float] = []
    paths = brought(portal, tmp_path, waits)
    assert [call["startPosition"] for call in Portal.calls] == ["1", "101"]
    assert Portal.calls[0]["statsDataId"] == "0003425294"
    assert Portal.calls[0]["cdCat01"] == "280461000,282200000,811292000"
    assert Portal.calls[0]["cdTime"] == "2024000000"
    assert waits == [1.0]  # a second between two calls
    assert len(customs(*paths)) == 4


def test_key_never_enters_a_name_or_a_file(portal: str, tmp_path: Path) -> None:
    brought(portal, tmp_path)
    assert Portal.calls[0]["appId"] == "secret-key-of-the-user"
    for path in tmp_path.rglob("*"):
        assert "secret-key" not in path.name
        assert path.is_dir() or b"secret-key" not in path.read_bytes()


def test_fetch_without_a_key_says_where_to_register(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ESTAT_APP_ID", raising=False)
    with pytest.raises(UserError) as error:
        brought("http://127.0.0.1:9/", tmp_path)
    assert str(error.value) == (
        "e-Stat asks for a key. The environment variable ESTAT_APP_ID holds it. Register at https://www.e-stat.go.jp/api/."
    )


def test_interrupted_fetch_goes_on_where_it_stopped(portal: str, tmp_path: Path) -> None:
    Portal.faults = ["", "500", "500", "500", "500", "500"]
    with pytest.raises(UserError, match="did not answer as expected"):
        brought(portal, tmp_path)
    Portal.calls.clear()
    assert len(customs(*brought(portal, tmp_path))) == 4
    assert [call["startPosition"] for call in Portal.calls] == ["101"]


def test_pages_of_another_day_are_brought_anew(portal: str, tmp_path: Path) -> None:
    for path in brought(portal, tmp_path):
        os.utime(path, (0, 0))
    Portal.calls.clear()
    brought(portal, tmp_path)
    assert [call["startPosition"] for call in Portal.calls] == ["1", "101"]


def test_half_written_page_is_brought_anew(portal: str, tmp_path: Path) -> None:
    first, _ = brought(portal, tmp_path)
    first.write_bytes(first.read_bytes()[:1000])
    Portal.calls.clear()
    assert len(customs(*brought(portal, tmp_path))) == 4
    assert [call["startPosition"] for call in Portal.calls] == ["1"]


@pytest.mark.parametrize("fault", ["429", "500", "503", "cut"])
def test_passing_faults_are_waited_out(portal: str, tmp_path: Path, fault: str) -> None:
    Portal.faults = [fault]
    waits: list[float] = []
    assert len(customs(*brought(portal, tmp_path, waits))) == 4
    assert fault != "429" or 7.0 in waits


def test_table_renewed_between_pages_is_asked_for_once_more(portal: str, tmp_path: Path) -> None:
    Portal.faults = ["", "renewed"]
    assert len(customs(*brought(portal, tmp_path))) == 4
    assert [call["startPosition"] for call in Portal.calls] == ["1", "101", "1", "101"]


@pytest.mark.parametrize(
    ("faults", "what"),
    [
        (["", "repeated"], "rows 1–100 (100) instead of those from 101"),
        (["short"], "100 rows of 164, and no next page"),
        (["half"], "the answer is no JSON"),
        (
            ["estat-status100-badid-synthetic.json"],
            "STATUS 100: 認証に失敗しました。アプリケーションIDを確認して下さい。",
        ),
        (["estat-status1-nodata-synthetic.json"], "no imports of these codes in these years"),
        (["", "renewed", "", "renewed"], "the table changes while it is fetched"),
    ],
)
def test_lasting_faults_are_told_and_leave_nothing_half(
    portal: str, tmp_path: Path, faults: list[str], what: str
) -> None:
    Portal.faults = faults
    with pytest.raises(UserError) as error:
        brought(portal, tmp_path)
    assert str(error.value) == (
        f"e-Stat did not answer as expected: {what}. Nothing was changed. "
        "Try again later, or download by hand from https://www.e-stat.go.jp/api/ and use --from."
    )


def test_refusal_is_a_quota(portal: str, tmp_path: Path) -> None:
    Portal.faults = ["403"]
    with pytest.raises(UserError, match="refuses further calls"):
        brought(portal, tmp_path)


def test_years_choose_the_table_and_six_digits_stand_for_all_below(portal: str, tmp_path: Path) -> None:
    brought(portal, tmp_path, codes=["811292"], years=[2019, 2020, 2024])
    asked = [(c["statsDataId"], c["cdTime"], c["cdCat01From"], c["cdCat01To"]) for c in Portal.calls[::2]]
    assert asked == [
        ("0003313966", "2019000000,2020000000", "811292000", "811292999"),
        ("0003425294", "2024000000", "811292000", "811292999"),
    ]


@pytest.mark.parametrize("asked", [{"years": [1999]}, {"codes": ["8112"]}, {"codes": ["81129210O"]}])
def test_wrong_code_or_year_is_refused_before_any_call(portal: str, tmp_path: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        brought(portal, tmp_path, **asked)
    assert Portal.calls == []
