"""The calls for governance estimates, against a server on this machine that plays recorded answers and their faults."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from shigen.base.errors import UserError
from shigen.figures.sources.http import Fetcher
from shigen.figures.sources.wgi import read_wgi
from shigen.figures.sources.wgi_api import fetch_wgi

NOT_FOUND = '[{"message": [{"id": "175", "key": "Invalid format", "value": "The indicator was not found. It may have been deleted or archived."}]}]'  # noqa: E501
HOME = "https://www.worldbank.org/en/publication/worldwide-governance-indicators"
Play = Callable[[str, int], "str | tuple[int, str] | bytes"]
"""(indicator or `country`, page) → body, or status and body, or the head of an answer that is cut."""


@contextmanager
def served(play: Play) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = parse_qs(parts.query)
            asked.append(self.path)
            answer = play(parts.path.rsplit("/", 1)[-1], int(query["page"][0]))
            status, body = answer if isinstance(answer, tuple) else (200, answer)
            content = body if isinstance(body, bytes) else body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content) + (500 if isinstance(body, bytes) else 0)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v2", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


ROWS = [("JPN", "JP", "Japan", "2024", 1.25), ("JPN", "JP", "Japan", "2023", 1.0), ("CHN", "CN", "China", "2024", 0.5),
        ("", "1W", "World", "2024", None), ("ZZY", "Y9", "A new group", "2024", 0.1)]  # fmt: skip


def recorded(name: str, number: int, *, total: int = 5, says: int | None = None, year: int = 0) -> str:
    """Two rows a page, as the API answers."""
    about = {"page": says or number, "pages": 3, "per_page": 2, "total": total, "lastupdated": "2026-03-18"}
    if name == "country":
        listed = [{"id": i, "iso2Code": i2, "name": n, "region": {"value": "Aggregates" if n[-1] in "dp" else "-"}}
                  for i, i2, n, *_ in (*ROWS, ("WLD", "1W", "World"))]  # fmt: skip
        return json.dumps([{"page": 1, "pages": 1, "per_page": "400", "total": len(listed)}, listed])
    rows = [
        {"indicator": {"id": name, "value": "-"}, "country": {"id": i2, "value": n}, "countryiso3code": iso3,
         "date": str(int(date) - year), "value": None if value is None else value / (10 if "SE" in name else 1)}
        for iso3, i2, n, date, value in ROWS[(number - 1) * 2 : number * 2]
    ]  # fmt: skip
    return json.dumps([about, rows])


def fetched(play: Play, folder: Path) -> tuple[list[Path], list[str]]:
    with served(play) as (api, asked), Fetcher(
        "World Bank WGI", HOME, folder / "cache", wait=lambda _: None
    ) as fetcher:  # fmt: skip
        return fetch_wgi(fetcher, folder / "brought", api=api), asked


def refused(play: Play, folder: Path) -> str:
    with pytest.raises(UserError) as raised:
        fetched(play, folder)
    return raised.value.message("en")


def failed(what: str) -> str:
    return (f"World Bank WGI did not answer as expected: {what}. Nothing was changed. Try again later, or download by "
            f"hand from {HOME} and use --from.")  # fmt: skip


def test_all_pages_of_all_dimensions_come_and_are_read(tmp_path: Path) -> None:
    paths, asked = fetched(recorded, tmp_path)
    assert len(paths) == 1 + 6 * 2 * 3  # countries; dimensions, estimate and standard error, pages
    assert all("format=json" in path and "per_page=" in path for path in asked)
    assert len(asked) == len(paths)
    reading = read_wgi(paths)
    assert len(reading.tables["governance"]) == 6 * 3
    assert {r["country"] for r in reading.tables["governance"]} == {"JPN", "CHN"}
    assert {r["standard_error"] for r in reading.tables["governance"] if r["year"] == 2023} == {0.1}
    assert reading.editions[0]["edition"] == "WGI 2025 revision"
    assert reading.left_out == {"country group World": 12, "country group A new group": 12}


def test_old_ids_are_asked_for_only_when_the_new_are_not_found(tmp_path: Path) -> None:
    def before(name: str, number: int) -> str:
        content = NOT_FOUND if name.startswith("GOV_WGI_") else recorded(name, number, year=1)
        return content.replace("2026-03-18", "2025-01-10")

    paths, asked = fetched(before, tmp_path)
    assert [re.sub(r".*/|\?.*", "", path) for path in asked][1:3] == ["GOV_WGI_VA.EST", "VA.EST"]
    assert sum("GOV_WGI_" in path for path in asked) == 1
    reading = read_wgi(paths)
    assert reading.editions[0]["edition"] == "WGI 2024 update"
    assert len(reading.tables["governance"]) == 18


def test_ids_of_two_editions_are_never_mixed(tmp_path: Path) -> None:
    def mixed(name: str, number: int) -> str:
        return NOT_FOUND if name == "GOV_WGI_RL.EST" else recorded(name, number)

    assert refused(mixed, tmp_path) == failed("GOV_WGI_RL.EST: not found")


def test_neither_ids_are_found(tmp_path: Path) -> None:
    def gone(name: str, number: int) -> str:
        return recorded(name, number) if name == "country" else NOT_FOUND

    assert refused(gone, tmp_path) == failed("VA.EST: not found")


def test_another_error_with_status_200_is_an_error(tmp_path: Path) -> None:
    def wrong(name: str, number: int) -> str:
        return NOT_FOUND.replace("175", "120").replace("The indicator was not found.", "Invalid value.")

    assert refused(wrong, tmp_path) == failed(
        "wgi_countries: 120: Invalid value. It may have been deleted or archived."
    )


def test_page_that_comes_in_place_of_another_is_an_error(tmp_path: Path) -> None:
    def repeated(name: str, number: int) -> str:
        return recorded(name, 1) if name == "GOV_WGI_PV.EST" else recorded(name, number)

    assert refused(repeated, tmp_path) == failed("wgi_GOV_WGI_PV.EST: page 1 with total 5 came for page 2")


def test_rows_of_one_page_under_another_number_are_refused_when_read(tmp_path: Path) -> None:
    def repeated(name: str, number: int) -> str:
        if name == "GOV_WGI_PV.EST" and number == 2:
            return recorded(name, 1, says=1).replace('"page": 1', '"page": 2')
        return recorded(name, number)

    paths, _ = fetched(repeated, tmp_path)
    with pytest.raises(UserError) as raised:
        read_wgi(paths)
    assert raised.value.message("en") == (
        "wgi_GOV_WGI_PV.EST_1.json, GOV_WGI_PV.EST: The file ends early: 3 of 5. A whole file is expected. "
        "Download it anew."
    )


def test_pages_that_do_not_add_up_are_an_error(tmp_path: Path) -> None:
    def short(name: str, number: int) -> str:
        return recorded(name, number, total=6)

    assert refused(short, tmp_path) == failed("wgi_GOV_WGI_VA.EST: 5 of 6 rows")


def test_total_that_changes_on_the_way_is_an_error(tmp_path: Path) -> None:
    def moving(name: str, number: int) -> str:
        return recorded(name, number, total=5 + (number == 2))

    assert refused(moving, tmp_path) == failed("wgi_GOV_WGI_VA.EST: page 2 with total 6 came for page 2")


def test_busy_cut_and_empty_answers_are_asked_for_again(tmp_path: Path) -> None:
    faults: list[str | tuple[int, str] | bytes] = [(503, "busy"), b'[{"page": 1', (429, "slowly"), "", (500, "-")]

    def faulty(name: str, number: int) -> "str | tuple[int, str] | bytes":
        return faults.pop() if faults else recorded(name, number)

    paths, asked = fetched(faulty, tmp_path)
    assert len(asked) == len(paths) + 5
    assert len(read_wgi(paths).tables["governance"]) == 18


def test_answer_that_is_always_cut_is_an_error(tmp_path: Path) -> None:
    told = refused(lambda *_: b'[{"page": 1', tmp_path)
    assert told.startswith("World Bank WGI did not answer as expected: ")
    assert "after 5 tries. Nothing was changed." in told


def test_page_for_people_is_an_error(tmp_path: Path) -> None:
    assert refused(lambda *_: "<html>maintenance</html>", tmp_path) == failed("the answer is no JSON")


def test_empty_answers_end(tmp_path: Path) -> None:
    assert refused(lambda *_: "  ", tmp_path) == failed("empty answers, after 3 tries")
