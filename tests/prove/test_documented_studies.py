"""Every study that the documents show, whole: all minerals, all charts, all documents."""

from pathlib import Path

import pytest
from documented import DOCUMENTS, blocks, samples
from front import call

from shigen.show.charts.drawing import Drawer

LINES = {" ".join(line.shigen): line.shigen for path in DOCUMENTS for lines in blocks(path) for line in lines
         if line.shigen and line.shigen[0] in ("study", "report")}  # fmt: skip


def of(verb: str) -> dict[str, list[str]]:
    return {line: words for line, words in LINES.items() if words[0] == verb}


@pytest.fixture(autouse=True)
def _desk(drawn: Drawer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    samples(tmp_path)


@pytest.mark.parametrize("words", of("study").values(), ids=of("study"))
def test_a_documented_study_writes_its_folder(tmp_path, words) -> None:
    code, out, err = call(*words)
    assert code == 0, err
    report = Path(out.strip().splitlines()[-1].removeprefix("Report: "))
    assert report.is_file()
    assert len(list((report.parent / "figures").glob("*.svg"))) > 20
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("words", of("report").values(), ids=of("report"))
def test_a_documented_report_writes_its_documents(tmp_path, words) -> None:
    before = set(tmp_path.iterdir())
    code, _, err = call(*words)
    assert code == 0, err
    (folder,) = set(tmp_path.iterdir()) - before
    made = list(folder.iterdir())
    assert made
    assert all(file.stat().st_size > 10_000 for file in made), made
