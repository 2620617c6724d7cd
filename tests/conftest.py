"""What every test may use: the facts once, and the chain of Japan assessed."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

# A block of draws is enough to see what is done with them; tests that need more say so.
os.environ["SHIGEN_DRAWS"] = "1024"
# As the command line has it; read when NumPy is first loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
import xarray as xr
from filelock import FileLock
from hypothesis import HealthCheck, settings

import shigen
from shigen.base.i18n import LANGS, Lang
from shigen.figures.factbase import FactBase, embedded
from shigen.show.charts import faces
from shigen.show.charts.drawing import Drawer
from shigen.show.report import folder
from shigen.show.report.html import Picture
from shigen.show.report.pictures import charts, given_by
from shigen.study.run import Run

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"></svg>'

# Snapshots of the user who runs the tests stay out of them.
os.environ["SHIGEN_DATA"] = os.devnull

for name, examples in {"brief": 10, "thorough": 150}.items():
    settings.register_profile(
        name,
        deadline=None,
        max_examples=examples,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
# Brief with every commit; `./run prove` asks thoroughly, before an issue is closed.
settings.load_profile(os.environ.get("SHIGEN_EXAMPLES", "brief"))


FIRST = ("test_hostile_client.py", "test_data_cli.py", "test_described.py", "test_workbench.py", "test_pages.py")
"""Files that take a minute or more, however few their tests: begun last, they would leave the other worker idle."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first, then those of most tests; inside a file the order stays."""
    count = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.name not in FIRST, -count[item.path], str(item.path)))


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHIGEN_LANG", "en")


@pytest.fixture(scope="session")
def facts() -> FactBase:
    return embedded()


@pytest.fixture(scope="session")
def whole(facts: FactBase) -> Run:
    """The default study, computed once a worker."""
    return Run(facts=facts)


@pytest.fixture(scope="session")
def drawer() -> Iterator[Drawer]:
    """Workers that draw, started once: those of each test would load what charts are made of, and compile all, anew."""
    with Drawer() as ready:
        yield ready


@pytest.fixture
def drawn(drawer: Drawer, monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """Let commands draw with the workers that are ready."""
    monkeypatch.setattr(Drawer, "__enter__", lambda _: drawer)
    monkeypatch.setattr(Drawer, "__exit__", lambda *_: None)
    return drawer


def at_once(result: Any) -> "Future[Any]":
    """Return what a worker would have made."""
    made: Future[Any] = Future()
    made.set_result(result)
    return made


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    """Let commands take an empty picture for each chart and no font: for tests that read words and tables alone."""
    monkeypatch.setattr(Drawer, "__enter__", lambda self: self)
    monkeypatch.setattr(Drawer, "__exit__", lambda *_: None)
    monkeypatch.setattr(Drawer, "draw", lambda _, charts: [at_once(PICTURE) for _ in charts])
    monkeypatch.setattr(Drawer, "start", lambda _, work, *values: at_once("" if work is faces.rule else work(*values)))
    return Drawer()


@pytest.fixture(scope="session")
def studied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the default study, every picture drawn: by the worker that asks first, for all."""
    shared = shared_by_workers(tmp_path_factory)
    out = shared / "japan"
    with FileLock(shared / "japan.lock"):
        if not out.exists():  # it is renamed when it is whole
            drawer, whole = (request.getfixturevalue(name) for name in ("drawer", "whole"))
            ready = folder.drawing(whole, drawer, LANGS)
            with pytest.MonkeyPatch.context() as once:
                once.setattr(folder, "drawing", lambda *_: ready)
                folder.write(whole, out, drawer, tell=lambda _: None)
            bare = {lang: {name: one.svg_text for name, one in of.items()} for lang, of in ready.items()}
            (shared / "pictures.json").write_text(json.dumps(bare), "utf-8")
    return out


def shared_by_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of a run see."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def pictures(
    whole: Run, studied: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[Lang, dict[str, Picture]]:  # fmt: skip
    """Every picture of the default study as a page takes it."""
    assert studied.exists()
    bare = json.loads((shared_by_workers(tmp_path_factory) / "pictures.json").read_text("utf-8"))
    of_study = {lang: charts(given_by(whole), whole.study.commodities, lang) for lang in LANGS}
    return {lang: {name: Picture(at_once(bare[lang][name]), chart) for name, chart in of.items()}
            for lang, of in of_study.items()}  # fmt: skip


@pytest.fixture(scope="session")
def japan() -> xr.Dataset:
    return shigen.load("JPN", year=2024)


@pytest.fixture(scope="session")
def assessed(japan: xr.Dataset) -> "shigen.Assessment":
    return shigen.assess(japan)
