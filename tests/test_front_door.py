"""The front door under hostile hands: signals, full disks, odd paths, numbers that are none, several at once."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from front import call, heeds_signals

from shigen.base import whole
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS
from shigen.base.whole import replacing, replacing_folder, scratch
from shigen.show.report import folder as study_folder

ROOT = Path(__file__).parents[1]
ENV = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "SHIGEN_LANG": "en", "SHIGEN_DATA": os.devnull}
LONG = "a" * 300
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of Unix")
pytestmark = UNIX


def started(code: str, cwd: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env=ENV,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=heeds_signals,  # noqa: PLW1509 - it sets signals alone
    )


def shell(words: list[str], cwd: Path, *, stdout: Path | None = None, file_size: int | None = None,
          unbuffered: bool = False) -> tuple[int, str]:  # fmt: skip
    """Run the command line as a process of its own; return its exit code and standard error."""

    def limited() -> None:
        if file_size is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

    env = {**ENV, "PYTHONUNBUFFERED": "1" if unbuffered else "", "SHIGEN_DATA": str(cwd / "data")}
    with (stdout or Path(os.devnull)).open("wb") as out:
        done = subprocess.run([sys.executable, "-m", "shigen.show.cli.main", *words], cwd=cwd, stdout=out, text=True,
                              stderr=subprocess.PIPE, check=False, preexec_fn=limited,
                              env=env)  # fmt: skip
    return done.returncode, done.stderr


def refused(words: list[str]) -> str:
    code, out, err = call(*words)
    assert (code, out) == (2, ""), err
    assert err.startswith("Error: ")
    assert err.count("\n") == 1
    return err


# Help


def test_help_of_every_verb_loads_nothing_heavy(tmp_path) -> None:
    code = """
import sys, io, typer
from contextlib import redirect_stdout
from shigen.show.cli.app import build, run
HEAVY = {"xarray", "pandas", "numpy", "duckdb", "altair", "fastapi", "pydantic", "rich", "openpyxl", "jinja2"}
def paths(command, path=()):
    yield path
    for name, one in getattr(command, "commands", {}).items():
        yield from paths(one, (*path, name))
seen = 0
for lang in ("ja", "en"):
    for path in paths(typer.main.get_command(build(lang))):
        said = io.StringIO()
        with redirect_stdout(said):
            assert run([*path, "--help", "--lang", lang]) == 0
        assert " ".join(("shigen", *path)) in said.getvalue(), path
        assert not HEAVY & set(sys.modules), (path, lang, HEAVY & set(sys.modules))
        seen += 1
print(seen)
"""
    done = started(code, tmp_path)
    out, err = done.communicate(timeout=120)
    assert (done.returncode, err) == (0, "")
    assert int(out) >= 2 * 26  # 23 verbs, 2 groups and the application, in both languages


@pytest.mark.parametrize("lang", LANGS)
def test_help_says_all_of_a_text_whatever_the_width(monkeypatch, lang) -> None:
    for width in ("40", "80", "200"):
        monkeypatch.setenv("COLUMNS", width)
        code, out, _ = call("lever", "--help", "--lang", lang)
        assert code == 0
        whole_text = "".join(out.split())
        from shigen.base.i18n import text

        for key in ("cli.lever_help", "cli.opt_overlay", "cli.opt_size", "cli.arg_lever"):
            assert "".join(text(key, lang).split()) in whole_text


# Signals


INTERRUPTED = """
import os, signal, sys, threading
{trap}
sys.argv = ["shigen", *sys.argv[1:]]
from shigen.show.cli.main import main
main()
"""
ON_IMPORT = """
class Trap:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Trap())
"""
IN_QUERY = """
import shigen.figures.factbase as factbase
def query(self, *_, **__):
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        self.connection.execute("select max(hash(a.range + b.range)) from range(10000000) a, range(10000000) b")
    except Exception as error:
        raise RuntimeError("this should not be reached") from error
factbase.FactBase.query = query
"""


@pytest.mark.parametrize(
    "trap",
    [*(ON_IMPORT.format(name=name) for name in (
        "shigen.base.ending", "tomllib", "shigen.base.errors", "typer", "shigen.show.cli.policy", "numpy._core",
        "pandas.core.frame", "xarray.core.dataset", "duckdb")), IN_QUERY],
    ids=["ending", "tomllib", "errors", "typer", "policy", "numpy", "pandas", "xarray", "duckdb", "query"],
)  # fmt: skip
def test_ctrl_c_is_one_line_and_130(tmp_path, trap) -> None:
    process = started(INTERRUPTED.format(trap=trap), tmp_path, "assess", "gallium")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out, err) == (130, "", "Interrupted; nothing is left half-written.\n")


POOL = """
import os, signal, sys
sys.path.insert(0, os.environ["PYTHONPATH"])
if __name__ == "__main__":
    from shigen.show.cli import process
    process.start([])
    from shigen.show.charts.drawing import Drawer
    with Drawer() as drawer:
        os.killpg(0, signal.SIGINT)
        import time
        time.sleep(30)
"""


def test_ctrl_c_while_the_drawers_start_is_one_line(tmp_path) -> None:
    # Sent to the whole group, as a terminal does: the drawers get it while they load, and say nothing.
    script = tmp_path / "pool.py"
    script.write_text(POOL, "utf-8")
    process = subprocess.Popen([sys.executable, str(script)], cwd=tmp_path, env=ENV, text=True, start_new_session=True,
                               stderr=subprocess.PIPE, preexec_fn=heeds_signals)  # fmt: skip # noqa: PLW1509
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, "Interrupted; nothing is left half-written.\n")


WRITING = """
import os, signal, sys, time
from pathlib import Path
from shigen.base.whole import {how} as how
from shigen.show.cli import process
process.start([])
with how(Path("out")) as part:
    if part.is_dir():
        (part / "half").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("how", ["replacing", "replacing_folder", "scratch"])
def test_a_signal_takes_away_what_was_under_way(tmp_path, how, number) -> None:
    (tmp_path / "out").mkdir() if how == "scratch" else None
    process = started(WRITING.format(how=how), tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert err.count("\n") == 1
    assert list(tmp_path.rglob("*")) == ([tmp_path / "out"] if how == "scratch" else [])


def test_what_a_killed_process_left_is_swept_by_the_next(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(whole, "YOUNG", -1.0)  # as if a minute had passed
    process = started(WRITING.format(how="replacing_folder"), tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with replacing(tmp_path / "other") as part:
        part.write_text("x", "utf-8")
    assert len(list(tmp_path.glob(".shigen-new-*"))) == 1  # the process lives: it is left alone
    process.kill()
    process.communicate(timeout=60)
    mine = tmp_path / ".shigen-new-of-mine"
    mine.write_text("a name like ours, but not ours", "utf-8")
    with replacing(tmp_path / "other") as part:
        part.write_text("y", "utf-8")
    assert sorted(tmp_path.iterdir()) == [mine, tmp_path / "other"]


def test_a_result_that_was_moved_aside_when_its_process_died_comes_back(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(whole, "YOUNG", -1.0)
    aside = tmp_path / ".shigen-old-abcd1234" / "out"
    aside.mkdir(parents=True)
    (aside / "report").write_text("the last good one", "utf-8")
    with scratch(tmp_path):
        pass
    assert (tmp_path / "out" / "report").read_text("utf-8") == "the last good one"
    assert [one.name for one in tmp_path.iterdir()] == ["out"]


# Several at once


RACING = """
import sys
from pathlib import Path
from shigen.base.whole import replacing_folder
for number in range(60):
    with replacing_folder(Path("out")) as part:
        (part / "who").write_text(sys.argv[1])
        (part / "what").write_text(sys.argv[1])
"""


def test_of_several_that_write_one_folder_one_stays_and_nothing_else(tmp_path) -> None:
    processes = [started(RACING, tmp_path, str(number)) for number in range(4)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert (process.returncode, err) == (0, "")
    assert [one.name for one in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "who").read_text("utf-8") == (tmp_path / "out" / "what").read_text("utf-8")


def test_what_came_in_between_and_is_no_study_is_not_replaced(tmp_path) -> None:
    out = tmp_path / "out"

    def write() -> None:
        with replacing_folder(out, check=study_folder._only_a_study):
            out.mkdir()
            (out / "thesis").write_text("not ours", "utf-8")

    with pytest.raises(UserError, match="is not the folder of a study"):
        write()
    assert [one.name for one in tmp_path.rglob("*")] == ["out", "thesis"]


# Places that cannot be written


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("/nowhere/x")
    (tmp_path / "file").write_text("", "utf-8")
    return tmp_path


WRITERS: dict[str, Callable[[str], list[str]]] = {
    "result": lambda place: ["policies", "--commodity", "gallium", "--format", "csv", "--out", place],
    "study": lambda place: ["study", "--out", place],
    "export": lambda place: ["data", "export", place],
    "template": lambda place: ["data", "template", place],
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("place", ["loop", "dangling", LONG, f"{LONG}/x", "file/x", "loop/x"])
def test_a_place_that_cannot_be_is_refused_with_nothing_written(at, writer, place) -> None:
    before = sorted(at.iterdir())
    told = refused(WRITERS[writer](place))
    assert "Nothing can be written to" in told or "does not exist" in told or "is there already" in told
    assert sorted(at.iterdir()) == before


@pytest.mark.parametrize("writer", WRITERS)
def test_a_read_only_place_is_refused(at, monkeypatch, writer) -> None:
    # The superuser may write anywhere, so the refusal of the system is played.
    def closed(*_: object, **__: object) -> str:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.mkdtemp", closed)
    monkeypatch.setattr("tempfile.mkstemp", closed)
    assert "the disk is read-only" in refused(WRITERS[writer]("new"))
    assert "ディスクが読み取り専用です" in call(*WRITERS[writer]("new"), "--lang", "ja")[2]


@pytest.mark.parametrize("writer", ["result", "export", "template"])
def test_a_full_disk_is_one_message_and_nothing_half_written(tmp_path, writer) -> None:
    # A limit to the size of files is what a full disk is to who writes one.
    code, err = shell(WRITERS[writer]("new"), tmp_path, file_size=4096)
    assert code == 2
    assert err == (f"Error: Nothing can be written to {tmp_path / 'new'}: the file would be larger than the system "
                   "allows. Choose another place with --out.\n")  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_while_a_study_is_written_leaves_the_earlier_one(tmp_path) -> None:
    out = tmp_path / "out"
    with replacing_folder(out) as part:
        (part / "study.json").write_text("earlier", "utf-8")

    def write() -> None:
        with replacing_folder(out) as part:
            (part / "report").write_text("half", "utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(UserError) as told:
        write()
    assert told.value.message("en").endswith("the disk is full. Choose another place with --out.")
    assert [one.name for one in tmp_path.rglob("*")] == ["out", "study.json"]


def test_a_file_that_is_gone_while_a_study_is_written_is_told_as_that(tmp_path) -> None:
    def write() -> None:
        with replacing_folder(tmp_path / "out"):
            (tmp_path / "mine.xlsx").read_bytes()

    with pytest.raises(UserError) as told:
        write()
    assert "mine.xlsx: The file cannot be read" in told.value.message("en")
    assert list(tmp_path.iterdir()) == []


# Standard output


@pytest.mark.parametrize("unbuffered", [False, True])
@pytest.mark.parametrize("words", [["--help"], ["--version"], [], ["data"], ["data", "use", "embedded"],
                                   ["policies", "--format", "json"]], ids=" ".join)  # fmt: skip
def test_a_full_standard_output_is_told(tmp_path, words, unbuffered) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    code, err = shell(words, tmp_path, stdout=Path("/dev/full"), unbuffered=unbuffered)
    assert code == 2
    assert err.splitlines()[-1] == ("Error: Standard output cannot be written: the disk is full. "
                                    "Make room, or write to a file with --out.")  # fmt: skip
    assert "Traceback" not in err


def test_unbuffered_output_that_is_cut_is_told(tmp_path) -> None:
    # The first write is taken in part: Python alone would lose the rest and end with 0.
    code, err = shell(["policies", "--format", "json"], tmp_path, stdout=tmp_path / "out", file_size=65_536,
                      unbuffered=True)  # fmt: skip
    assert (code, (tmp_path / "out").stat().st_size) == (2, 65_536)
    assert "Standard output cannot be written: the file would be larger than the system allows." in err


def test_output_that_was_closed_is_told(tmp_path) -> None:
    command = f"exec {sys.executable} -m shigen.show.cli.main --version >&-"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=ENV, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Standard output cannot be written: it is closed." in done.stderr


# What was typed


@pytest.mark.parametrize("words", [
    ["assess", "gallium", "--years"], ["markets", "gallium", "--years"], ["ledger", "gallium", "--years"],
    ["policies", "--years"], ["assess", "gallium", "--year"],
], ids=" ".join)  # fmt: skip
def test_years_of_five_thousand_digits(words) -> None:
    digits = "1" * 5000
    told = refused([*words, digits if words[-1] == "--year" else f"{digits}:{digits}"])
    assert len(told) < 600


@pytest.mark.parametrize("option", ["--cost", "--size", "--offtake"])
@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "-5", "1e999", "five", ""])
def test_numbers_that_are_none(option, word) -> None:
    words = ["lever", "gallium", "smelter_investment", "--host", "JPN"]
    told = refused([*words, *([] if option == "--size" else ["--size", "20"]), f"{option}={word}"])
    assert told == f"Error: {option}: {word} is no number of zero or more. Write it in digits, such as 20 or 0.5.\n"


def test_an_axis_named_twice_counts_once() -> None:
    words = ["assess", "gallium", "--format", "csv", "--indicator", "scrap_recovery"]
    once, twice = call(*words), call(*words, "--indicator", "scrap_recovery", "--indicator", "スクラップ等再生")
    assert once[0] == 0
    assert once[1] == twice[1]


@pytest.mark.parametrize("words", [
    ["policies", "--out"], ["assess", "gallium", "--overlay"], ["study"], ["study", "--overlay"],
    ["demand", "gallium", "--study"], ["data", "update", "wgi", "--quiet", "--from"],
    ["trade", "index", "--quiet", "--out", "x"],
], ids=" ".join)  # fmt: skip
def test_a_path_longer_than_the_system_allows(at, words) -> None:
    before = sorted(at.iterdir())
    told = refused([*words, "b" * 5000])
    assert "the name is longer than the system allows" in told or "There is no such" in told
    assert sorted(at.iterdir()) == before


def test_a_file_that_may_not_be_read_is_told_as_that(at, monkeypatch) -> None:
    table = at / "production.csv"
    table.write_text("action,commodity\n", "utf-8")
    table.chmod(0)
    real = Path.read_bytes

    def read(path: Path) -> bytes:  # the superuser may read anything, so the refusal is played
        if path == table:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    told = refused(["assess", "gallium", "--overlay", str(table)])
    assert told == (f"Error: {table}: The file cannot be read: permission denied. Give yourself the right to read it, "
                    "or name another file.\n")  # fmt: skip


def test_an_error_of_the_system_that_is_ours_is_no_mistake_of_the_user(monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "/package/table.csv")

    monkeypatch.setattr("shigen.show.cli.output.check_format", fail)
    code, _, err = call("assess", "gallium")
    assert code == 1
    assert "This is our fault" in err


def test_time_is_not_wasted_on_a_sweep(tmp_path) -> None:
    # Young things are left alone: their process may not have locked them yet.
    (tmp_path / ".shigen-new-abcd1234").mkdir()
    with scratch(tmp_path):
        pass
    assert (tmp_path / ".shigen-new-abcd1234").is_dir()
    past = time.time() - 2 * whole.YOUNG
    os.utime(tmp_path / ".shigen-new-abcd1234", (past, past))
    with scratch(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []
