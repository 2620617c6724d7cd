"""The door to the network, against a local server that plays what publishers do: busy, broken, cut off, unchanged."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from shigen.base.errors import UserError
from shigen.figures.sources.http import Fetcher

Answer = Callable[[BaseHTTPRequestHandler], None]


class Player:
    """A server that gives one prepared answer a call, the last one again and again, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        player = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                player.asked.append((self.path, {k.casefold(): v for k, v in self.headers.items()}))
                (player.answers.pop(0) if len(player.answers) > 1 else player.answers[0])(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


def says(status: int, body: bytes = b"", *, length: int | None = None, **headers: str) -> Answer:
    def answer(call: BaseHTTPRequestHandler) -> None:
        call.send_response(status)
        for name, value in headers.items():
            call.send_header(name.replace("_", "-"), value)
        call.send_header("Content-Length", str(len(body) if length is None else length))
        call.end_headers()
        call.wfile.write(body)

    return answer


def hangs_up(call: BaseHTTPRequestHandler) -> None:
    call.connection.close()


@pytest.fixture
def player() -> Iterator[Player]:
    made = Player()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def fetcher(tmp_path: Path, waited: list[float]) -> Iterator[Fetcher]:
    with Fetcher("Ministry", "https://example.org/page", tmp_path / "cache", pause=0.0, wait=waited.append) as made:
        yield made


def test_a_file_is_kept_with_its_hash_and_without_its_key(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(200, b"figures")]
    found = fetcher.file(f"{player.url}/a", params={"year": "2024", "appId": "secret", "subscription-key": "secret"})
    assert found.path.read_bytes() == b"figures"
    assert found.sha256 == hashlib.sha256(b"figures").hexdigest()
    assert found.fresh
    assert "appId=secret" in player.asked[0][0]
    for kept in fetcher.cache.iterdir():
        assert b"secret" not in kept.read_bytes()
        assert "secret" not in kept.name
    assert player.asked[0][1]["user-agent"].startswith("shigen/")


def test_an_unchanged_file_is_not_sent_twice(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(200, b"figures", ETag='"v1"'), says(304)]
    first, second = fetcher.file(f"{player.url}/a"), fetcher.file(f"{player.url}/a")
    assert player.asked[1][1]["if-none-match"] == '"v1"'
    assert (second.sha256, second.at, second.fresh) == (first.sha256, first.at, False)


def test_a_changed_file_replaces_the_one_kept(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(200, b"old", Last_Modified="Tue, 24 Nov 2026 10:00:00 GMT"), says(200, b"newer")]
    fetcher.file(f"{player.url}/a")
    assert fetcher.file(f"{player.url}/a").path.read_bytes() == b"newer"
    assert player.asked[1][1]["if-modified-since"] == "Tue, 24 Nov 2026 10:00:00 GMT"


def test_it_waits_as_long_as_it_is_asked_to(player: Player, fetcher: Fetcher, waited: list[float]) -> None:
    player.answers = [says(429, b"{}", Retry_After="7"), says(200, b"figures")]
    assert fetcher.file(f"{player.url}/a").path.read_bytes() == b"figures"
    assert waited == [7.0]


@pytest.mark.parametrize("fault", [says(500), says(503), hangs_up, says(200, b"half", length=9)])
def test_a_passing_fault_is_tried_again(player: Player, fetcher: Fetcher, waited: list[float], fault: Answer) -> None:
    player.answers = [fault, fault, says(200, b"whole")]
    assert fetcher.file(f"{player.url}/a").path.read_bytes() == b"whole"
    assert len(waited) == 2


@pytest.mark.parametrize("fault", [says(500), hangs_up, says(200, b"half", length=9)])
def test_a_lasting_fault_is_told_and_nothing_is_kept(player: Player, fetcher: Fetcher, fault: Answer) -> None:
    player.answers = [fault]
    with pytest.raises(UserError) as caught:
        fetcher.file(f"{player.url}/a")
    told = caught.value.message("en")
    assert told.startswith("Ministry did not answer as expected: ")
    assert told.endswith(
        "after 5 tries. Nothing was changed. Try again later, or download by hand from https://example.org/page and "
        "use --from."
    )
    assert list(fetcher.cache.iterdir()) == []


def test_a_quota_is_not_tried_again(player: Player, fetcher: Fetcher, waited: list[float]) -> None:
    player.answers = [says(403, json.dumps({"message": "Out of call volume quota."}).encode())]
    with pytest.raises(UserError, match="Ministry refuses further calls: Out of call volume quota"):
        fetcher.file(f"{player.url}/a")
    assert (waited, len(player.asked)) == ([], 1)


def test_a_wait_of_hours_is_told_instead_of_slept(player: Player, fetcher: Fetcher, waited: list[float]) -> None:
    player.answers = [says(429, Retry_After="11657")]
    with pytest.raises(UserError, match="next call in 11,657 s"):
        fetcher.file(f"{player.url}/a")
    assert waited == []


def test_a_page_in_place_of_an_archive_is_refused(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(200, b"<html>Please log in</html>")]
    with pytest.raises(UserError, match="another kind of file"):
        fetcher.file(f"{player.url}/a.zip", begins=b"PK")
    assert list(fetcher.cache.iterdir()) == []


def test_an_answer_that_is_no_json_is_refused(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(200, b"<html>")]
    with pytest.raises(UserError, match="the answer is no JSON"):
        fetcher.json(f"{player.url}/a")


def test_a_missing_page_is_told_at_once(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(404, b"not here")]
    with pytest.raises(UserError, match="HTTP 404: not here"):
        fetcher.file(f"{player.url}/a")
    assert len(player.asked) == 1


def test_a_key_does_not_follow_a_redirect(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(302, Location=f"{player.url}/elsewhere"), says(200, b"figures")]
    with pytest.raises(UserError, match="HTTP 302"):
        fetcher.file(f"{player.url}/a", headers={"Ocp-Apim-Subscription-Key": "secret"})
    assert len(player.asked) == 1


def test_a_redirect_without_a_key_is_followed(player: Player, fetcher: Fetcher) -> None:
    player.answers = [says(302, Location=f"{player.url}/elsewhere"), says(200, b"figures")]
    assert fetcher.file(f"{player.url}/a").path.read_bytes() == b"figures"


def test_progress_is_told_in_bytes(player: Player, tmp_path: Path) -> None:
    player.answers = [says(200, b"x" * 3_000_000)]
    heard: list[Any] = []
    with Fetcher("M", "-", tmp_path, tell=lambda *said: heard.append(said), pause=0.0) as made:
        made.file(f"{player.url}/a")
    assert heard[-1] == (3_000_000, 3_000_000)
