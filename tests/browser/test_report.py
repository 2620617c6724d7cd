"""The report in a browser: it fits its window, opens with the answer, and prints on few pages in readable letters."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

PAGES = 46
"""Printed pages at most, of 13 minerals."""
PAPER = 710
"""Pixels between the margins of A4 upright."""
TEXT, TABLE = 12.0, 10.0
"""Pixels of the letters of 9 points in text, of 7.5 in tables and below pictures: of a page that nothing shrinks."""

WIDER = """wide => [...document.querySelectorAll("table, figure svg, p, li, h2, h3")]
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > wide + 1)
    .map(one => one.closest("section").id + ": " + one.textContent.trim().slice(0, 40))"""
SMALLER = """([text, table]) => [...document.querySelectorAll("main p, main li, main td, main th, main figcaption")]
    .filter(one => one.getClientRects().length)
    .filter(one => parseFloat(getComputedStyle(one).fontSize) <
        (one.closest("table, figcaption") || one.matches(".source, .absent") ? table : text) - 0.01)
    .map(one => one.closest("section").id + ": " + one.textContent.trim().slice(0, 40))"""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_report_prints_on_few_pages(chromium: Browser, studied: Path, lang: str) -> None:
    page = chromium.new_page(viewport={"width": PAPER, "height": 1000})
    page.goto((studied / f"report.{lang}.html").as_uri())
    page.emulate_media(media="print")
    # What is wider than the paper would make the browser print all of it smaller.
    assert page.evaluate(WIDER, PAPER) == []
    assert page.evaluate(SMALLER, [TEXT, TABLE]) == []
    assert page.locator("details").evaluate_all("all => all.filter(one => one.getClientRects().length).length") == 0
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= PAGES
    page.close()


@pytest.mark.parametrize(("lang", "width"), [("ja", 1280), ("en", 1280), ("ja", 390), ("en", 390)])
def test_the_report_opens_with_the_answer_and_fits(chromium: Browser, studied: Path, lang: str, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto((studied / f"report.{lang}.html").as_uri())
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    first = page.locator("#verdict .answer p").first
    assert first.bounding_box()["y"] < 900
    assert ("ガリウム" if lang == "ja" else "gallium") in first.inner_text()
    order = [one.get_attribute("id") for one in page.locator("main > section[id]").all()]
    wanted = ["verdict", "overview", "ledger", "types", "minerals", "gallium", "demand", "method", "figures", "sources"]
    assert [key for key in order if key in wanted] == wanted
    page.close()
