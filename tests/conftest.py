"""What every test may use: the facts once, and the chain of Japan assessed."""

import os
from pathlib import Path

# A block of draws is enough to see what is done with them; tests that need more say so.
os.environ["SHIGEN_DRAWS"] = "1024"

import pytest
import xarray as xr
from hypothesis import HealthCheck, settings

import shigen
from shigen.base.i18n import LANGS, Lang
from shigen.figures.factbase import FactBase, embedded
from shigen.show.charts.drawing import Drawer
from shigen.show.report import folder
from shigen.show.report.html import Picture
from shigen.study.run import Run

# Snapshots of the user who runs the tests stay out of them.
os.environ["SHIGEN_DATA"] = os.devnull

for name, examples in {"brief": 15, "thorough": 150}.items():
    settings.register_profile(
        name,
        deadline=None,
        max_examples=examples,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
# Brief with every commit; `./run prove` asks thoroughly, before an issue is closed.
settings.load_profile(os.environ.get("SHIGEN_EXAMPLES", "brief"))


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
def drawn(whole: Run) -> dict[Lang, dict[str, Picture]]:
    """Every picture of the default study."""
    with Drawer() as drawer:
        pictures = folder.drawing(whole, drawer, LANGS)
        assert all(one.svg_text for of_lang in pictures.values() for one in of_lang.values())
    return pictures


@pytest.fixture(scope="session")
def studied(whole: Run, drawn: dict[Lang, dict[str, Picture]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the default study, every picture drawn."""
    out = tmp_path_factory.mktemp("studies") / "japan"
    with Drawer() as drawer, pytest.MonkeyPatch.context() as once:
        once.setattr(folder, "drawing", lambda *_: drawn)
        folder.write(whole, out, drawer, tell=lambda _: None)
    return out


@pytest.fixture(scope="session")
def japan() -> xr.Dataset:
    return shigen.load("JPN", year=2024)


@pytest.fixture(scope="session")
def assessed(japan: xr.Dataset) -> "shigen.Assessment":
    return shigen.assess(japan)
