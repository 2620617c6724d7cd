"""The examples of the README run as they stand, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_python_blocks_run(name, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.S)
    assert blocks
    space: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, name, "exec"), space)  # noqa: S102 - our own README
    assert (tmp_path / "gallium.svg").read_text("utf-8").startswith("<svg")


def test_the_readme_shows_pictures_that_are_there() -> None:
    for name in ("README.md", "README.ja.md"):
        pictures = re.findall(r"\]\((docs/img/[^)]+)\)", (ROOT / name).read_text("utf-8"))
        assert pictures
        assert all((ROOT / picture).is_file() for picture in pictures)
