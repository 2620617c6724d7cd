"""A thousand random overlays, each computed a second time by the stated rule: equal to 1e-12, or refused."""

from pathlib import Path

import pytest
from overlay_compared import compared


@pytest.mark.parametrize("part", range(20))
def test_a_thousand_overlays_are_computed_right_or_refused(part: int, tmp_path: Path) -> None:
    ends = {"equal": 0, "refused": 0}
    for seed in range(part * 50, part * 50 + 50):
        (tmp_path / str(seed)).mkdir()
        ends[compared(seed, tmp_path / str(seed))[0]] += 1
    assert ends["equal"] > 25, ends
