"""UN Comtrade: answers of the API with their traps, and a server that plays the API with its faults."""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shigen.base.errors import UserError
from shigen.figures.sources import comtrade, comtrade_calls, un_codes
from shigen.figures.sources.comtrade import read_comtrade
from shigen.figures.sources.comtrade_calls import fetch_comtrade
from shigen.figures.sources.http import Fetcher

FILES = Path(__file__).parent / "files" / "comtrade"
ANSWER = FILES / "data-v1-get-C-A-HS-synthetic.json"
PREVIEW = FILES / "public-v1-preview-C-A-HS-synthetic.json"
CHECK = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
TAKE_OUT = "Each figure stands once. Compare with the publisher's file and take out the wrong one."
FAILED = (
    "Nothing was changed. Try again later, or download by hand from https://comtradedeveloper.un.org/ and use --from."
)
SHORT = "A whole file is expected. Download it anew."
Record = dict[str, Any]


def records(path: Path = ANSWER) -> list[Record]:
    found: list[Record] = json.loads(path.read_text())["data"]
    return found


def record(**changed: object) -> Record:
    """China's total of the sample, changed."""
    value = changed.get("primaryValue", 35000.0)
    return {**records()[1], "cifvalue": value, **changed}


def answer(path: Path, data: list[Record], **told: object) -> Path:
    path.write_text(json.dumps({"elapsedTime": "0.1 secs", "count": len(data), "data": data, "error": "", **told}))
    return path


def flows(paths: list[Path]) -> dict[tuple[str, int, str, str], tuple[float, float | None]]:
    return {
        (r["hs6"], r["year"], r["exporter"], r["importer"]): (r["value_kusd"], r["quantity_t"])
        for r in read_comtrade(paths).tables["trade"]
    }


def refused(*paths: Path, edition: str | None = None) -> str:
    with pytest.raises(UserError) as caught:
        read_comtrade(list(paths), edition)
    return caught.value.message("en")


def test_only_totals_are_taken_and_areas_that_are_no_country_are_other() -> None:
    reading = read_comtrade([ANSWER])
    assert flows([ANSWER]) == {
        ("282200", 2022, "CHN", "JPN"): (35.0, 0.7),
        ("282200", 2022, "TWN", "JPN"): (10.0, 0.2),  # 490
        ("282200", 2022, "OTH", "JPN"): (5.0, None),  # 899, no weight
    }
    assert reading.left_out == {
        "parts of a total (transport, customs procedure, second partner)": 4,
        "world totals (compared with the partners)": 1,
    }
    assert reading.tables["trade"][0]["place"] == f"{ANSWER.name}, record 2"


def test_edition_is_the_month_of_the_pull(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", records())
    os.utime(path, (0, 1_775_000_000))  # 31 March 2026
    (edition,) = read_comtrade([path]).editions
    assert edition == {
        "edition": "Comtrade 2026-03", "publisher": "UN Comtrade", "position": 2026 + 2 / 12, "file": "a.json",
        "title": "UN Comtrade, annual imports as reported, HS, pulled 2026-03", "terms": comtrade.TERMS,
        "address": comtrade.ADDRESS, "through": None,
    }  # fmt: skip
    assert read_comtrade([path], "2025-11").editions[0]["edition"] == "Comtrade 2025-11"
    assert refused(path, edition="2025") == (
        "2025: The file does not say which edition it is. Comtrade 2026-11 is expected. Name it with --edition."
    )


def test_the_preview_without_names_reads_alike(tmp_path: Path) -> None:
    nameless = [{**r, "partnerDesc": None, "reporterISO": None, "partnerISO": None} for r in records()]
    assert flows([answer(tmp_path / "a.json", nameless)]) == flows([ANSWER])


def test_partners_that_do_not_add_up_to_the_world_are_refused() -> None:
    assert refused(PREVIEW) == (
        f"{PREVIEW.name}, record 1: JPN 2022 282200 [kUSD]: the countries add up to 35.000, the printed total is "
        "50.000. They agree to the rounding of the total. Compare with the publisher's file. If the publisher prints "
        "it so, read it with --accept-sums."
    )


def test_no_data_is_no_error() -> None:
    reading = read_comtrade([FILES / "empty-http200-synthetic.json"])
    assert reading.tables["trade"] == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("error-http401-synthetic.json", "Access denied due to missing subscription key. Make sure to include "
         "subscription key when making requests to an API."),
        ("error-http403-quota-synthetic.json", "Out of call volume quota. Quota will be replenished in 03:14:17."),
        ("error-http429-synthetic.json", "Rate limit is exceeded. Try again in 2 seconds."),
    ],
)  # fmt: skip
def test_an_error_that_was_saved_is_no_answer(name: str, said: str) -> None:
    assert refused(FILES / name) == f"{name}: UN Comtrade did not answer as expected: {said}. {FAILED}"


def test_an_error_beside_data_is_an_error(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", [], error="Only one period is allowed")
    assert refused(path) == f"a.json: UN Comtrade did not answer as expected: Only one period is allowed. {FAILED}"


def test_an_answer_as_long_as_the_limit_has_to_be_split(tmp_path: Path) -> None:
    codes = [c for c in un_codes.countries() if c != "392"]
    many = [
        record(partnerCode=int(codes[n % 200]), cmdCode=f"{282200 + n // 200}", partnerDesc=None) for n in range(500)
    ]
    assert refused(answer(tmp_path / "a.json", many)) == (
        "a.json: The answer holds 500 records, as many as one call brings. Fewer are expected, else it may be cut off. "
        "Split the query by year or code and fetch it anew."
    )
    named = [{**r, "partnerDesc": "x"} for r in many]
    assert len(read_comtrade([answer(tmp_path / "a.json", named)]).tables["trade"]) == 200


def test_an_answer_shorter_than_it_says_is_refused(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", records()[:5], count=8)
    assert refused(path) == f"a.json: The file ends early: 5 of 8. {SHORT}"


def test_without_the_filters_the_totals_alone_count_and_a_doubled_total_is_refused(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", [record(), record(primaryValue=9000.0)])
    assert refused(path) == (
        "a.json, record 2: 2022, 392 ← 156, 282200 stands there twice with different figures (35 kUSD, 0.7 t and "
        f"9 kUSD, 0.7 t). {TAKE_OUT}"
    )
    path = answer(tmp_path / "a.json", [record(), record()])
    assert "stands there twice" in refused(path)


def test_the_same_row_in_two_answers_counts_once_and_differing_ones_are_refused(tmp_path: Path) -> None:
    one, two = answer(tmp_path / "1.json", [record()]), answer(tmp_path / "2.json", [record()])
    reading = read_comtrade([tmp_path])
    assert len(reading.tables["trade"]) == 1
    assert reading.left_out == {"rows that stand in two answers": 1}
    answer(two, [record(netWgt=701.0)])
    assert refused(one, two).startswith("2.json, record 1: 2022, 392 ← 156, 282200 stands there twice")


def test_groups_months_exports_and_other_codes_are_left_out_and_counted(tmp_path: Path) -> None:
    path = answer(tmp_path / "a.json", [
        record(), record(partnerCode=97), record(freqCode="M", period="202201"), record(flowCode="X"),
        record(flowCode="RM"), record(cmdCode="2822"), record(cmdCode="TOTAL"), record(cmdCode="010121"),
        record(classificationCode="S4", cmdCode="28220"), record(partnerCode=392), record(motCode=1000),
        record(customsCode="C01"), record(partner2Code=156),
    ])  # fmt: skip
    reading = read_comtrade([path])
    assert len(reading.tables["trade"]) == 1
    assert reading.left_out == {
        "partners that are groups of countries": 1, "records of months": 1, "flow X": 1, "flow RM": 1,
        "codes that are not HS6": 2, "HS codes of no mineral": 1, "classification S4": 1,
        "flows of a country with itself": 1, "parts of a total (transport, customs procedure, second partner)": 3,
    }  # fmt: skip


def test_numbers_that_mean_another_thing_than_at_iso_are_known(tmp_path: Path) -> None:
    said = {251: "FRA", 579: "NOR", 699: "IND", 757: "CHE", 842: "USA", 490: "TWN", 516: "NAM", 492: "OTH"}
    rows = [record(partnerCode=code, cmdCode="282200") for code in said]
    assert {key[2] for key in flows([answer(tmp_path / "a.json", rows)])} == set(said.values())


def test_areas_that_are_no_country_are_added_and_an_unknown_weight_makes_the_sum_unknown(tmp_path: Path) -> None:
    nes = [record(partnerCode=code) for code in (568, 837, 838, 839, 899)]
    path = answer(tmp_path / "a.json", [*nes, record(partnerCode=0, primaryValue=175_000.0)])
    assert flows([path]) == {("282200", 2022, "OTH", "JPN"): (175.0, pytest.approx(3.5))}
    nes[2]["netWgt"] = nes[2]["qty"] = None
    assert flows([answer(path, nes)]) == {("282200", 2022, "OTH", "JPN"): (175.0, None)}


@pytest.mark.parametrize(
    ("weight", "quantity", "unit", "tonnes"),
    [(700.0, 5.0, 5, 0.7), (None, 650.0, 8, 0.65), (0.0, 650.0, 8, 0.65), (None, 650.0, 12, None), (0, 0, -1, None),
     (None, None, -1, None), (700, 700, 8, 0.7)],
)  # fmt: skip
def test_weight_is_the_net_weight_else_a_quantity_in_kilograms(
    tmp_path: Path, weight: object, quantity: object, unit: int, tonnes: float | None
) -> None:
    path = answer(tmp_path / "a.json", [record(netWgt=weight, qty=quantity, qtyUnitCode=unit)])
    assert flows([path]) == {("282200", 2022, "CHN", "JPN"): (35.0, tonnes)}


CODE = f"a country code of the publisher is expected. {CHECK}"
NUMBER = f"a number or a sign of the publisher (withheld, not available, zero) is expected. {CHECK}"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"partnerCode": 998},
            f", partnerCode: 998 stands there. a country code of the publisher is expected. {CHECK}",
        ),
        ({"reporterCode": 0}, f", reporterCode: 0 stands there. {CODE}"),
        ({"flowCode": "Y"}, f", flowCode: Y stands there. {CODE}"),
        ({"motCode": None}, f", motCode: - stands there. {CODE}"),
        ({"period": "2021"}, f", period: 2022, 2021 stands there. a year is expected. {CHECK}"),
        ({"refYear": "x"}, f", period: x, 2022 stands there. a year is expected. {CHECK}"),
        ({"primaryValue": None}, f", primaryValue: null stands there. {NUMBER}"),
        ({"primaryValue": "35,000"}, f", primaryValue: 35,000 stands there. {NUMBER}"),
        ({"primaryValue": True}, f", primaryValue: True stands there. {NUMBER}"),
        ({"primaryValue": float("nan")}, f", primaryValue: nan stands there. {NUMBER}"),
        ({"netWgt": -1}, f", netWgt: -1 stands there. {NUMBER}"),
        ({"netWgt": float("inf")}, f", netWgt: inf stands there. {NUMBER}"),
        (
            {"cifvalue": 3500.0},
            f": primaryValue stands there twice with different figures (35000 and 3500). {TAKE_OUT}",
        ),
    ],
)
def test_a_broken_record_is_refused_with_its_place(tmp_path: Path, changed: Record, message: str) -> None:
    path = answer(tmp_path / "a.json", [record(partnerCode=490), {**record(**changed), **changed}])
    assert refused(path) == f"a.json, record 2{message}"


def test_a_record_without_a_column_is_another_layout(tmp_path: Path) -> None:
    lacking = record()
    del lacking["motCode"]
    message = refused(answer(tmp_path / "a.json", [lacking]))
    assert message.startswith(
        "a.json, record 1: This is not a file of UN Comtrade (reported imports) in a layout that is"
    )
    assert " motCode is expected. Download it anew from https://comtradedeveloper.un.org/" in message


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b"null", b"<html>", b'{"count": 1, "data": [1]}', b'{"count": "0"}',
                b'{"count": 0, "count": 0, "data": []}', b"[" * 100_000, ANSWER.read_bytes()[:4000]]
)  # fmt: skip
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert refused(path).startswith("a.json: This is not a file of UN Comtrade (reported imports) in a layout that is")


@given(data=st.dictionaries(st.sampled_from([c for c in un_codes.countries() if c != "392"]),
                            st.tuples(st.integers(1, 10**12), st.none() | st.integers(1, 10**9)), max_size=20),
       flipped=st.integers(0, 19))  # fmt: skip
def test_any_answer_reads_back_and_its_world_catches_a_changed_value(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, tuple[int, int | None]], flipped: int
) -> None:
    own = un_codes.countries()
    rows = [record(partnerCode=int(c), primaryValue=float(v), netWgt=w, qty=w) for c, (v, w) in data.items()]
    world = record(partnerCode=0, primaryValue=float(sum(v for v, _ in data.values())))
    folder = tmp_path_factory.mktemp("answer")
    found = flows([answer(folder / "a.json", [world, *rows])])
    for iso3 in set(map(own.__getitem__, data)) - {"JPN"}:
        of = [data[c] for c in data if own[c] == iso3]
        value, weight = found["282200", 2022, iso3, "JPN"]
        assert value == pytest.approx(sum(v for v, _ in of) / 1000)
        assert (weight is None) == any(w is None for _, w in of)
    if rows:
        one = rows[flipped % len(rows)]
        one["primaryValue"] = one["cifvalue"] = one["primaryValue"] * 10 + world["primaryValue"]
        assert "the countries add up to" in refused(answer(folder / "a.json", [world, *rows]))


class _Api(BaseHTTPRequestHandler):
    """Plays the API: answers in the order of a script, then whole ones."""

    script: ClassVar[list[Callable[["_Api"], None]]] = []
    asked: ClassVar[list[tuple[str, dict[str, str], str]]] = []
    limit: ClassVar[int] = 500

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        told = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append((parts.path, told, self.headers.get("Ocp-Apim-Subscription-Key", "")))
        if self.script:
            self.script.pop(0)(self)
        else:
            self.whole(told)

    def whole(self, told: dict[str, str]) -> None:
        """Three partners and the world for each year and code, cut at the limit without a word."""
        rows = [
            record(refYear=int(year), period=year, cmdCode=code, reporterCode=int(told["reporterCode"]),
                   partnerCode=partner, primaryValue=value)
            for year in told["period"].split(",") for code in told["cmdCode"].split(",")
            for partner, value in ((0, 60.0), (156, 30.0), (180, 20.0), (899, 10.0))
        ][: self.limit]  # fmt: skip
        self.say(200, json.dumps({"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""}))

    def say(self, status: int, body: str, length: int = 0, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def sample(status: int, name: str, **headers: str) -> Callable[[_Api], None]:
    return lambda api: api.say(status, (FILES / name).read_text(), **headers)


def cut(api: _Api) -> None:
    api.say(200, '{"count": 8, "da', length=1000)
    api.close_connection = True


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Api]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Api)
    thread = Thread(target=partial(server.serve_forever, 0.01))
    thread.start()
    monkeypatch.setattr(comtrade_calls, "API", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("COMTRADE_KEY", "s3cret")
    monkeypatch.setattr(_Api, "script", [])
    monkeypatch.setattr(_Api, "asked", [])
    monkeypatch.setattr(_Api, "limit", 500)
    yield _Api
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def fetcher(tmp_path: Path, waits: list[float]) -> Iterator[Fetcher]:
    with Fetcher("UN Comtrade", comtrade.ADDRESS, tmp_path / "cache", pause=0, wait=waits.append) as one:
        yield one


CODES = ["282200", "260500", "810520", "283691", "811292"]


def test_with_a_key_one_call_brings_all_years_and_the_key_stands_in_its_header_only(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher
) -> None:
    (path,) = fetch_comtrade(fetcher, tmp_path / "out", reporters=["Japan"], years=[2023, 2022], hs6=CODES)
    ((way, told, key),) = api.asked
    assert (way, key) == ("/data/v1/get/C/A/HS", "s3cret")
    assert told == {
        "reporterCode": "392", "period": "2022,2023", "cmdCode": "260500,282200,283691,810520,811292", "flowCode": "M",
        "partner2Code": "0", "customsCode": "C00", "motCode": "0", "maxRecords": "100000", "format": "JSON",
        "includeDesc": "true",
    }  # fmt: skip
    assert path.name.startswith("comtrade_imports_392_2022-2023_260500-811292_")
    for file in tmp_path.rglob("*"):
        assert "s3cret" not in file.name
        assert file.is_dir() or b"s3cret" not in file.read_bytes()
    assert len(flows([path])) == 2 * 5 * 3


def test_what_is_there_is_not_asked_for_again(tmp_path: Path, api: type[_Api], fetcher: Fetcher) -> None:
    for _ in range(2):
        paths = fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN", "KOR"], years=[2022], hs6=CODES)
    assert len(paths) == len(api.asked) == 2


def test_without_a_key_the_preview_is_asked_year_by_year(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COMTRADE_KEY")
    paths = fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022, 2023], hs6=CODES)
    assert [(way, told["period"], told["maxRecords"], key) for way, told, key in api.asked] == [
        ("/public/v1/preview/C/A/HS", year, "500", "") for year in ("2022", "2022", "2023", "2023")
    ]
    assert len(flows(paths)) == 2 * 5 * 3


@pytest.mark.parametrize("again", [1, 2])
def test_an_answer_at_the_limit_is_split_until_it_fits(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, again: int
) -> None:
    monkeypatch.setattr(comtrade_calls, "LIMIT", 12)  # three codes of four rows reach it
    monkeypatch.setattr(api, "limit", 12)
    for _ in range(again):
        paths = fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022, 2023], hs6=CODES)
    # both years 1; each year 2; its codes by 2 and 3, 4; the 3 by 1 and 2, 4. A split is remembered: no call again.
    assert len(api.asked) == 1 + 2 + 4 + 4
    assert len(paths) == 2 * 3
    assert len(flows(paths)) == 2 * 5 * 3


def test_what_cannot_be_split_is_refused(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comtrade_calls, "LIMIT", 4)
    with pytest.raises(UserError, match="reaches the limit of one call and cannot be split"):
        fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022], hs6=["282200"])


def test_a_quota_stops_the_pull_and_the_next_one_goes_on(tmp_path: Path, api: type[_Api], fetcher: Fetcher) -> None:
    api.script[:] = [lambda a: a.whole(a.asked[-1][1]), sample(403, "error-http403-quota-synthetic.json")]
    with pytest.raises(UserError) as caught:
        fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN", "KOR", "USA"], years=[2022], hs6=CODES)
    assert caught.value.message("en") == (
        "UN Comtrade refuses further calls: Out of call volume quota. Quota will be replenished in 03:14:17.. What was "
        "fetched so far is kept. Call again when the quota is renewed; it goes on where it stopped."
    )
    assert len(api.asked) == 2
    paths = fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN", "KOR", "USA"], years=[2022], hs6=CODES)
    assert [told["reporterCode"] for _, told, _ in api.asked] == ["392", "410", "410", "842"]
    assert {r["importer"] for r in read_comtrade(paths).tables["trade"]} == {"JPN", "KOR", "USA"}


def test_a_refused_key_is_said_by_the_name_of_its_variable(tmp_path: Path, api: type[_Api], fetcher: Fetcher) -> None:
    api.script[:] = [sample(401, "error-http401-synthetic.json")]
    with pytest.raises(UserError) as caught:
        fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022], hs6=CODES)
    assert caught.value.message("en") == (
        "UN Comtrade asks for a key. The environment variable COMTRADE_KEY holds it. Register at "
        "https://comtradedeveloper.un.org/."
    )
    assert list((tmp_path / "out").iterdir()) == []


def test_a_busy_server_is_asked_again_after_the_time_that_it_names(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher, waits: list[float]
) -> None:
    api.script[:] = [sample(429, "error-http429-synthetic.json", Retry_After="7"), lambda a: a.say(500, "oops"), cut]
    paths = fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022], hs6=CODES)
    assert len(api.asked) == 4
    assert waits[0] == 7
    assert len(flows(paths)) == 15


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<html>", "the answer is no JSON"),
        ("[]", "an answer without data"),
        ('{"count": 0, "data": [], "error": "period is wrong"}', "period is wrong"),
        ('{"count": 8, "data": [], "error": ""}', "0 of 8 records"),
    ],
)
def test_an_answer_of_another_kind_is_not_kept(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher, body: str, said: str
) -> None:
    api.script[:] = [lambda a: a.say(200, body)]
    with pytest.raises(UserError) as caught:
        fetch_comtrade(fetcher, tmp_path / "out", reporters=["JPN"], years=[2022], hs6=CODES)
    assert caught.value.message("en") == f"UN Comtrade did not answer as expected: {said}. {FAILED}"
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bloc_is_asked_for_by_its_members_and_taiwan_does_not_report(
    tmp_path: Path, api: type[_Api], fetcher: Fetcher
) -> None:
    assert len(fetch_comtrade(fetcher, tmp_path / "out", reporters=["EU27"], years=[2022], hs6=["282200"])) == 27
    with pytest.raises(UserError, match="The reporter TWN is not known"):
        fetch_comtrade(fetcher, tmp_path / "out", reporters=["TWN"], years=[2022], hs6=["282200"])
