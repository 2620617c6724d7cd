"""Odds of many importers and years: each as it is alone, resumable, the same bits whoever computes it.

Only processes that a test started are ended.
"""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from front import call, heeds_signals

import shigen
from shigen.model.odds_records import COLUMNS, records
from shigen.study import sweep as sweeping
from shigen.study import workers
from shigen.study.choices import Study, UncertaintySpec
from shigen.study.finished import MANIFEST, UNITS, Finished
from shigen.study.run import Run
from shigen.study.sweep import VIEWS, Sweep, by_name, compute, sweep

STUDY = Study(commodities=["cobalt", "gallium"], uncertainty=UncertaintySpec(draws=1024, seed=5))
LINE = ("uncertainty", "cobalt", "gallium", "--importers", "JPN,KOR", "--years", "2023:2024", "--draws", "1024",
        "--seed", "5")  # fmt: skip


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit of each importer and year."""
    monkeypatch.setattr(sweeping, "IMPORTERS", 1)


@pytest.fixture
def job(facts: shigen.FactBase) -> Sweep:
    return sweep(STUDY, ["JPN", "KOR"], [2023, 2024], facts=facts)


@pytest.fixture(scope="module")
def digest(facts: shigen.FactBase, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the job gives in one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweeping, "IMPORTERS", 1)
        job = sweep(STUDY, ["JPN", "KOR"], [2023, 2024], facts=facts)
    return filled(Finished(tmp_path_factory.mktemp("alone"), job), job)


def filled(finished: Finished, job: Sweep, threads: int = 1) -> str:
    for unit, rows in workers.alone(job, finished.left(), threads=threads):
        finished.keep(unit, rows)
    return finished.digest


def test_units_are_years_and_importers_in_order(facts: shigen.FactBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "IMPORTERS", 2)
    job = sweep(STUDY, ["Japan", "KOR", "EU27"], [2024, 2023], facts=facts)
    assert [(unit.year, unit.importers) for unit in job.units] == [
        (2023, ("JPN", "KOR")), (2023, ("EU27",)), (2024, ("JPN", "KOR")), (2024, ("EU27",))]  # fmt: skip
    everyone = sweep(STUDY, "all", [2024], facts=facts)
    assert len({one for unit in everyone.units for one in unit.importers}) > 200
    assert sweep(STUDY, "all", facts=facts).units[0].year == 2024


@pytest.mark.long
def test_a_unit_gives_what_each_importer_gives_alone(facts: shigen.FactBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """All importers of a unit share what is the same for them; none notices."""
    monkeypatch.setattr(sweeping, "IMPORTERS", 3)
    job = sweep(STUDY, ["JPN", "EU27", "KOR"], [2023], facts=facts)
    (unit,) = job.units
    rows = compute(job, unit)
    for importer in unit.importers:
        alone = Run(STUDY.model_copy(update={"importer": importer, "year": 2023}), facts=facts).odds()
        for view in VIEWS:
            mine = [row for row in by_name(rows, view) if row["importer"] == importer]
            expected = records(alone, view)
            assert [tuple(row) for row in mine] == [COLUMNS[view] for _ in expected]
            for one, other in zip(mine, expected, strict=True):
                assert one == {key: pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
                               for key, value in other.items()}  # fmt: skip


@pytest.mark.long
def test_results_are_the_same_for_any_number_of_threads(job: Sweep, digest: str, tmp_path: Path) -> None:
    assert filled(Finished(tmp_path, job), job, threads=2) == digest


@pytest.mark.long
def test_a_run_goes_on_where_it_was_interrupted(job: Sweep, digest: str, tmp_path: Path) -> None:
    """Of four units three are there, one of them cut off, and one another than was written: three are left."""
    finished = Finished(tmp_path / "out", job)
    for unit in job.units[:3]:
        finished.keep(unit, compute(job, unit))
    files = sorted((tmp_path / "out" / UNITS).iterdir())
    files[0].write_bytes(files[0].read_bytes()[:200])
    files[1].write_bytes(files[2].read_bytes())
    again = Finished(tmp_path / "out", job)
    assert len(again.left()) == 3
    assert filled(again, job) == digest
    again.close(1.0)
    assert json.loads((tmp_path / "out" / MANIFEST).read_text("utf-8"))["digest"] == digest


def test_another_job_is_refused_and_says_in_what_it_differs(facts: shigen.FactBase, job: Sweep, tmp_path: Path) -> None:
    Finished(tmp_path / "out", job).keep(job.units[0], {view: [] for view in VIEWS})
    other = STUDY.model_copy(update={"uncertainty": UncertaintySpec(draws=1024, seed=6), "basis": "imports_only"})
    with pytest.raises(shigen.UserError) as caught:
        Finished(tmp_path / "out", sweep(other, ["JPN", "KOR"], [2023, 2024], facts=facts))
    assert caught.value.message("en") == (
        f"{tmp_path}/out holds another run: it differs in basis, uncertainty.seed. "
        "Give another --out, or the choices of that run."
    )
    with pytest.raises(shigen.UserError, match="differs in importers, years"):
        Finished(tmp_path / "out", sweep(STUDY, ["JPN"], [2024], facts=facts))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x")
    for place in (tmp_path / "mine", tmp_path / "mine" / "letter.txt"):
        with pytest.raises(shigen.UserError, match="is no folder of such a run"):
            Finished(place, job)
    assert [one.name for one in (tmp_path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.long
def test_a_worker_that_is_killed_changes_nothing(job: Sweep, digest: str, tmp_path: Path) -> None:
    finished, ended = Finished(tmp_path / "out", job), []
    for unit, rows in workers.on_this_machine(job, finished.left(), 2):
        finished.keep(unit, rows)
        if not ended:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            ended.append(victim.pid)
    assert ended
    assert finished.digest == digest


@pytest.mark.long
def test_workers_that_are_killed_again_and_again_end_the_run(job: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_pooled", lambda *_: (_ for _ in ()).throw(workers.BrokenProcessPool()))
    with pytest.raises(shigen.UserError, match="ended from outside 3 times"):
        list(workers.on_this_machine(job, job.units, 2))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler with two workers, as the documents start them."""
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"}

    def dask(*words: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "dask", *words], env=environment, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)  # fmt: skip

    port = address.rpartition(":")[2]
    begun = [dask("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")]
    begun += [dask("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
    yield address, begun
    for process in begun[::-1]:
        process.kill()
        process.wait()


@pytest.mark.long
def test_a_scheduler_gives_the_same_also_when_a_worker_is_killed(
    scheduler: tuple[str, list["subprocess.Popen[bytes]"]], job: Sweep, digest: str, tmp_path: Path
) -> None:
    address, processes = scheduler
    finished, ended = Finished(tmp_path / "out", job), False
    for unit, rows in workers.on_a_scheduler(job, finished.left(), address):
        finished.keep(unit, rows)
        if not ended:
            processes[-1].kill()
            ended = True
    assert finished.digest == digest


@pytest.mark.long
def test_workers_with_other_figures_are_refused(
    scheduler: tuple[str, list["subprocess.Popen[bytes]"]], job: Sweep
) -> None:
    other = Sweep(job.study, job.units, job.absent, "another hash")
    with pytest.raises(shigen.UserError, match="other figures: tcp://"):
        list(workers.on_a_scheduler(other, other.units, scheduler[0]))
    with pytest.raises(shigen.UserError, match="are not those of the run"):
        compute(other, other.units[0])


@pytest.mark.long
def test_the_command_line_writes_tables_and_the_digest(digest: str, tmp_path: Path) -> None:
    out = tmp_path / "odds"
    code, told, err = call(*LINE, "--out", str(out))
    assert (code, digest in told) == (0, True), err
    assert "4 of 4 units (2024-KOR); about 0 s to go" in err
    assert sorted(one.name for one in out.iterdir()) == [
        MANIFEST,
        "records.csv",
        "records.parquet",
        "stages.csv",
        "stages.parquet",
        "types.csv",
        "types.parquet",
        UNITS,
    ]
    code, told, err = call(*LINE, "--out", str(out))
    assert (code, digest in told) == (0, True)
    assert "4 of 4 units were finished before" in err


@pytest.mark.long
def test_the_command_line_prints_a_view(
    monkeypatch: pytest.MonkeyPatch, job: Sweep, tmp_path: Path, digest: str
) -> None:
    """What is printed is what is written, in each format."""
    assert filled(Finished(tmp_path, job), job) == digest
    kept = dict(zip(job.units, Finished(tmp_path, job).rows(), strict=True))
    monkeypatch.setattr(workers, "alone", lambda _, units, **__: ((one, kept[one]) for one in units))
    code, csv, err = call(*LINE, "--format", "csv", "--view", "stages")
    assert (code, csv.count("\n")) == (0, 1 + 2 * 2 * 2 * 3)
    assert csv.startswith("\ufeffcommodity,importer,year,stage,risk,p05,p50,p95")
    assert digest in err
    code, told, _ = call(*LINE, "--format", "json", "--view", "types", "--quiet")
    answer = json.loads(told)
    assert (answer["meta"]["digest"], len(answer["records"])) == (digest, 8)
    assert answer["records"][0]["probability"]
    code, told, _ = call(*LINE, "--quiet")
    assert "Japan, 2023" in told
    assert "South Korea, 2024" in told or "Korea" in told


@pytest.mark.parametrize(("words", "message"), [
    (["--importers", "JPN,Jappan"], 'The importer "Jappan" is not known. An importer is a country (ISO 3166 alpha-3 '
     "code or name) or a bloc such as EU27. Did you mean JPN"),
    (["--importers", "JPN", "--years", "1980:1990"], "There are no figures for 1980–1990."),
    (["--importers", "all", "--years", "1980:1981"], "There are no figures for 1980, 1981."),
    (["--workers", "0"], "--workers is 0. A whole number from 1 to 256 is expected."),
    (["--workers", "2", "--scheduler", "tcp://x:1"], "Both --workers and --scheduler are given."),
    (["--importers", "JPN", "--view", "ranks"], "The view ranks is of one importer and year."),
    (["--importers", "JPN", "--year", "2024", "--years", "2023:2024"], "Both --year and --years are given."),
    (["--scheduler", "tcp://127.0.0.1:9"], "No scheduler answers at tcp://127.0.0.1:9."),
    (["--scheduler", "nonsense://"], "No scheduler answers at nonsense://."),
])  # fmt: skip
def test_mistakes_are_told_in_one_message(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "WAIT", 1)
    code, out, err = call("uncertainty", "cobalt", "--draws", "1024", "--out", str(tmp_path / "odds"), *words)
    assert (code, out) == (2, ""), err
    assert not (tmp_path / "odds").exists()
    assert message in err
    assert "Traceback" not in err


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, out, err = call("uncertainty", "cobalt", "--draws", "1024", "--scheduler", "tcp://127.0.0.1:9")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].endswith(
        "Dask distributed is not installed. Type: pip install 'shigen[cluster]'; or use --workers."
    )


@pytest.mark.long
def test_ctrl_c_leaves_finished_units_valid(job: Sweep, digest: str, tmp_path: Path) -> None:
    """The line is interrupted when its first unit is written; a run with the same folder goes on."""
    out = tmp_path / "odds"
    line = [sys.executable, "-c", "from shigen.study import sweep; sweep.IMPORTERS = 1; "
            "from shigen.show.cli.main import main; main()", *LINE, "--workers", "2", "--out", str(out)]  # fmt: skip
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                               preexec_fn=heeds_signals)  # fmt: skip # noqa: PLW1509 - it sets signals alone
    end = time.monotonic() + 60
    while not list((out / UNITS).glob("*.gz")) and time.monotonic() < end and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    finished = Finished(out, job)
    assert 0 < len(finished.digests) < len(job.units)
    assert filled(finished, job) == digest
