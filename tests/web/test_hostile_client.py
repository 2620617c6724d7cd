"""A hostile client against a running server: studies without end, bodies that are too much, senders who go away.

Bounded: some dozens of calls. What must hold is stated in each test; the server runs in a process of its own, so that
its memory can be read.
"""

import json
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest
from test_hostile import started

MANY = 60_000
BODIES = [
    ("studies", {f"k{n}": 1 for n in range(MANY)}),
    ("studies", {"demand": {"values": {f"a{n}": 1 for n in range(20_000)}}}),
    ("studies", {"levers": [{"key": "recycling", "commodity": "gallium", "share": 0.1}] * 9_000}),
    ("studies", {"importer": "x" * 900_000}),
    ("studies", {"commodities": ["x" * 20_000] * 40}),
    ("whatif", {f"k{n}": 1 for n in range(MANY)}),
    ("whatif", {"levers": [{f"k{n}": 1 for n in range(MANY)}]}),
    ("whatif", {"commodities": ["x"] * 90_000}),
    ("whatif", {"importer": "x" * 900_000, "commodities": ["gallium"]}),
]
"""Calls of the API with what they are sent: all are refused."""
ADDRESSES = [
    "/api/v1/assessments?years=2018:0202499999999&commodity=gallium", "/api/v1/demand?horizon=999999999&span=99999999",
    "/api/v1/screening?" + "&".join(["list=x"] * 2_000), "/minerals/" + "x" * 20_000,
    "/policies?a=smelter_investment:gallium:JPN:1e400",
]  # fmt: skip
CHEAP = ("/healthz", "/api/v1/commodities", "/api/v1/assessments?commodity=gallium")


def most_held(server: int) -> float:
    """Return the megabytes that a process has held at most."""
    lines = Path(f"/proc/{server}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1e3


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_neither_memory_nor_cheap_calls_suffer_from_a_hostile_client() -> None:
    studied: list[int] = []
    answered: list[tuple[str, int]] = []
    cheap: list[float] = []

    with started() as (server, address), httpx.Client(base_url=address, timeout=120) as client:
        style = next(
            word for word in client.get("/", headers={"accept": "text/html"}).text.split('"') if ".css" in word
        )
        for path in (*CHEAP, style):
            assert client.get(path).status_code == 200
        client.post("/api/v1/studies", json={"commodities": ["gallium"]})  # what every study loads is loaded
        before = most_held(server.pid)

        def study(importer: str) -> None:
            found = httpx.post(f"{address}api/v1/studies", timeout=300,
                               json={"importer": importer, "commodities": ["gallium"]})  # fmt: skip
            studied.append(found.status_code)

        def attack() -> None:
            with httpx.Client(base_url=address, timeout=120) as rough:
                for call, body in BODIES:
                    found = rough.post(f"/api/v1/{call}", content=json.dumps(body),
                                       headers={"content-type": "application/json"})  # fmt: skip
                    answered.append((call, found.status_code))
                answered.extend((path[:40], rough.get(path).status_code) for path in ADDRESSES)
            for _ in range(20):
                with socket.create_connection((server_name, int(port)), timeout=10) as gone:
                    gone.sendall(b"POST /data/own HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
                                 b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x")  # fmt: skip

        server_name, _, port = address.removeprefix("http://").rstrip("/").partition(":")
        threads = [threading.Thread(target=study, args=(one,)) for one in ("AUT", "BEL", "CAN", "CHE", "CHL")]
        threads.append(threading.Thread(target=attack))
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for path in (*CHEAP, style):
                start = time.perf_counter()
                assert client.get(path).status_code == 200
                cheap.append(time.perf_counter() - start)
            time.sleep(0.05)  # who asks without end is another hostile client
        for thread in threads:
            thread.join()
        assert client.get("/healthz").status_code == 200
        grown = most_held(server.pid) - before
        counts = client.get("/metrics").text

    assert studied == [200] * 5
    assert [(call, status) for call, status in answered if not 400 <= status < 500] == []
    assert 'status="500"' not in counts
    assert grown < 200, f"{grown:.0f} MB"
    assert len(cheap) > 200
    late = sorted(cheap)[int(0.95 * len(cheap))]
    assert late < 0.3, f"{1e3 * late:.0f} ms of {len(cheap)} calls"
