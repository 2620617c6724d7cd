"""A damaged, cut, taken away or locked store is told as such: never fewer figures in silence, never a traceback."""

import os
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_reading import reading, source

from shigen.base.errors import UserError
from shigen.figures import store, update
from shigen.figures.factbase import FactBase, sha256
from shigen.figures.schema import PACKAGE, tables

MEND = "`shigen data use embedded` goes back to the figures that came with the program."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one snapshot."""
    home = tmp_path_factory.mktemp("store") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHIGEN_DATA", str(home))
        update.add([(source(), reading())])
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it: a snapshot links files of the embedded package, which no test may touch."""
    shutil.copytree(made, tmp_path / "data")
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(store, "_OPEN", {})
    return tmp_path / "data"


def flipped(content: bytes) -> bytes:
    at = len(content) // 2
    return content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :]


def zeroed(content: bytes) -> bytes:
    return content[:200] + bytes(min(500, len(content) - 200)) + content[700:]


def cut(content: bytes) -> bytes:
    """Cut at the end of a line, where a reader sees a whole file with fewer rows."""
    return content[: content.rfind(b"\n", 0, len(content) * 2 // 3) + 1]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("production.parquet", flipped), ("production.parquet", zeroed), ("trade.parquet", flipped),
        ("governance.parquet", zeroed), ("prices.parquet", flipped), ("recycling.parquet", flipped),
        ("editions.csv", cut), ("supply_map.csv", cut), ("countries.csv", flipped), ("hs_concordance.csv", cut),
    ],
)  # fmt: skip
def test_a_damaged_table_breaks_the_snapshot(home: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    snapshot = store.in_use()
    path = snapshot.path / name
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(UserError) as caught:
        store.current()
    assert caught.value.message("en") == (
        f"The snapshot {snapshot.name} is damaged: {name}: The file of the table {path.stem} is not the one that was "
        "written: its hash differs. "
        f"Its files as the update wrote them are expected. {MEND}"
    )


def test_every_table_of_a_snapshot_and_of_the_package_has_its_hash(home: Path) -> None:
    for folder in (PACKAGE, store.in_use().path):
        for table in tables(folder).values():
            assert table.hash == f"sha256:{sha256(table.path)}", table.path


def test_damage_under_a_running_server_is_told_when_a_question_meets_it(home: Path) -> None:
    facts, path = store.current(), store.in_use().path / "production.parquet"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(UserError) as caught:
        facts.query("select sum(value) from production")
    assert caught.value.key == "snapshot_broken"
    assert "production.parquet" in caught.value.message("en")


def test_a_snapshot_that_was_taken_away_is_told(home: Path) -> None:
    facts = store.current()
    shutil.rmtree(store.in_use().path)
    with pytest.raises(UserError) as caught:
        facts.fetch("select count(distinct place) from production")
    assert caught.value.key == "snapshot_broken"
    with pytest.raises(UserError, match="There is no snapshot"):
        store.current()


def test_a_mistake_of_ours_in_sql_stays_ours(facts: FactBase) -> None:
    import duckdb

    with pytest.raises(duckdb.CatalogException):
        facts.query("select * from nowhere")


@pytest.mark.parametrize(("umask", "folder", "file"), [(0o022, 0o755, 0o644), (0o077, 0o700, 0o600)])
def test_what_is_written_follows_the_umask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: int, folder: int, file: int
) -> None:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))
    before = os.umask(umask)
    try:
        snapshot = update.add([(source(), reading())])
    finally:
        os.umask(before)

    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(snapshot.path) == mode(snapshot.path.parent) == mode(tmp_path / "data") == folder
    written = [tmp_path / "data" / "in_use", snapshot.path / "snapshot.json", snapshot.path / "production.parquet"]
    assert [mode(path) for path in written] == [file] * 3


@pytest.fixture
def stranger(home: Path) -> Iterator[None]:
    """Another user, who may not enter the data folder."""
    if os.geteuid() == 0:
        home.chmod(0o700)
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        home.chmod(0)
        yield
        home.chmod(0o700)


@pytest.mark.usefixtures("stranger")
@pytest.mark.parametrize("act", [store.in_use, store.snapshots, store.current])
def test_a_store_that_may_not_be_read_says_so(act: Callable[[], object]) -> None:
    with pytest.raises(UserError) as caught:
        act()
    assert caught.value.message("en").endswith(
        "may not be read by this user. The data folder is expected to be readable. Let its owner give read access "
        "(chmod -R a+rX), or name another folder in SHIGEN_DATA."
    )
