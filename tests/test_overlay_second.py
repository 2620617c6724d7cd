"""Thirty random overlays, each computed a second time by the stated rule; all thousand by `./run prove`."""

from pathlib import Path

import pytest
from overlay_compared import compared


@pytest.mark.long
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.long) for part in (1, 2))])
def test_random_overlays_are_computed_right_or_refused(part: int, tmp_path: Path) -> None:
    counts = 0
    for seed in range(part * 10, part * 10 + 10):
        (tmp_path / str(seed)).mkdir()
        counts += compared(seed, tmp_path / str(seed))[1]
    assert counts > 5
