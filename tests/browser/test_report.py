"""The report in a browser: it fits its window, opens with the answer, and prints on few pages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

PAGES = 45
"""Printed pages at most, of 13 minerals. Wide tables make the browser print all of it smaller: how large letters are on
paper is not asked here."""


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_report_prints_on_few_pages(chromium: Browser, studied: Path, lang: str) -> None:
    page = chromium.new_page()
    page.goto((studied / f"report.{lang}.html").as_uri())
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
