"""CEPII BACI: small files in the publisher's layout, with each of its traps, and the same files broken."""

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shigen.base.errors import UserError
from shigen.figures.factbase import FactBase
from shigen.figures.sources import baci, hs_codes, un_codes
from shigen.figures.sources.baci import fetch_baci, read_baci
from shigen.figures.sources.files import MOST_PROBLEMS
from shigen.figures.sources.http import Fetcher

FILES = Path(__file__).parent / "files" / "baci"
TRADE = FILES / "BACI_HS17_Y2023_V202601-synthetic.csv"
PADDED = FILES / "BACI_HS92_Y2020_V202201-padded-synthetic.csv"
CODES = FILES / "country_codes_V202601-excerpt-synthetic.csv"
OLD_CODES = FILES / "country_codes_V202201-excerpt-synthetic.csv"
CHECK = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
TAKE_OUT = "Each figure stands once. Compare with the publisher's file and take out the wrong one."


def flows(paths: list[Path], edition: str | None = None) -> dict[tuple[str, int, str, str], tuple[float, float | None]]:
    return {
        (r["hs6"], r["year"], r["exporter"], r["importer"]): (r["value_kusd"], r["quantity_t"])
        for r in read_baci(paths, edition).tables["trade"]
    }


def written(folder: Path, *lines: str, name: str = "BACI_HS17_Y2023_V202601.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(("t,i,j,k,v,q", *lines, "")), "utf-8", newline="")
    return path


def refused(paths: list[Path], edition: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read_baci(paths, edition)
    return caught.value.message("en")


def test_all_traps_of_the_release_of_2026_are_read() -> None:
    assert flows([TRADE, CODES]) == {
        ("260500", 2023, "COD", "CHN"): (1111.111, 222.222),
        ("282200", 2023, "COD", "CHN"): (222222.222, 33333.333),
        ("282200", 2023, "CHN", "JPN"): (4444.444, 55.555),
        ("811292", 2023, "TWN", "JPN"): (666.666, 7.777),  # 490
        ("810510", 2023, "FRA", "BEL"): (88.888, None),  # 810520, as the map names it; NA; 58 → BEL
        ("284690", 2023, "CHE", "NOR"): (9.999, None),  # empty
        ("250410", 2023, "USA", "IND"): (1.234, 0.001),
        ("811292", 2023, "OTH", "USA"): (12.345, 0.678),  # 697 is no country
    }


def test_what_is_not_taken_is_counted() -> None:
    assert read_baci([TRADE, CODES]).left_out == {"HS codes of no mineral": 1}


def test_padded_numbers_and_padded_na_of_old_releases_are_read() -> None:
    assert flows([PADDED, OLD_CODES]) == {
        ("260500", 2020, "COD", "CHN"): (1111.111, 222.222),
        ("282200", 2020, "COD", "CHN"): (222222.222, 33333.333),
        ("811292", 2020, "TWN", "JPN"): (666.666, 7.777),
    }


def test_edition_is_release_and_revision_and_rows_say_where_they_stand() -> None:
    reading = read_baci([TRADE, CODES])
    (edition,) = reading.editions
    assert edition == {
        "edition": "BACI V202601 HS17", "publisher": "CEPII", "position": 2026.0,
        "file": "BACI_HS17_Y2023_V202601-synthetic.csv, country_codes_V202601-excerpt-synthetic.csv",
        "title": "BACI, HS17, release V202601 (810520 as 810510)", "terms": "Etalab Open Licence 2.0",
        "address": baci.ADDRESS, "through": None,
    }  # fmt: skip
    first = reading.tables["trade"][0]
    assert (first["edition"], first["place"]) == ("BACI V202601 HS17", f"{TRADE.name}, line 2")


def test_a_mended_release_comes_after_the_one_that_it_replaces(tmp_path: Path) -> None:
    one = written(tmp_path, "2023,180,156,260500,1,1", name="BACI_HS17_Y2023_V202401.csv")
    two = written(tmp_path, "2023,180,156,260500,1,1", name="BACI_HS17_Y2023_V202401b.csv")
    (first,), (second,) = read_baci([one]).editions, read_baci([two]).editions
    assert second["edition"] == "BACI V202401b HS17"
    assert first["position"] < second["position"] < 2025


@pytest.mark.parametrize("whole", [True, False])
def test_the_zip_gives_the_same_as_its_files(tmp_path: Path, *, whole: bool) -> None:
    zipped = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(TRADE, "folder/BACI_HS17_Y2023_V202601.csv" if whole else "year.csv")
        archive.write(CODES, "country_codes_V202601.csv")
        archive.writestr("Readme.txt", "BACI")
    reading = read_baci([zipped], None if whole else "BACI V202601 HS17")
    assert flows([zipped]) == flows([TRADE, CODES])
    assert reading.left_out["file Readme.txt"] == 1
    assert reading.files == [zipped]


def test_a_folder_is_read_as_its_files(tmp_path: Path) -> None:
    for file in (TRADE, CODES):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    assert flows([tmp_path]) == flows([TRADE, CODES])


def test_columns_go_by_name_and_codes_get_their_zero_back(tmp_path: Path) -> None:
    path = tmp_path / "BACI_HS17_Y2023_V202601.csv"
    path.write_bytes(b"\xef\xbb\xbf v ,k,j,i,q,t\r\n1.5,260500,392,180,2,2023\r\n7,50800,392,180,1e+05,2023\r\n")
    assert flows([path]) == {("260500", 2023, "COD", "JPN"): (1.5, 2.0)}
    products = tmp_path / "product_codes_HS17_V202601.csv"
    products.write_text('code,description\n260500,"Cobalt, ores"\n050800,Coral\n')
    assert flows([path, products]) == {("260500", 2023, "COD", "JPN"): (1.5, 2.0)}


def test_a_countrys_flow_with_itself_is_left_out_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "2023,180,180,260500,5,1", "2023,56,58,260500,5,1", "2023,180,156,260500,5,1")
    reading = read_baci([path])
    assert len(reading.tables["trade"]) == 1
    assert reading.left_out == {"flows of a country with itself": 2}


def test_two_numbers_of_one_country_are_added_and_an_unknown_weight_makes_the_sum_unknown(tmp_path: Path) -> None:
    path = written(tmp_path, "2023,56,392,260500,5,1", "2023,58,392,260500,2,0.5",
                   "2023,697,392,260500,1,1", "2023,899,392,260500,2,NA")  # fmt: skip
    assert flows([path]) == {
        ("260500", 2023, "BEL", "JPN"): (7.0, 1.5),
        ("260500", 2023, "OTH", "JPN"): (3.0, None),
    }


def test_a_row_that_stands_twice_counts_once(tmp_path: Path) -> None:
    path = written(tmp_path, "2023,180,156,260500,5,1", "2023,180,156,260500,5.0,1.0")
    reading = read_baci([path])
    assert len(reading.tables["trade"]) == 1
    assert reading.left_out == {"rows that stand twice": 1}


def test_a_doubled_flow_with_another_value_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "2023,180,156,260500,5,1", "2023,180,156,260500,6,1")
    assert refused([path]) == (
        "BACI_HS17_Y2023_V202601.csv, line 3: 2023, 180 → 156, 260500 stands there twice with different figures "
        f"(5, 1 and 6, 1). {TAKE_OUT}"
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2022,180,156,260500,5,1", f"year stands there twice with different figures (2023 and 2022). {TAKE_OUT}"),
        ("x,180,156,260500,5,1", f"x stands there. a year is expected. {CHECK}"),
        ("2023,999,156,260500,5,1", f"999 stands there. a country code of the publisher is expected. {CHECK}"),
        ("2023,180,200,260500,5,1", f"200 stands there. a country code of the publisher is expected. {CHECK}"),
        ("2023,180,156,2605000,5,1", f"2605000 stands there. an HS code of six digits is expected. {CHECK}"),
        ("2023,180,156,2605x0,5,1", f"2605x0 stands there. an HS code of six digits is expected. {CHECK}"),
        ("2023,180,156,,5,1", f"- stands there. an HS code of six digits is expected. {CHECK}"),
        ("2023,180,156,260500,5", "The row is broken (5 ≠ 6). As many cells as there are headings, and closed quotes, "
         "are expected. Download the file anew, and do not save it from a spreadsheet program."),
        ("2023,180,156,260500,5,1,1", "The row is broken (7 ≠ 6). As many cells as there are headings, and closed "
         "quotes, are expected. Download the file anew, and do not save it from a spreadsheet program."),
        *[
            (f"2023,180,156,{code},{cells}", f"{found} stands there. a number or a sign of the publisher (withheld, "
             f"not available, zero) is expected. {CHECK}")
            for code in ("260500", "010121")  # a row of another code is looked at as closely
            for cells, found in (("-5,1", "-5"), ("nan,1", "nan"), ("inf,1", "inf"), (",1", "-"), ("NA,1", "NA"),
                                 ("5,-1", "-1"), ("5,inf", "inf"), ("5,n/a", "n/a"), ("5.5.5,1", "5.5.5"))
        ],
    ],
)  # fmt: skip
def test_a_broken_row_is_refused_with_its_place(tmp_path: Path, row: str, message: str) -> None:
    path = written(tmp_path, "2023,180,156,282200,1,1", row, "2023,180,156,282590,1,1")
    assert refused([path]) == f"BACI_HS17_Y2023_V202601.csv, line 3: {message}"


def test_a_file_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / TRADE.name
    path.write_bytes(TRADE.read_bytes()[:-3])
    assert refused([path]) == (
        f"{TRADE.name}, line 10: The row is broken (the line has no end). As many cells as there are headings, and "
        "closed quotes, are expected. Download the file anew, and do not save it from a spreadsheet program."
    )


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / TRADE.name
    path.write_bytes(TRADE.read_bytes().replace(b"4444.444", b"44\xff4.444"))
    assert refused([path]) == f"{TRADE.name}, line 4: \\x… stands there. text is expected. {CHECK}"


@pytest.mark.parametrize("cut", [30, 300, -30])
def test_a_broken_zip_is_refused(tmp_path: Path, cut: int) -> None:
    zipped = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(TRADE, "BACI_HS17_Y2023_V202601.csv")
    zipped.write_bytes(zipped.read_bytes()[:cut])
    assert refused([zipped]).startswith("BACI_HS17_V202601.zip: The archive is refused: ")


def test_a_flipped_byte_in_the_zip_is_refused(tmp_path: Path) -> None:
    zipped = tmp_path / "BACI_HS17_V202601.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_STORED) as archive:
        archive.write(TRADE, "BACI_HS17_Y2023_V202601.csv")
    zipped.write_bytes(zipped.read_bytes().replace(b"222222.222", b"922222.222"))
    assert refused([zipped]) == (
        "BACI_HS17_V202601.zip: The archive is refused: BACI_HS17_Y2023_V202601.csv: Bad CRC-32 for file "
        "'BACI_HS17_Y2023_V202601.csv'. A plain zip file as the publisher ships it is expected. Download it anew from "
        f"{baci.ADDRESS}."
    )


def test_files_of_two_revisions_are_never_stacked(tmp_path: Path) -> None:
    other = written(tmp_path, "2022,180,156,260500,5,1", name="BACI_HS12_Y2022_V202601.csv")
    assert refused([TRADE, other]) == (
        f"BACI_HS12_Y2022_V202601.csv: edition stands there twice with different figures (HS17 and HS12). {TAKE_OUT}"
    )


def test_files_and_lists_of_two_releases_are_never_mixed(tmp_path: Path) -> None:
    assert refused([TRADE, OLD_CODES]) == (
        f"{OLD_CODES.name}: edition stands there twice with different figures (V202601 and V202201). {TAKE_OUT}"
    )


def test_a_year_that_stands_in_two_files_is_refused(tmp_path: Path) -> None:
    again = tmp_path / "BACI_HS17_Y2023_V202601 (1).csv"
    again.write_bytes(TRADE.read_bytes())
    assert refused([TRADE, again]) == (
        f"{again.name}: 2023 stands there twice with different figures ({TRADE.name} and {again.name}). {TAKE_OUT}"
    )


def test_a_revision_has_no_years_before_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, "2016,180,156,260500,5,1", name="BACI_HS17_Y2016_V202601.csv")
    assert refused([path]) == f"{path.name}, line 2: 2016 (HS17: 2017–) stands there. a year is expected. {CHECK}"


def test_a_file_under_the_name_of_another_revision_is_refused(tmp_path: Path) -> None:
    codes = ("811292", "810520", "810320", "811020")  # since HS02
    lines = [f"2020,180,156,{code},5,1" for code in codes]
    assert flows([written(tmp_path, *lines, name="BACI_HS02_Y2020_V202601.csv")])
    assert refused([written(tmp_path, *lines, name="BACI_HS92_Y2020_V202601.csv")]) == (
        "BACI_HS92_Y2020_V202601.csv, line 2: This is not a file of CEPII BACI (trade between countries) in a layout "
        "that is known: 811292, 810520, 810320, 811020. HS92 is expected. Download it anew from "
        f"{baci.ADDRESS}, and do not save it from a spreadsheet program."
    )


def test_a_code_that_the_list_of_products_lacks_is_refused(tmp_path: Path) -> None:
    products = tmp_path / "product_codes_HS17_V202601.csv"
    products.write_text("code,description\n282200,Cobalt oxides\n")
    path = written(tmp_path, "2023,180,156,282200,1,1", "2023,180,156,260500,5,1")
    assert refused([path, products]) == (
        f"{path.name}, line 3: 260500 (∉ HS17) stands there. an HS code of six digits is expected. {CHECK}"
    )


def test_a_list_of_countries_that_was_changed_is_refused(tmp_path: Path) -> None:
    codes = tmp_path / "country_codes_V202601.csv"
    codes.write_text(CODES.read_text().replace("842,USA,US,USA", "842,USA,US,CAN"))
    assert refused([TRADE, codes]) == (
        f"country_codes_V202601.csv, line 16: 842 stands there twice with different figures (CAN and USA). {TAKE_OUT}"
    )


def test_a_country_that_the_releases_own_list_lacks_is_refused(tmp_path: Path) -> None:
    codes = tmp_path / "country_codes_V202601.csv"
    codes.write_text(CODES.read_text().replace("392,Japan,JP,JPN\n", ""))
    assert f"{TRADE.name}, line 4: 392 stands there. a country code" in refused([TRADE, codes])


def test_the_edition_has_to_be_known(tmp_path: Path) -> None:
    path = written(tmp_path, "2023,180,156,260500,5,1", name="trade.csv")
    assert refused([path]) == (
        "trade.csv: The file does not say which edition it is. BACI V202601 HS17 is expected. Name it with --edition."
    )
    assert read_baci([path], "BACI V202601 HS17").editions[0]["edition"] == "BACI V202601 HS17"
    assert "(HS17 and HS12)" not in refused([path], "BACI 2026")
    assert "edition stands there twice with different figures (HS12 and HS17)" in refused([TRADE], "BACI V202601 HS12")


@pytest.mark.parametrize("content", [b"", b"t,i,j,k,v\n", b"t,i,j,k,v,q,q\n", b"a;b\n1;2\n", b"\x00\x01\x02\n"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "BACI_HS17_Y2023_V202601.csv"
    path.write_bytes(content)
    message = refused([path])
    assert message.startswith(f"{path.name}, line 1: This is not a file of CEPII BACI (trade between countries) in a")
    assert " t, i, j, k, v, q is expected. Download it anew from https://www.cepii.fr/" in message


def test_a_list_of_countries_alone_is_no_trade() -> None:
    assert refused([CODES]).startswith(f"{CODES.name}: This is not a file of CEPII BACI (trade between countries) in a")


def test_all_problems_come_in_one_list_of_at_most_twenty(tmp_path: Path) -> None:
    lines = [f"2023,180,156,26{n:04d},x,1" for n in range(30)]
    assert len(refused([written(tmp_path, *lines)]).splitlines()) == MOST_PROBLEMS


def test_the_embedded_trade_written_as_baci_reads_back_as_itself(tmp_path: Path, facts: FactBase) -> None:
    code = {r["iso3"]: r["baci_code"] for r in facts.query("select iso3, baci_code from countries").to_dict("records")}
    kept = facts.query(
        "select hs6, year, exporter, importer, value_kusd, quantity_t from trade where year = 2022 "
        "and edition = 'BACI V202601 HS92' and hs6 in (select hs6 from hs_map) order by hs6, exporter, importer"
    )
    expected = {}
    with (tmp_path / "BACI_HS92_Y2022_V202601.csv").open("w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow("tijkvq")
        for hs6, year, exporter, importer, value, quantity in kept.itertuples(index=False):
            known = quantity == quantity
            out.writerow([year, code[exporter], code[importer], hs6, repr(value), repr(quantity) if known else "NA"])
            expected[hs6, year, exporter, importer] = (value, quantity if known else None)
    found = flows([tmp_path])
    assert len(found) > 25_000
    assert found == expected
    assert found["282200", 2022, "COD", "ZMB"] == (250749.269, 1386.116)


NUMBERS = sorted(code for code, iso3 in un_codes.countries().items() if iso3 not in ("OTH", "BEL", "DEU", "SDN"))
cells = st.integers(0, 10**9).map(lambda n: n / 1000)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NUMBERS), st.sampled_from(sorted(baci.wanted("17"))),
                  cells, st.none() | cells),
        unique_by=lambda row: row[:3], max_size=30,
    ),
    order=st.permutations("tijkvq"), padding=st.integers(0, 9), end=st.sampled_from(["\n", "\r\n"]),
    absent=st.sampled_from(["NA", "", '""']), others=st.integers(0, 5), zipped=st.booleans(),
)  # fmt: skip
def test_any_small_release_reads_back_as_what_was_written(
    rows: list[tuple[str, str, str, float, float | None]], order: list[str], padding: int, end: str, absent: str,
    others: int, *, zipped: bool,
) -> None:  # fmt: skip
    products = "code,description\n" + "".join(f"{code},x\n" for code in (*baci.wanted("17"), "010121"))
    written_rows = [(*row, "2023") for row in rows] + [("392", "156", f"0{10121}", float(n), None, "2023")
                                                       for n in range(others)]  # fmt: skip
    lines = [",".join(order)]
    for i, j, k, v, q, t in written_rows:
        cell = {"t": t, "i": i, "j": j, "k": k, "v": f"{v:.3f}".rjust(padding),
                "q": (absent if q is None else f"{q:.3f}").rjust(padding if absent != '""' else 0)}  # fmt: skip
        lines.append(",".join(cell[c] for c in order))
    with tempfile.TemporaryDirectory() as name:
        trade = Path(name) / "BACI_HS17_Y2023_V202601.csv"
        trade.write_bytes((end.join(lines) + end).encode())
        listed = Path(name) / "product_codes_HS17_V202601.csv"
        listed.write_text(products)
        paths = [trade, listed]
        if zipped:
            paths = [Path(name) / "BACI_HS17_V202601.zip"]
            with zipfile.ZipFile(paths[0], "w", zipfile.ZIP_DEFLATED) as archive:
                archive.write(trade, trade.name)
                archive.write(listed, listed.name)
        reading = read_baci(paths)
    own = un_codes.countries()
    expected: dict[tuple[str, str, str], tuple[float, float | None]] = {}
    for i, j, k, v, q in rows:
        if own[i] != own[j]:
            key = hs_codes.concordance().get(k, k), own[i], own[j]
            before, weight = expected.get(key, (0.0, 0.0))
            expected[key] = before + v, None if weight is None or q is None else weight + q
    joined = sum(own[i] != own[j] for i, j, *_ in rows) - len(expected)
    got = {
        (r["hs6"], r["exporter"], r["importer"]): (r["value_kusd"], r["quantity_t"]) for r in reading.tables["trade"]
    }
    assert got == expected
    assert sum(reading.left_out.values()) + len(got) + joined == len(written_rows)


class _Cepii(BaseHTTPRequestHandler):
    content = b"PK\x03\x04" + bytes(1000)

    def do_GET(self) -> None:
        if self.path.endswith("/BACI_HS17_V202601.zip"):
            self.send_response(200)
            body = self.content
        elif self.path.endswith("/BACI_HS22_V202601.zip"):
            self.send_response(200)
            body = b"<html>please log in</html>"
        else:
            self.send_response(404)
            body = b"no such file"
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def cepii(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Cepii)
    thread = Thread(target=partial(server.serve_forever, 0.01))
    thread.start()
    monkeypatch.setattr(baci, "DOWNLOADS", f"http://127.0.0.1:{server.server_port}/baci/data")
    yield
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.usefixtures("cepii")
def test_fetch_brings_the_zip_of_a_release_and_says_what_went_wrong(tmp_path: Path) -> None:
    with Fetcher("CEPII", baci.ADDRESS, tmp_path / "cache", wait=lambda _: None) as fetcher:
        for _ in range(2):
            (path,) = fetch_baci(fetcher, tmp_path / "out")
        assert path == tmp_path / "out" / "BACI_HS17_V202601.zip"
        assert path.read_bytes() == _Cepii.content
        with pytest.raises(UserError) as missing:
            fetch_baci(fetcher, tmp_path / "out", release="209901")
        assert missing.value.message("en") == (
            "CEPII did not answer as expected: HTTP 404: no such file. Nothing was changed. Try again later, or "
            f"download by hand from {baci.ADDRESS} and use --from."
        )
        with pytest.raises(UserError, match="another kind of file"):
            fetch_baci(fetcher, tmp_path / "out", revision="22")
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["BACI_HS17_V202601.zip"]
