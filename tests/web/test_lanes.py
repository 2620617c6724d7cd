"""Lanes, queues and time limits: dear calls wait apart, who comes too late is told when, who is too slow is cut off."""

import asyncio
import gc
import json
import shutil
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from types import SimpleNamespace

import anyio
import pytest
from browsers import Browser
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from loops import answered, started
from own_files import GALLIUM, as_csv
from starlette.requests import ClientDisconnect
from starlette.testclient import TestClient

from shigen.figures import store
from shigen.figures.factbase import FactBase
from shigen.figures.schema import PACKAGE
from shigen.show.web import answers, guard, lanes, own, server
from shigen.show.web.asked import Asked
from shigen.show.web.lanes import ANSWERS, DEAR, QUICK, STUDIES, Lane, lane_of
from shigen.show.web.problems import Problem
from shigen.study.run import Run


def routes(app: FastAPI) -> Iterator[APIRoute]:
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context.original_route


def test_every_call_that_is_named_is_there_and_has_its_lane(app: FastAPI) -> None:
    calls = {f"{method} {route.path}" for route in routes(app) for method in route.methods}
    assert calls >= DEAR | QUICK
    assert not DEAR & QUICK
    assert {lane_of(call) for call in DEAR} == {STUDIES}
    assert lane_of("GET /minerals/{commodity}") is ANSWERS


def test_only_what_is_looked_up_runs_in_the_threads_that_all_share(app: FastAPI) -> None:
    own_routes = {"GET /static/{name}", "GET /docs"}
    shared = {f"{method} {route.path}" for route in routes(app) for method in route.methods
              if not iscoroutinefunction(route.endpoint)}  # fmt: skip
    assert shared - {call for call in shared if call.startswith("HEAD ")} == QUICK | own_routes


def test_who_finds_the_queue_full_is_told_when_to_ask_again() -> None:
    # One thread, two may wait, 3 s each: the fourth would wait for the two and himself, 3 · 3 s.
    lane, let = Lane("few", threads=1, waiting=2, seconds=3), threading.Event()
    done: list[int] = []

    async def ask() -> Problem:
        async with anyio.create_task_group() as group:
            for n in range(3):
                group.start_soon(lane.run, lambda n=n: (let.wait(30), done.append(n)))
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Problem) as refused:
                await lane.run(done.append, 3)
            let.set()
        return refused.value

    problem = answered(ask)
    assert (problem.status, problem.retry_after) == (503, 9)
    assert problem.error.message("en") == "2 calls wait already to be computed. Ask again in 9 seconds."
    assert sorted(done) == [0, 1, 2]


def test_what_nobody_waits_for_is_not_computed_when_its_turn_comes() -> None:
    lane, let, done = Lane("one", threads=1, waiting=3, seconds=1), threading.Event(), list[str]()

    async def asked(word: str) -> None:
        async def left() -> bool:
            return word == "left"

        try:
            await lane.run_for(SimpleNamespace(is_disconnected=left), done.append, word)  # type: ignore[arg-type]
        except ClientDisconnect:
            done.append(f"not {word}")

    async def ask() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(lane.run, let.wait, 30)
            await anyio.wait_all_tasks_blocked()
            group.start_soon(asked, "left")
            group.start_soon(asked, "stayed")
            await anyio.wait_all_tasks_blocked()
            let.set()

    answered(ask)
    assert sorted(done) == ["not left", "stayed"]


def test_a_full_queue_is_answered_with_503_and_all_else_goes_on(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes.Lane, "limiter", lambda lane: SimpleNamespace(
        statistics=lambda: SimpleNamespace(tasks_waiting=lane.waiting if lane is STUDIES else 0)))  # fmt: skip
    answer = client.post("/api/v1/studies", json={"importer": "KOR"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "45"
    assert answer.json()["errors"][0]["key"] == "web_busy"
    assert client.get("/api/v1/commodities").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_a_what_if_of_figures_that_are_known_does_not_wait_for_one_of_new_figures(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(importer: str) -> int:
        lever = {"key": "recycling", "commodity": "gallium", "share": 0.1}
        return client.post("/api/v1/whatif", json={"importer": importer, "levers": [lever]}).status_code

    assert ask("JPN") == 200
    let, found, run_of = threading.Event(), list[int](), answers.run_of

    def slow(facts: FactBase, asked: Asked) -> Run:
        if asked.importer == "ISL":
            let.wait(60)
        return run_of(facts, asked)

    monkeypatch.setattr(answers, "run_of", slow)
    new = threading.Thread(target=lambda: found.append(ask("ISL")))
    new.start()
    time.sleep(0.5)  # it has come in
    assert ask("JPN") == 200
    assert found == []
    let.set()
    new.join()
    assert found == [200]


def test_of_many_mistakes_in_a_what_if_the_first_are_told(client: TestClient) -> None:
    many = {f"k{n}": 1 for n in range(50_000)}
    for body in (many, {"levers": [many]}):
        answer = client.post("/api/v1/whatif", json=body)
        assert answer.status_code == 422
        told = [one["key"] for one in answer.json()["errors"]]
        assert (len(told), told[-1]) == (21, "more")
        assert set(told[:-1]) <= {"web_field", "web_lacks"}
        assert len(answer.content) < 20_000


def test_who_sends_again_and_again_puts_out_his_own_figures_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own, "MOST_BROWSERS", 3)
    owners = own.Owners()

    def sent(sender: str, value: int) -> str:
        return owners.take([("production.csv", as_csv(GALLIUM | {"value": value}))], sender=sender)

    quiet = sent("192.0.2.1", 600)
    loud = [sent("192.0.2.2", 610 + n) for n in range(4)]
    assert owners.of(quiet) is not None
    assert [owners.of(word) is not None for word in loud] == [False, False, True, True]
    monkeypatch.setattr(own, "MOST_HELD", 2)  # of rows as of browsers
    sent("192.0.2.2", 620)
    assert owners.of(quiet) is not None
    owners.close()


def test_a_body_that_comes_too_slowly_is_refused_in_time(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "SLOWEST", 0.2)
    sent: list[dict[str, object]] = []

    async def slow() -> None:
        async def receive() -> dict[str, object]:
            await asyncio.sleep(0.05)
            return {"type": "http.request", "body": b" ", "more_body": True}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
        await app({"type": "http", "method": "POST", "path": "/api/v1/whatif", "query_string": b"", "headers": headers,
                   "http_version": "1.1", "scheme": "http", "server": ("testserver", 80)}, receive, send)  # fmt: skip

    answered(lambda: asyncio.wait_for(slow(), 30))
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]  # type: ignore[operator]


@pytest.mark.parametrize(
    "begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: ", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGE"]
)
def test_a_head_that_does_not_come_is_cut_off_in_time(monkeypatch: pytest.MonkeyPatch, begun: bytes) -> None:
    import uvicorn

    monkeypatch.setattr(server, "SLOWEST_HEAD", 0.5)

    async def healthy(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
        await send({"type": "http.response.body"})  # type: ignore[operator]

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        config = uvicorn.Config(healthy, http=server.Protocol, lifespan="off", log_level="critical",
                                timeout_keep_alive=1)  # fmt: skip
        serving = uvicorn.Server(config)
        ended = started(lambda: serving.serve([listening]))
        with socket.create_connection(listening.getsockname(), timeout=20) as sender:
            start = time.monotonic()
            sender.sendall(begun)
            while sender.recv(4096):
                pass
            assert time.monotonic() - start < 15
        serving.should_exit = True
        ended.result()


def test_figures_that_are_no_longer_in_use_are_closed(
    browser: Browser, app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path))
    first, second = "2026-01-01", "2026-02-01"
    for name in (first, second):
        shutil.copytree(PACKAGE, tmp_path / "snapshots" / name)
        about = {"made_at": name, "parent": "embedded", "sources": []}
        (tmp_path / "snapshots" / name / store.MANIFEST).write_text(json.dumps(about))
    store.use(first)
    client = browser(accept="application/json")
    assert client.get("/api/v1/assessments?commodity=gallium").status_code == 200
    before = weakref.ref(app.state.in_use())
    assert before().name == first  # type: ignore[union-attr]
    store.use(second)
    assert client.get("/api/v1/assessments?commodity=gallium").status_code == 200
    gc.collect()
    assert before() is None
    assert app.state.in_use().name == second
