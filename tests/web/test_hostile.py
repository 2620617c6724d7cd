"""What no browser sends, and what a server meets in bad hours: each gets a short answer, and nothing is torn."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browsers import Browser
from fastapi import FastAPI
from loops import answered
from own_files import GALLIUM, as_csv, workbook
from starlette.testclient import TestClient

from shigen.figures import store
from shigen.show.web import own
from shigen.show.web.guard import Rules

SECRET = "a-long-enough-token"  # noqa: S105
FILE = "file"
LONGEST_END = 5
"""Seconds that a server may take to end, whatever it computes."""


@pytest.mark.parametrize("years", ["2018:0202499999999", "2018:" + "9" * 5000, "0:2024", "2024:2018", "1e3:2024"])
def test_a_span_of_years_that_is_none_is_refused_before_anything_is_built(client: TestClient, years: str) -> None:
    answer = client.get("/api/v1/assessments", params={"years": years, "commodity": "gallium"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"] == "years_form"


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "null", "http://testserver.evil.example"])
def test_an_origin_that_is_no_address_is_another_site(client: TestClient, origin: str) -> None:
    assert client.post("/data/own/forget", headers={"origin": origin}).status_code == 403


@pytest.mark.parametrize("host", [
    "evil.example@localhost", "127.0.0.1/evil", "127.0.0.1?x", "127.0.0.1#x", "127.0.0.1:8971, evil", "localhost:",
    "localhost:80:80", "127.0.0.1:port", "[127.0.0.1]x", " localhost", "localhost\t", "[::1", "::1]",
])  # fmt: skip
def test_a_host_header_is_a_name_and_perhaps_a_port_and_nothing_else(host: str) -> None:
    assert not Rules().knows(host)


def rows(count: int) -> bytes:
    return as_csv(*[GALLIUM | {"value": n} for n in range(count)])


def test_a_file_of_too_many_rows_is_refused_before_it_is_read(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 20,000 rows and the heading are one line more than may come
    monkeypatch.setattr(own, "read_overlay", lambda _: pytest.fail("it was read"))
    answer = browser(accept="application/json").post(
        "/data/own", files=[(FILE, ("production.csv", rows(own.MOST_ROWS), "text/csv"))]
    )
    assert answer.status_code == 422
    assert answer.json()["detail"] == (
        "The files have 20,001 rows. At most 20,000 rows are taken in all. Send the rows that you use."
    )


def test_rows_of_several_files_count_together(browser: Browser) -> None:
    half = rows(own.MOST_ROWS // 2)
    answer = browser(accept="application/json").post(
        "/data/own", files=[(FILE, (f"{n}/production.csv", half, "text/csv")) for n in range(2)]
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"] == "web_rows"


def test_rows_cells_and_merged_cells_of_a_workbook_are_counted_without_reading_it() -> None:
    # The template has the same sheets whatever is filled in: what is added is what is counted.
    empty, filled = own._extent(workbook()), own._extent(workbook(production=[GALLIUM] * 3))
    assert filled.rows == empty.rows + 3
    assert filled.cells - empty.cells >= 3 * len(GALLIUM)
    assert filled.cells < own.MOST_CELLS / 10


def test_a_workbook_of_too_many_cells_is_refused(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = workbook()
    monkeypatch.setattr(own, "MOST_CELLS", own._extent(sent).cells - 1)
    answer = browser(accept="application/json").post("/data/own", files=[(FILE, ("mine.xlsx", sent, own.ENDINGS[0]))])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["key"] == "web_file_cells"


def test_who_was_away_longest_goes_when_all_browsers_together_hold_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    owners = own.Owners()
    monkeypatch.setattr(own, "MOST_HELD", 2)
    words = [owners.take([("production.csv", as_csv(GALLIUM | {"value": value}))]) for value in (600, 610, 620)]
    assert [owners.of(word) is not None for word in words] == [False, True, True]
    owners.close()


def test_a_sender_who_goes_away_is_counted_and_nothing_is_torn(app: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    async def aborted() -> list[dict[str, object]]:
        sent: list[dict[str, object]] = []
        coming = iter([{"type": "http.request", "body": b"--x\r\n", "more_body": True}, {"type": "http.disconnect"}])

        async def receive() -> dict[str, object]:
            return next(coming)

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        headers = [(b"host", b"testserver"), (b"content-type", b"multipart/form-data; boundary=x"),
                   (b"content-length", b"1000000")]  # fmt: skip
        await app({"type": "http", "method": "POST", "path": "/data/own", "query_string": b"", "headers": headers,
                   "http_version": "1.1", "scheme": "http", "server": ("testserver", 80)}, receive, send)  # fmt: skip
        return sent

    assert answered(aborted)[0]["status"] == 499
    assert "Traceback" not in caplog.text


def test_figures_that_are_gone_are_told_on_a_page(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path))
    (tmp_path / "snapshots" / "gone").mkdir(parents=True)
    (tmp_path / "in_use").write_text("gone")
    shutil.rmtree(tmp_path / "snapshots")
    store.current.cache_clear() if hasattr(store.current, "cache_clear") else None
    answer = browser().get("/")
    assert answer.status_code == 422
    assert "gone" in answer.text
    assert "<nav" in answer.text


@contextmanager
def started(**more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "shigen.show.cli.main", "serve", "--no-browser", "--lang", "en", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | more) as server:
        assert server.stderr is not None
        told = re.search(r"http://127\.0\.0\.1:\d+/", server.stderr.readline())
        assert told is not None
        try:
            yield server, told[0]
        finally:
            server.kill()


def test_behind_a_proxy_that_speaks_tls_the_cookie_is_for_tls_alone() -> None:
    with started(SHIGEN_TOKEN=SECRET) as (_, address):
        for scheme, secure in (("https", True), ("http", False)):
            entered = httpx.post(f"{address}login", data={"token": SECRET}, headers={"x-forwarded-proto": scheme})
            assert entered.status_code == 303
            assert ("Secure" in entered.headers["set-cookie"]) is secure


def test_a_server_that_ends_under_load_says_so_and_is_gone_in_time() -> None:
    found: list[int] = []

    def ask(address: str, importer: str) -> None:
        try:
            answer = httpx.post(f"{address}api/v1/studies", json={"importer": importer, "first_year": 2014}, timeout=60)
        except httpx.TransportError:  # on a busy machine it had not been let in yet
            return
        found.append(answer.status_code)

    with started() as (server, address):
        waiting = [threading.Thread(target=ask, args=(address, one)) for one in ("JPN", "KOR", "DEU", "USA", "FRA")]
        for thread in waiting:
            thread.start()
        time.sleep(3)  # each has come in and computes
        begun = time.monotonic()
        server.send_signal(signal.SIGTERM)
        _, told = server.communicate(timeout=60)
        ended = time.monotonic() - begun
        for thread in waiting:
            thread.join()
        assert server.returncode == 0
    assert ended <= LONGEST_END, f"{ended:.1f} s"
    assert "Traceback" not in told
    assert set(found) <= {200, 503}
    assert 503 in found
