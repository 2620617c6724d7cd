"""The command `serve`: it says where it is, answers, and ends in peace; what cannot be is told before it starts."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from front import heeds_signals

from shigen.show.web import assets

COMMAND = [sys.executable, "-m", "shigen.show.cli.main", "serve", "--no-browser", "--lang", "en"]
ENV = {key: value for key, value in os.environ.items() if key != "SHIGEN_TOKEN"}


@contextmanager
def started(first: Callable[[], object]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a server in a process that does something first; yield it with its address."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stderr=subprocess.PIPE, text=True, env=ENV,
        preexec_fn=first,  # noqa: PLW1509 - it sets signals alone
    ) as server:  # fmt: skip
        assert server.stderr is not None
        told = re.fullmatch(r"shigen is at (http://127\.0\.0\.1:\d+/)   \(Ctrl-C ends it\)\n", server.stderr.readline())
        assert told is not None
        try:
            yield server, told[1]
        finally:
            server.kill()


def alive(address: str) -> bool:
    with urllib.request.urlopen(f"{address}healthz", timeout=30) as answer:  # noqa: S310 - the server just started
        return bool(answer.read() == b'{"status":"ok","version":"0.1.0"}')


@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_answers_where_it_says_and_ends_in_peace(ended_by: signal.Signals, code: int) -> None:
    with started(heeds_signals) as (server, address):
        assert alive(address)
        server.send_signal(ended_by)
        assert server.wait(timeout=30) == code
        assert server.stderr is not None
        assert "Traceback" not in server.stderr.read()


def test_a_server_that_was_started_to_ignore_ctrl_c_ignores_it() -> None:
    # A shell starts so what a script runs in the background: Ctrl-C is for the script.
    with started(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) as (server, address):
        server.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(timeout=1)
        assert alive(address)
        server.terminate()
        assert server.wait(timeout=30) == 0


def refused(*options: str, **more: str) -> str:
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False, env=ENV | more, timeout=60)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_port_that_is_taken_is_told_with_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = refused("--port", str(port))
    assert f"The server cannot listen at 127.0.0.1:{port}" in told
    assert "choose another port with --port" in told


def test_an_address_that_is_none_is_told() -> None:
    token = {"SHIGEN_TOKEN": "long enough to pass"}
    assert "nowhere.invalid:0" in refused("--host", "nowhere.invalid", "--port", "0", **token)


def test_an_open_address_without_a_token_is_refused_with_the_way_out() -> None:
    told = refused("--host", "0.0.0.0", "--port", "0")
    assert "needs SHIGEN_TOKEN" in told
    assert "behind a proxy" in told


def test_a_server_prints_nothing_of_how_its_scripts_are_bundled(caplog: pytest.LogCaptureFixture) -> None:
    assert b"vegaEmbed" in assets.vega.__wrapped__()  # type: ignore[attr-defined]
    assert not caplog.records
