"""What stays in sight: sections below the bar, heads while rows pass, and forms that were refused."""

import pytest
from opened import Open
from test_pages import PAGES

GALLIUM = "/minerals/gallium?year=2024&smelter_investment=20&smelter_investment.host=JPN"
UNDER = """(to) => document.querySelector(`${to} h2`).getBoundingClientRect().top
  - document.querySelector('nav.within').getBoundingClientRect().bottom"""


@pytest.mark.parametrize("width", [1280, 750])
@pytest.mark.parametrize("name", ["mineral", "demand", "country", "markets", "data"])
def test_no_section_lands_under_the_bar(visit: Open, name: str, width: int) -> None:
    page = visit(PAGES[name], width=width, lang="ja")
    page.wait_for_load_state("networkidle")
    links = page.locator("nav.within a")
    assert links.count() >= 2
    for link in links.all():
        link.click()
        page.wait_for_timeout(50)
        section = link.get_attribute("href")
        under = page.evaluate(UNDER, section)
        assert under >= 0, section


def test_heads_of_long_tables_stay_in_sight(visit: Open) -> None:
    long = 0
    for name in ("markets", "countries", "screening", "observatory", "data"):
        page = visit(PAGES[name])
        page.wait_for_load_state("networkidle")
        for box in page.locator(".scroll:has(> table)").all():
            if not box.is_visible() or box.evaluate("(one) => one.scrollHeight - one.clientHeight") < 100:
                continue
            long += 1
            apart = box.evaluate("(one) => { one.scrollTop = 90; return one.querySelector('thead th')"
                                 ".getBoundingClientRect().top - one.getBoundingClientRect().top; }")  # fmt: skip
            assert abs(apart) < 2
            assert box.evaluate("(one) => one.clientHeight <= innerHeight")
    assert long >= 4


def test_show_sends_what_the_lists_hold(visit: Open) -> None:
    page = visit(GALLIUM, java_script_enabled=False)
    page.locator("details.choosing > summary").click()
    form = page.locator("form.choose")
    form.locator("select[name=importer]").select_option("KOR")
    form.get_by_role("button", name="Show").click()
    assert "importer=KOR" in page.url
    assert "smelter_investment=20" in page.url
    assert page.locator('form.levers input[name="smelter_investment"]').input_value() == "20"


def test_an_address_that_is_refused_is_mended_in_its_form(visit: Open) -> None:
    page = visit("/minerals/gallium?importer=LIE&year=2024&recycling=0.2", faults=True)
    assert "LIE" in page.locator(".problems").inner_text()
    page.locator("select[name=importer]").select_option("KOR")
    page.get_by_role("button", name="Show").click()
    assert page.locator('form.levers input[name="recycling"]').input_value() == "0.2"
    assert "Korea" in page.locator("h1").inner_text()
