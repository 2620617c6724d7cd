"""Every study that the documents show, whole: all minerals, all charts."""

from pathlib import Path

import pytest
from documented import DOCUMENTS, blocks, samples
from front import call

STUDIES = {" ".join(line.shigen): line.shigen for path in DOCUMENTS for lines in blocks(path) for line in lines
           if line.shigen and line.shigen[0] == "study"}  # fmt: skip


@pytest.mark.parametrize("words", STUDIES.values(), ids=STUDIES)
def test_a_documented_study_writes_its_folder(tmp_path, monkeypatch, words) -> None:
    monkeypatch.chdir(tmp_path)
    samples(tmp_path)
    code, out, err = call(*words)
    assert code == 0, err
    report = Path(out.strip().removeprefix("Report: "))
    assert report.is_file()
    assert len(list((report.parent / "figures").glob("*.svg"))) > 20
    assert not list(tmp_path.glob(".*"))
