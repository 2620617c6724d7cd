"""Every command line that README and documents show ends in a result.

Those of the README that run studies are run on the first mineral and without drawing; `tests/prove` runs all such
lines of all documents whole.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from documented import DOCUMENTS, FILES, Line, blocks, figures, samples
from fastapi.testclient import TestClient
from front import call, warm

from shigen.show.charts.drawing import Drawer
from shigen.show.web import serve
from shigen.show.web.app import create_app
from shigen.study import run as study_run
from shigen.study.choices import Study

BLOCKS = [lines for path in DOCUMENTS for lines in blocks(path)]
ELSEWHERE: dict[str, tuple[str, list[str] | None]] = {
    "./run test": ("it is this suite", None),
    "./run facts": ("it writes the package of this tree; tests/completeness compares it with its sources", None),
    "shigen data update wgi": ("needs the network", ["data", "update", "wgi", "--from",
                               str(FILES / "wgi" / "wgidataset-2024-excerpt.xlsx")]),
    "shigen data update comtrade --importer JPN --years 2023:2024": ("needs the network and a key",
                                                                     ["data", "update", "comtrade", "--help"]),
    "shigen data update customs_japan --years 2024:2024": ("needs the network and a key",
                                                           ["data", "update", "customs_japan", "--help"]),
    "./run shigen data template mine.xlsx --overlay mine.xlsx": ("the option goes to any verb that reads figures",
                                                                 ["assess", "cobalt", "--overlay", "mine.xlsx"]),
    "shigen uncertainty --importers all --years 2015:2024 --workers 2 --out odds": (
        "takes hours", ["uncertainty", "cobalt", "--importers", "JPN,KOR", "--year", "2024", "--draws", "64",
                        "--workers", "2", "--out", "odds"]),
    "shigen uncertainty --importers all --years 2015:2024 --scheduler tcp://10.0.0.1:8786 --out odds": (
        "needs a scheduler; tests/test_sweep.py starts one", None),
    "dask scheduler --port 8786": ("tests/test_sweep.py starts one", None),
    "dask worker tcp://10.0.0.1:8786 --nworkers 4 --nthreads 1": ("as the line before", None),
    "openapi-python-client generate --path openapi.json --output-path client": (
        "tests/web/test_clients.py runs it", None),
    "docker build -t shigen .": ("needs Docker; tests/web/test_clients.py runs what the Dockerfile starts", None),
    "docker run -p 127.0.0.1:8765:8765 -e 'SHIGEN_TOKEN=$(openssl' rand -hex '24)' shigen": (
        "as the line before", None),
}  # fmt: skip
"""Lines that cannot be run as they stand: why, and what is run instead."""


STUDIES = ("study", "report")
"""Verbs whose lines, where the README does not show them, are left to `tests/prove`."""
JSON = {"content-type": "application/json"}


def bare(line: Line) -> str:
    return shlex.join(line.words)


README = {bare(line) for path in DOCUMENTS[:2] for lines in blocks(path) for line in lines}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    with warm():
        yield


def small(asked: Study) -> Study:
    """Return a study of its first mineral and of those that its policies name."""
    kept = {asked.commodities[0], *(one.lever().commodity for one in asked.levers)}
    return asked.model_copy(update={"commodities": [one for one in asked.commodities if one in kept]})


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sampled")
    samples(folder)
    return folder


@pytest.fixture
def desk(tmp_path: Path, sampled: Path, undrawn: Drawer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with all that the lines name, a store of its own, small studies, and a server that ends at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHIGEN_TOKEN", "long enough to be a token")
    shutil.copytree(sampled, tmp_path, dirs_exist_ok=True)
    run, listening = study_run.Run, serve._listening
    monkeypatch.setattr(study_run, "Run", lambda asked, **more: run(small(asked), **more))
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    monkeypatch.setattr(serve, "_tell", lambda *_: None)
    monkeypatch.setattr(serve, "_listening", lambda host, port: listening("127.0.0.1", 0))  # noqa: ARG005
    monkeypatch.setattr("shigen.show.web.answers.first_steps", lambda *_: ())
    return tmp_path


def unique() -> dict[str, list[Line]]:
    """Return the blocks that differ, by what they run: documents in two languages show many lines twice."""
    return {"; ".join(map(bare, lines)): lines for lines in BLOCKS}


@pytest.mark.parametrize("lines", unique().values(), ids=unique())
def test_a_documented_line_ends_in_a_result(desk, lines) -> None:
    for line in lines:
        where = f"{line.document}: {line.shown}"
        if line.words[0] == "curl":
            answered(line)
            continue
        if bare(line) in ELSEWHERE:
            _, words = ELSEWHERE[bare(line)]
            if words is None:
                continue
        else:
            words = line.shigen
            assert words is not None, f"{where}: neither a line of shigen nor one of those named in ELSEWHERE"
        if words[0] in STUDIES and bare(line) not in README:
            continue
        template = desk / "mine.xlsx" if words[:2] == ["data", "template"] else None
        if template:
            template.unlink()
        if words[:2] == ["data", "update"] and "--from" in words:
            words = [*words, "--accept-lost"]  # the samples are excerpts of the editions that are held
        code, out, err = call(*words)
        assert code == 0, f"{where}: {err}"
        if template:
            figures(template)
        assert "Traceback" not in err, where
        assert out or "--out" in words or words[0] == "serve", where


def answered(line: Line) -> None:
    """Ask the application in this process what a line asks a server."""
    words = line.words
    address = next(word for word in words if "localhost:" in word)
    path = re.sub(r"^(http://)?localhost:\d+", "", address)
    body = words[words.index("-d") + 1] if "-d" in words else None
    with TestClient(create_app(serve.rules_of("127.0.0.1", (), "")), base_url="http://localhost:8765") as client:
        told = client.post(path, content=body, headers=JSON) if body else client.get(path)
    assert told.status_code == 200, told.text
    assert told.content


def test_documents_show_lines_and_what_is_run_elsewhere_is_among_them() -> None:
    shown = {bare(line) for lines in BLOCKS for line in lines}
    assert len(shown) > 50
    assert set(ELSEWHERE) <= shown
    assert {"./run study", "./run shigen study", "./run shigen report"} <= README
    documents = {line.document for lines in BLOCKS for line in lines}
    assert {"README.md", "README.ja.md", "docs/start.md", "docs/ja/start.md", "docs/data.md"} <= documents


def test_a_line_is_read_as_a_shell_reads_it() -> None:
    line = Line("x", 'KEY=… shigen why "a:b c"  # more')
    assert line.shigen == ["why", "a:b c"]
    assert Line("x", "TOKEN=$(openssl rand -hex 24) shigen serve --host h").shigen == ["serve", "--host", "h"]
    assert Line("x", "./run study [FILE] --out x").shigen == ["study", "--out", "x"]
    assert Line("x", "./run shigen types").shigen == ["types"]
    assert Line("x", "./run test").shigen is None
