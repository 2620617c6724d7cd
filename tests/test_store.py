"""Snapshots: an update is whole or not there, the one before stays, and nothing that is cut off does harm."""

import subprocess
import sys
import threading
from pathlib import Path

import filelock
import pytest
from made_reading import EDITION, reading, row, source

from shigen.base.errors import UserError
from shigen.figures import checks, difference, store, update
from shigen.study.revisions import revisions


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHIGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_without_an_update_the_embedded_package_is_read(home: Path) -> None:
    assert store.in_use().name == store.EMBEDDED
    assert store.current() is store.facts_of(store.find("embedded"))
    assert not home.exists()


def test_an_update_makes_a_snapshot_and_uses_it(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "made.csv"
    file.write_text("x", "utf-8")
    made = update.add([(source(), reading(files=(file,)))])
    assert store.in_use() == made
    assert made.parent == "embedded"
    assert made.sources[0]["files"][0]["sha256"].startswith("2d711642b726b044")
    found = store.current().query("select sum(value) from production where edition = $e", {"e": EDITION})
    assert float(found.iloc[0, 0]) == 588_000.0
    assert not [left for left in (home / "snapshots").iterdir() if left.name.startswith(".")]


def test_the_snapshot_before_stays_and_can_be_used_again(home: Path) -> None:
    first = update.add([(source(), reading())])
    second = update.add([(source(), reading(row("COD", 1.0), row("WLD", 1.0)))], accept_lost=True)
    assert second.parent == first.name
    assert store.use(first.name) == first
    assert store.in_use() == first
    assert store.use("embedded").name == "embedded"
    with pytest.raises(UserError, match="There is no snapshot tomorrow"):
        store.use("tomorrow")


def test_a_block_that_is_read_again_replaces_itself_and_others_stay(home: Path) -> None:
    update.add([(source(), reading())])
    update.add([(source(), reading(row("COD", 9.0, commodity="antimony", basis="Sb content")))])
    update.add([(source(), reading(row("COD", 7.0)))], accept_lost=True)
    rows = store.current().query(
        "select commodity, value from production where edition = $e order by 1", {"e": EDITION}
    )
    assert rows.to_dict("list") == {"commodity": ["antimony", "cobalt"], "value": [9.0, 7.0]}


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (row("COD", -5.0), "value is below 0"),
        (row("Kongo", 5.0), "country is not of the form"),
        (row("COD", 5.0, flag="guessed"), "flag is none of"),
        (row("COD", 5.0, edition="MCS 2099"), "edition is not in editions"),
    ],
)
def test_a_row_that_breaks_the_schema_changes_nothing(home: Path, bad: dict[str, object], says: str) -> None:
    with pytest.raises(UserError) as caught:
        update.add([(source(), reading(bad))])
    assert says in caught.value.message("en")
    assert store.in_use().name == "embedded"
    assert list((home / "snapshots").iterdir()) == []


def test_countries_that_miss_the_printed_total_are_refused_unless_accepted(home: Path) -> None:
    wrong = reading(row("COD", 250_000.0), row("IDN", 400_000.0), row("WLD", 290_000.0))
    with pytest.raises(UserError) as caught:
        update.add([(source(), wrong)])
    assert caught.value.message("en") == (
        "production, cobalt, mine, 2026, MCS 2027: the countries add up to 650,000, the printed total is 290,000. "
        "They agree to the rounding of the total. Compare with the publisher's file. If the publisher prints it so, "
        "read it with --accept-sums."
    )
    assert store.in_use().name == "embedded"
    assert update.add([(source(), wrong)], accept_sums=True) == store.in_use()


def test_difference_and_revisions_tell_what_moved(home: Path) -> None:
    before = store.current()
    newer = [row(c, v, year=2024) for c, v in (("COD", 100_000.0), ("IDN", 28_000.0), ("AUS", 100_000.0))]
    update.add([(source(), reading(*newer))])
    after = store.current()
    assert [r["table"] for r in difference.counts(before, after)] == ["editions", "production"]
    moved = difference.largest(before, after)
    assert moved[0]["country"] == "COD"
    assert (moved[0]["edition_before"], moved[0]["edition_after"]) == ("MCS 2026", "MCS 2027")
    results = revisions(before, after, importer="JPN", year=2024)
    hhi = next(r for r in results if r["name"] == "production_concentration")
    # (100² + 28² + 100²) / 228² = 0.3998
    assert hhi["after"] == pytest.approx(0.3998, abs=1e-4)
    assert all(abs(r["change"]) >= 0.005 for r in results if r["change"] is not None)


def test_nothing_of_the_embedded_package_misses_a_total(facts) -> None:
    assert checks.sums(facts) == []
    assert {r["check"] for r in checks.look_at(facts)} <= set(checks.CHECKS)


@pytest.mark.parametrize("damage", ["manifest", "table", "description", "mark"])
def test_a_damaged_snapshot_is_named_and_left_behind(home: Path, damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = update.add([(source(), reading())])
    monkeypatch.setattr(store, "_OPEN", {})
    if damage == "mark":
        (home / "in_use").write_bytes(b"\xff\xfe")
    else:
        name = {"manifest": "snapshot.json", "table": "production.parquet", "description": "datapackage.json"}[damage]
        (made.path / name).unlink()
        (made.path / name).write_text("{", "utf-8")
    with pytest.raises(UserError) as caught:
        store.current()
    assert "data use embedded" in caught.value.message("en")
    store.use("embedded")
    assert store.current() is store.facts_of(store.find("embedded"))


def test_a_second_update_waits_for_the_first_and_says_so(home: Path) -> None:
    home.mkdir(parents=True)
    heard: list[str] = []
    with filelock.FileLock(home / "lock"):
        other = threading.Thread(target=lambda: update.add([(source(), reading())], tell=heard.append))
        other.start()
        while "waiting" not in heard:
            assert other.is_alive()
        assert store.in_use().name == "embedded"
    other.join(60)
    assert heard == ["waiting", "writing", "checking"]
    assert store.in_use().name != "embedded"


def test_an_update_that_never_ends_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.mkdir(parents=True)
    monkeypatch.setattr(update, "WAIT", 0.1)
    with filelock.FileLock(home / "lock"), pytest.raises(UserError, match="Another update has held"):
        update.add([(source(), reading())])


KILLED = """
import os, signal, sys
sys.path.insert(0, {tests!r})
import duckdb, filelock, pandas
from made_reading import reading, source
from shigen.figures import store, update

WATCHED = {{"open", "os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "shutil.rmtree", "tempfile.mkdtemp"}}

def watch(kill_at):
    seen = 0
    def hook(event, arguments):
        nonlocal seen
        if event in WATCHED:
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)

moments, killed = {moments}, 0
for moment in moments:
    child = os.fork()
    if child == 0:
        watch(moment)
        update.add([(source(), reading())])
        os._exit(0)
    _, status = os.waitpid(child, 0)
    killed += os.WIFSIGNALED(status)
    facts = store.FactBase(store.in_use().path)
    assert facts.connection.execute("select count(*) from production").fetchone()[0] > 6000, moment
    facts.connection.close()
print(killed)
"""


EVERY = range(1, 51)


@pytest.mark.parametrize("moments", [EVERY[::5], pytest.param(EVERY, marks=pytest.mark.long)], ids=["ten", "fifty"])
def test_kill_at_any_moment_leaves_the_store_usable(home: Path, moments: range) -> None:
    script = KILLED.format(tests=str(Path(__file__).parent), moments=list(moments))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 0.9 * len(moments)
    # What they left behind goes with the next update.
    update.add([(source(), reading())])
    assert store.current().check() == []
    assert not [left for left in (home / "snapshots").iterdir() if left.name.startswith(".")]


FULL = """
import resource, signal, sys
sys.path.insert(0, {tests!r})
from made_reading import reading, source
from shigen.base.errors import UserError
from shigen.figures import store, update
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
try:
    update.add([(source(), reading())])
except UserError as error:
    print(error.message("en"))
"""


@pytest.mark.parametrize("room", [0, 2_000, 20_000])
def test_a_full_disk_is_told_and_changes_nothing(home: Path, room: int) -> None:
    kept = update.add([(source(), reading())])
    script = FULL.format(tests=str(Path(__file__).parent), room=room)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "cannot be written" in done.stdout
    assert "Nothing was changed." in done.stdout
    assert store.in_use() == kept
    assert [path.name for path in (home / "snapshots").iterdir()] == [kept.name]
