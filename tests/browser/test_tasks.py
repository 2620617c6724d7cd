"""Ten tasks of an analyst, each from the overview to its answer, with the clicks that it takes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from opened import Open
from playwright.sync_api import Locator, Page

import shigen
from shigen.base import names
from shigen.study.choices import question

CLICKS: Final = {
    "worst": 2, "smelter": 3, "importers": 2, "years": 2, "source": 2, "demand": 2, "elsewhere": 2, "own": 3,
    "study": 5, "slide": 2,
}  # fmt: skip
"""Presses and choices of each task; a field that is filled counts as one."""


class Hand:
    """One who uses the pages: counts what is pressed and chosen; typing into a field is counted as its press."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def press(self, what: Locator) -> None:
        """Press a link or a button."""
        self.clicks += 1
        what.click()
        self.page.wait_for_load_state("networkidle")

    def type(self, what: Locator, value: str) -> None:
        """Type into a field."""
        self.clicks += 1
        what.fill(value)

    def menu(self, name: str) -> None:
        """Press an entry of the menu."""
        self.press(self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True))

    @property
    def main(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()


@pytest.fixture
def hand(visit: Open, request: pytest.FixtureRequest) -> Iterator[Hand]:
    task = request.function.__name__.split("_")[1]
    one = Hand(visit("/?year=2024"))
    yield one
    assert one.clicks == CLICKS[task]


@pytest.fixture(scope="module")
def risks() -> dict[str, float]:
    rows = shigen.Run(question("JPN", year=2024)).shown.stages("en")
    return {row["commodity"]: row["central"] for row in rows if row["stage"] == "upstream" and row["risk"] is not None}


def test_worst_mineral_and_why(hand: Hand, risks: dict[str, float]) -> None:
    worst = max(risks, key=lambda key: risks[key])
    hand.press(hand.page.get_by_role("link", name="Upstream"))
    row = hand.page.locator("table.heat tbody tr").first
    assert names.label(worst, "en") in row.inner_text()
    hand.press(row.locator("td.cell a").first)
    assert f"{risks[worst]:.3f}" in hand.main
    assert names.label(worst, "en") in hand.page.locator("h1").inner_text()
    assert "weight" in hand.main.casefold()


def test_smelter_in_japan(hand: Hand) -> None:
    hand.press(hand.page.locator("table.heat").get_by_role("link", name="Gallium", exact=True))
    hand.page.wait_for_selector("[data-live][data-ready] svg")
    hand.type(hand.page.locator('input[name="smelter_investment"]'), "200")
    hand.press(hand.page.get_by_role("button", name="Apply"))
    hand.page.wait_for_url("**smelter_investment=200**")
    chain = shigen.load("JPN", year=2024)
    built = shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=200)
    rows = shigen.assess(chain, levers=[built]).stages("en")
    then = next(r["risk"] for r in rows if r["commodity"] == "gallium" and r["stage"] == "upstream")
    assert hand.page.locator('[data-stage="upstream"] b').inner_text() == f"{then:.2f}"
    assert "200 t/yr" in hand.page.locator("[data-part=effects]").inner_text()


def test_importers_japan_and_korea(hand: Hand) -> None:
    hand.menu("Compare")
    hand.press(hand.page.get_by_role("link", name="Importers", exact=True))
    series = hand.page.locator("ul.series").inner_text()
    assert "Japan" in series
    assert "South Korea" in series
    assert hand.page.locator("table.compared tbody tr").count() == 9


def test_years_2018_and_2024(hand: Hand) -> None:
    hand.menu("Compare")
    hand.press(hand.page.get_by_role("link", name="Years", exact=True))
    assert "2018" in hand.page.locator("ul.series").inner_text()
    assert "2024" in hand.page.locator("ul.series").inner_text()


def test_source_of_a_number(hand: Hand) -> None:
    hand.press(hand.page.locator("table.heat").get_by_role("link", name="Gallium", exact=True))
    hand.press(hand.page.locator("table.axes tbody tr").nth(1).locator("td.num a"))
    for details in hand.page.locator("details").all():
        details.evaluate("(one) => { one.open = true; }")
    assert "MCS 2026" in hand.main
    assert "production:gallium:CHN:refined:2024" in hand.main


def test_demand_in_2050(hand: Hand) -> None:
    hand.press(hand.page.locator("table.heat").get_by_role("link", name="Gallium", exact=True))
    hand.press(hand.page.locator("nav.within").get_by_role("link", name="Demand to 2050"))
    told = hand.page.locator("#ahead").inner_text()
    assert "2050" in told
    assert re.search(r"\d %", told)


def test_elsewhere_but_not_at_home(hand: Hand) -> None:
    hand.press(hand.page.locator("table.heat").get_by_role("link", name="Gallium", exact=True))
    hand.press(hand.page.locator("nav.within").get_by_role("link", name="Done elsewhere"))
    told = hand.page.locator("#elsewhere").inner_text()
    assert "What others do that Japan does not" in told
    assert "China" in told


def test_own_workbook_with_two_errors(hand: Hand, tmp_path: Path, visit: Open) -> None:
    hand.page = visit("/?year=2024", faults=True)  # a refusal is a 422, which the console notes
    hand.menu("Data")
    path = tmp_path / "production.csv"
    path.write_text("action,commodity,country,step,year,value,unit,source\n"
                    "replace,gallium,CHN,refined,2024,many,t,a test\n"
                    "replace,gallium,Chinna,refined,2024,500,t,a test\n", "utf-8")  # fmt: skip
    hand.clicks += 1
    hand.page.locator('input[type="file"]').set_input_files(path)
    hand.press(hand.page.locator('form[action^="/data/own"] button[type=submit]').first)
    told = hand.page.locator("#mistakes").inner_text()
    assert "many" in told
    assert "Chinna" in told
    assert hand.page.locator("#mistakes tbody tr").count() == 2


def test_study_saved_loaded_and_sent(hand: Hand, visit: Open, tmp_path: Path) -> None:
    hand.menu("Policies")
    hand.press(hand.page.locator('form[action="/policies/package"] button[type=submit]'))
    with hand.page.expect_download() as waiting:
        hand.clicks += 1
        hand.page.get_by_role("link", name="Save").first.click()
    kept = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(kept)
    assert "[[levers]]" in kept.read_text("utf-8")
    held = hand.page.locator("#scenario-a ul.chosen").inner_text()
    sent = hand.page.url
    other = Hand(visit("/policies"))  # a colleague: by the file, and by the link
    hand.clicks += 2
    other.page.locator('form[action^="/policies/load"] input[type=file]').set_input_files(kept)
    other.press(other.page.locator('form[action^="/policies/load"] button[type=submit]'))
    assert other.page.locator("#scenario-a ul.chosen").inner_text() == held
    assert visit(sent).locator("#scenario-a ul.chosen").inner_text() == held


def test_slide_for_powerpoint(hand: Hand) -> None:
    hand.press(hand.page.locator("table.heat").get_by_role("link", name="Gallium", exact=True))
    with hand.page.expect_download() as waiting:
        hand.clicks += 1
        hand.page.locator("#chart-chain").get_by_role("link", name="PNG").click()
    assert waiting.value.suggested_filename == "gallium-chain-JPN-2024-en.png"
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") >= 900


def test_every_task_is_counted() -> None:
    tasks = {name.split("_")[1] for name in globals() if name.startswith("test_")} - {"every"}
    assert tasks == set(CLICKS)
    assert len(CLICKS) == 10
