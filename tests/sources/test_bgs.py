"""World Mineral Statistics of the BGS: what a feature says, and a service that plays its faults."""

import json
import threading
from collections.abc import Callable, Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.source import SOURCES
from shigen.figures.factbase import sha256
from shigen.figures.sources.bgs import _known_countries, _known_series, fetch_bgs, read_bgs
from shigen.figures.sources.http import Fetcher

SAMPLE = Path(__file__).with_name("files") / "bgs" / "items-synthetic.json"
ANSWER: dict[str, Any] = json.loads(SAMPLE.read_text("utf-8"))
COMPARE = "Compare with the publisher's file; a file that was opened and saved elsewhere is often changed."
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write an answer with the first feature of the sample changed."""

    def written(name: str = "bgs.json", **changed: Any) -> Path:
        answer = {**ANSWER, "features": deepcopy(ANSWER["features"][:1]), "numberMatched": 1}
        answer["features"][0]["properties"].update(changed)
        path = tmp_path / name
        path.write_text(json.dumps(answer), "utf-8")
        return path

    return written


def told(*paths: Path, edition: str | None = None) -> str:
    with pytest.raises(UserError) as error:
        read_bgs(paths, edition)
    return error.value.message("en")


def test_mine_and_refined_are_different_steps() -> None:
    rows = {(r["commodity"], r["step"], r["country"]): r for r in read_bgs([SAMPLE]).tables["production"]}
    assert {k: r["value"] for k, r in rows.items()} == {
        ("cobalt", "refined", "FIN"): 123.0, ("cobalt", "refined", "CHN"): 4567.0, ("cobalt", "refined", "NOR"): 0.0,
        ("cobalt", "refined", "COD"): None, ("cobalt", "ore", "NAM"): 1500.0, ("palladium", "ore", "ZWE"): 2.5,
        ("manganese", "ore", "GAB"): 0.5,
    }  # fmt: skip
    assert rows["cobalt", "ore", "NAM"] == {
        "commodity": "cobalt", "country": "NAM", "step": "ore", "series": "bgs", "year": 2023, "value": 1500.0,
        "unit": "t", "flag": "official", "basis": "Co content", "edition": "BGS 2026", "published": "1 500",
        "published_unit": "tonnes (metal content)", "published_name": "Namibia", "note": None, "place": "feature 6",
    }  # fmt: skip


def test_missing_nil_estimated_and_under_half_a_unit_stay_apart() -> None:
    rows = {(r["country"]): r for r in read_bgs([SAMPLE]).tables["production"]}
    assert {c: (r["flag"], r["published"]) for c, r in rows.items()} == {
        "FIN": ("official", "123"), "CHN": ("estimated", "4567"), "NOR": ("zero", "-----"),
        "COD": ("not_available", "..."), "NAM": ("official", "1 500"), "ZWE": ("official", "2 500"),
        "GAB": ("bound", "0"),
    }  # fmt: skip
    assert rows["CHN"]["note"] == "Estimates."
    assert rows["GAB"]["series"] == "bgs_other_basis"  # ore by gross weight; the package counts Mn
    assert rows["GAB"]["note"] == (
        "other basis than the package's (Mn content): shares compare, tonnes do not; under half a unit"
    )


@pytest.mark.parametrize("quantity", [0, None])
def test_nil_is_zero_however_the_quantity_stands(write: Write, quantity: float | None) -> None:
    path = write(quantity=quantity, quantity_in_book_style="-----", data_precision_description="Nil (nothing produced)")
    row = read_bgs([path]).tables["production"][0]
    assert (row["value"], row["flag"]) == (0.0, "zero")


def test_what_the_package_has_no_use_for_is_counted() -> None:
    assert read_bgs([SAMPLE]).left_out == {
        "statistic Exports": 1, "commodity platinum group metals, mine, Rhodium": 1, "former country Soviet Union": 1,
        "commodity diamond, Gem": 1,
    }  # fmt: skip


def test_no_world_total_is_made() -> None:
    assert not [r for r in read_bgs([SAMPLE]).tables["production"] if r["country"] == "WLD"]


def test_edition_is_the_year_of_the_answer_or_the_users(tmp_path: Path) -> None:
    reading = read_bgs([SAMPLE])
    assert [(e["edition"], e["publisher"], e["position"], e["sha256"]) for e in reading.editions] == [
        ("BGS 2026", "BGS", 2026, sha256(SAMPLE))
    ]
    assert read_bgs([SAMPLE], "BGS 2025").editions[0]["position"] == 2025
    path = tmp_path / "bgs.json"
    path.write_text(json.dumps({k: v for k, v in ANSWER.items() if k != "timeStamp"}), "utf-8")
    assert told(path) == (
        "bgs.json: The file does not say which edition it is. BGS 2026 is expected. Name it with --edition."
    )


def test_every_name_leads_to_a_key_of_the_package() -> None:
    for row in _known_series().values():
        assert row["commodity"] in names.commodities()
        assert row["step"] in ("ore", "refined")
        assert (row["series"] == "bgs_other_basis") == bool(row["note"])
    assert set(_known_countries().values()) - {""} <= set(names.countries())
    taken = [(row["commodity"], row["step"]) for row in _known_series().values()]
    assert len(taken) == len(set(taken))  # no two names are added up


PLACE = "bgs.json, row 1, column features: "
MEND = "Write to the project with the file's name; until then the file cannot be read."


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"units": "short tons"}, f"short tons stands there. a unit that is known is expected. {COMPARE}"),
        ({"units": "carats"}, f"carats stands there. a unit that is known is expected. {COMPARE}"),
        (
            {"units": "tonnes (K2O content)"},
            f"tonnes (K2O content) stands there. a unit that is known is expected. {COMPARE}",
        ),
        ({"year": "2023"}, f"2023 stands there. a year is expected. {COMPARE}"),
        ({"year": "2023-07-01T00:00:00Z"}, f"2023-07-01T00:00:00Z stands there. a year is expected. {COMPARE}"),
        (
            {"quantity": -1.0},
            f"-1.0 stands there. a number or a sign of the publisher (withheld, not available, zero) is expected. "
            f"{COMPARE}",
        ),
        (
            {"quantity": "123"},
            f"123 stands there. a number or a sign of the publisher (withheld, not available, zero) is expected. "
            f"{COMPARE}",
        ),
        (
            {"quantity": None},
            f"- / 123 / - stands there. a number or a sign of the publisher (withheld, not available, zero) is "
            f"expected. {COMPARE}",
        ),
        (
            {"quantity": 132.0},
            "quantity stands there twice with different figures (132 and 123). Each figure stands once. Compare with "
            "the publisher's file and take out the wrong one.",
        ),
        (
            {"country_iso3_code": "FJI"},
            "country stands there twice with different figures (FJI and Finland). Each figure stands once. Compare "
            "with the publisher's file and take out the wrong one.",
        ),
        (
            {"country_trans": "Erewhon", "country_iso3_code": None},
            f"The country Erewhon is not known. A name of the table of names is expected. {MEND}",
        ),
        (
            {"country_trans": "Erewhon", "country_iso3_code": "XXX"},
            f"The country XXX (Erewhon) is not known. A name of the table of names is expected. {MEND}",
        ),
    ],
)
def test_what_is_not_understood_is_named(write: Write, changed: dict[str, Any], message: str) -> None:
    assert told(write(**changed)) == PLACE + message


@pytest.mark.parametrize("content", ["", "[]", "{}", "<html>", '{"features": []}', "[" * 100_000, '{"features": [1]}'])
def test_other_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "bgs.json"
    path.write_text(content, "utf-8")
    assert "in a layout that is known" in told(path)


def test_a_renamed_property_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bgs.json"
    path.write_text(SAMPLE.read_text("utf-8").replace('"units"', '"unit"'), "utf-8")
    assert "units is expected" in told(path)


def test_countries_by_code_where_the_name_is_the_surveys_own(write: Write) -> None:
    for code, name, key in (
        ("COD", "Congo, Democratic Republic", "COD"), ("KOR", "Korea (Rep. of)", "KOR"), ("ZAR", "Zaire", "COD"),
        ("UNK", "Kosovo", "XKX"), (None, "Congo", "COG"), ("CIV", "Ivory Coast", "CIV"), ("NAM", "Namibia", "NAM"),
    ):  # fmt: skip
        path = write(country_iso3_code=code, country_trans=name)
        assert read_bgs([path]).tables["production"][0]["country"] == key


def page(path: Path, first: int, last: int) -> Path:
    path.write_text(json.dumps({**ANSWER, "features": ANSWER["features"][first:last]}), "utf-8")
    return path


def test_pages_make_one_answer(tmp_path: Path) -> None:
    pages = [page(tmp_path / "a.json", 0, 6), page(tmp_path / "b.json", 6, 11)]
    whole = read_bgs([SAMPLE]).tables["production"]
    apart = read_bgs(pages).tables["production"]
    assert [r | {"place": ""} for r in apart] == [r | {"place": ""} for r in whole]


def test_a_missing_page_is_an_error(tmp_path: Path) -> None:
    assert told(page(tmp_path / "a.json", 0, 6)) == (
        "a.json: The file ends early: 6 of 11. A whole file is expected. Download it anew."
    )


def test_a_page_that_came_twice_does_not_stand_for_the_missing_one(tmp_path: Path) -> None:
    twice = [page(tmp_path / "a.json", 0, 6), page(tmp_path / "b.json", 0, 6)]
    assert told(*twice) == "a.json, b.json: The file ends early: 6 of 11. A whole file is expected. Download it anew."


def test_a_figure_that_stands_twice_is_an_error(write: Write, tmp_path: Path) -> None:
    first = write("a.json")
    assert read_bgs([first, write("b.json", synthetic_id=99)]).left_out == {"row repeated": 1}
    other = write("c.json", synthetic_id=99, quantity=124.0, quantity_in_book_style="124")
    assert told(first, other) == (
        "c.json, row 1, column features: cobalt, refined, Finland, 2023 stands there twice with different figures (123 "
        "and 124). Each figure stands once. Compare with the publisher's file and take out the wrong one."
    )


@pytest.fixture
def service() -> Iterator[tuple[str, dict[str, Any]]]:
    """Play the service; `play` changes an answer, `asked` keeps the questions."""
    state: dict[str, Any] = {"play": lambda answer, _: answer, "asked": [], "agents": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
            state["asked"].append(query)
            state["agents"].append(self.headers["User-Agent"])
            all_of_it = [
                f for f in ANSWER["features"]
                if f["properties"]["bgs_commodity_trans"] == query["bgs_commodity_trans"]
                and f["properties"]["bgs_statistic_type_trans"] == query["bgs_statistic_type_trans"]
            ]  # fmt: skip
            start = int(query["offset"])
            got = all_of_it[start : start + int(query["limit"])]
            answer = {"type": "FeatureCollection", "numberMatched": len(all_of_it), "numberReturned": len(got),
                      "timeStamp": "2026-11-24T00:00:00Z", "features": got}  # fmt: skip
            content = json.dumps(state["play"](answer, query)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/items", state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def fetcher(tmp_path: Path) -> Iterator[Fetcher]:
    with Fetcher("BGS", "https://example.org", tmp_path / "cache", pause=0, wait=lambda _: None) as door:
        yield door


def test_fetch_pages_through_and_reads_back(
    service: tuple[str, dict[str, Any]], fetcher: Fetcher, tmp_path: Path
) -> None:
    address, state = service
    paths = fetch_bgs(fetcher, tmp_path / "new", api=address, commodities={"cobalt"}, page=3)
    assert [p.name for p in paths] == ["bgs-cobalt-mine.json", "bgs-cobalt-refined.json"]
    assert [(q["bgs_commodity_trans"], q["limit"], q["offset"]) for q in state["asked"]] == [
        ("cobalt, mine", "3", "0"), ("cobalt, refined", "3", "0"), ("cobalt, refined", "3", "3"),
    ]  # fmt: skip
    assert state["agents"][0].startswith("shigen/")
    reading = read_bgs(paths)
    assert len(reading.tables["production"]) == 5
    assert reading.editions[0]["edition"] == "BGS 2026"
    assert not list((tmp_path / "new").glob("*.part"))


def test_a_name_without_rows_is_counted(service: tuple[str, dict[str, Any]], fetcher: Fetcher, tmp_path: Path) -> None:
    paths = fetch_bgs(fetcher, tmp_path, api=service[0], commodities={"tungsten"})
    assert read_bgs(paths).left_out == {"answer without rows: bgs-tungsten-mine.json": 1}


def first_again(answer: dict[str, Any], query: dict[str, str]) -> dict[str, Any]:
    features = [f for f in ANSWER["features"] if f["properties"]["bgs_commodity_trans"] == "cobalt, refined"]
    return {**answer, "features": features[:2]}


@pytest.mark.parametrize(
    ("play", "what"),
    [
        (first_again, "cobalt, refined: a page came twice"),
        (lambda a, _: {**a, "features": []}, "cobalt, refined: 0 of 4 rows"),
        (
            lambda a, q: {**a, "numberMatched": a["numberMatched"] + int(q["offset"])},
            "cobalt, refined: 4 rows, then 6",
        ),
        (lambda a, _: {k: v for k, v in a.items() if k != "numberMatched"}, "cobalt, refined: no features or no"),
        (lambda a, _: {**a, "numberMatched": 1}, "cobalt, refined: 2 rows instead of 1"),
        (lambda _a, _q: ["maintenance"], "cobalt, refined: no features or no"),
    ],
)
def test_faults_of_the_service_are_named(
    service: tuple[str, dict[str, Any]], fetcher: Fetcher, tmp_path: Path, play: Callable[..., Any], what: str
) -> None:
    address, state = service
    state["play"] = lambda answer, query: (
        answer if query["bgs_commodity_trans"] == "cobalt, mine" else play(answer, query)
    )
    with pytest.raises(UserError) as error:
        fetch_bgs(fetcher, tmp_path, api=address, commodities={"cobalt"}, page=2)
    assert error.value.message("en").startswith(f"BGS did not answer as expected: {what}")
    assert not (tmp_path / "bgs-cobalt-refined.json").exists()


def test_declaration_keeps_the_figures_on_the_users_machine() -> None:
    declared = SOURCES["bgs"]
    assert (declared.shipped, declared.fetch, declared.gives) == (False, fetch_bgs, ("production",))
