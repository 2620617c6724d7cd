"""The clients, the unit and the container of the documentation, run from its very text against a real server."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

import shigen

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
ENV = {key: value for key, value in os.environ.items() if key != "SHIGEN_TOKEN" and "proxy" not in key.casefold()}
SHOWN = "localhost:8765"
TOKEN = {"SHIGEN_TOKEN": "long enough to be a token"}
GENERATOR = shutil.which("openapi-python-client")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.S | re.M)


def started(*command: str, cwd: Path = ROOT, **env: str) -> tuple["subprocess.Popen[str]", str]:
    """A server with what it says of where it is: host and port."""
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=ENV | env, cwd=cwd)
    assert server.stderr is not None
    told = re.search(r"http://(\S+:\d+)/", server.stderr.readline())
    assert told is not None
    return server, told[1]


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    """Where a server is that was started as the page says."""
    command = [sys.executable, "-m", "shigen.show.cli.main", "serve", "--no-browser", "--port", "0"]
    server, where = started(*command)
    with server:
        yield where
        server.terminate()
        assert server.wait(timeout=60) == 0


def printed(*command: str, cwd: Path, **env: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENV | env, cwd=cwd, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_client_in_python_prints_what_the_library_says(at: str, tmp_path: Path) -> None:
    lines = printed(sys.executable, "-c", blocks("python")[0].replace(SHOWN, at), cwd=tmp_path).splitlines()
    worst = max((row for row in shigen.assess(shigen.load("KOR", year=2024)).stages() if row["risk"] is not None),
                key=lambda row: row["risk"])  # fmt: skip
    assert lines[0] == f"Korea 2024: {worst['commodity']} {worst['stage']} {round(worst['risk'], 2)}"
    weighed = shigen.assess(shigen.load("JPN"), weights={"price_volatility": 0})
    risks = {row["stage"]: row["risk"] for row in weighed.stages() if row["commodity"] == "gallium"}
    assert lines[1] == f"Gallium before {risks}"
    assert lines[2].startswith("Gallium after {")
    assert lines[2] != lines[1].replace("before", "after")


def test_the_client_in_python_tells_a_mistake_in_the_words_of_the_server(at: str, tmp_path: Path) -> None:
    code = blocks("python")[0].replace(SHOWN, at).replace('importer="KOR"', 'imorter="KOR"')
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=ENV,
                          cwd=tmp_path, timeout=300)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("There is no parameter imorter here.")
    assert "Did you mean importer?" in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here; the lines run in memory elsewhere")
def test_each_line_of_curl_answers(at: str, tmp_path: Path) -> None:
    answers = [printed(*shlex.split(line.replace(SHOWN, at)), cwd=tmp_path) for line in blocks("sh")[0].splitlines()]
    records, ledger, head = answers
    assert {row["commodity"] for row in json.loads(records)["records"]} == {"gallium"}
    assert ledger.startswith("\ufeffcommodity,indicator,then_year,now_year")
    assert 'rel="next"' in head
    assert "x-total-count: " in head


@pytest.mark.skipif(GENERATOR is None, reason="the generator wants other versions than ours: pipx install it")
def test_the_generated_client_is_typed_and_answers(at: str, tmp_path: Path) -> None:
    with urllib.request.urlopen(f"http://{at}/openapi.json", timeout=60) as answer:
        (tmp_path / "openapi.json").write_bytes(answer.read())
    _, generate = blocks("sh")[1].splitlines()
    said = printed(*shlex.split(generate), cwd=tmp_path)
    assert "WARNING" not in said  # of what it could not make a function or a model
    code = blocks("python")[1].replace(SHOWN, at)
    lines = printed(sys.executable, "-c", code, cwd=tmp_path, PYTHONPATH=str(tmp_path / "client")).splitlines()
    stages = shigen.assess(shigen.load("KOR", year=2024, commodities=["gallium"])).stages()
    assert lines[:3] == [f"gallium {row['stage']} {row['risk']}" for row in stages]
    assert 0 <= float(lines[3]) <= 1


def test_the_command_of_the_container_serves_and_its_health_check_passes(tmp_path: Path) -> None:
    (dockerfile,) = blocks("dockerfile")
    copied = re.findall(r"^COPY (.*) \S+$", dockerfile, re.M)
    for name in " ".join(copied).split():
        assert (ROOT / name).exists()
    entry, command, check = (json.loads(words) for words in (
        re.search(rf"^{verb} (\[.*\])$", dockerfile, re.M)[1] for verb in ("ENTRYPOINT", "CMD", "HEALTHCHECK CMD")))  # type: ignore[index]  # fmt: skip
    words = [word if word != "8765" else "0" for word in [sys.executable, *entry[1:], *command]]
    server, where = started(*words, cwd=tmp_path, PYTHONPATH=str(ROOT / "src"), HOME=str(tmp_path),
                            SHIGEN_DATA=str(tmp_path), **TOKEN)  # fmt: skip
    with server:
        try:
            assert where.startswith("127.0.0.1:")  # what is printed answers, though the server listens everywhere
            printed(sys.executable, *[word.replace("127.0.0.1:8765", where) for word in check[1:]], cwd=tmp_path)
        finally:
            server.terminate()
        assert server.wait(timeout=60) == 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    (unit,) = blocks("ini")
    file = tmp_path / "shigen.service"
    file.write_text(unit.replace("/opt/shigen/.venv/bin/python", sys.executable), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "shigen.service" not in done.stderr  # it warns of what it does not know and leaves out
