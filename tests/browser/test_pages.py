"""Every page in a real Chromium: it opens, fits and does not move, asks no other host, and axe finds nothing."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from opened import SCREENS, Open

PAGES = {
    "overview": "/", "changes": "/changes", "minerals": "/minerals",
    "mineral": "/minerals/gallium?smelter_investment=20&smelter_investment.host=JPN",
    "policies": "/policies?a=smelter_investment:gallium:JPN:20&a=recycling:cobalt::0.3&b=stockpile:gallium::60",
    "compare": "/compare?by=minerals&with=gallium&with=cobalt&with=tungsten", "screening": "/screening",
    "disruption": "/disruption?commodity=gallium&commodity=antimony&measure=CHN-2026-01-06",
    "demand": "/demand", "observatory": "/observatory", "countries": "/countries", "country": "/countries/CHN",
    "markets": "/markets", "projects": "/projects", "data": "/data",
    "documents": "/documents", "hindcast": "/hindcast", "backtest": "/backtest", "replays": "/replays",
    "methods": "/methods",
    "trace": "/trace/gallium/production_concentration", "stage": "/trace/cobalt/upstream", "why": "/why",
    "chart": "/charts/map?commodity=cobalt", "docs": "/docs", "find": "/find?q=island",
}  # fmt: skip
MOST = 0.05
"""Layout shift of a page that counts as still: its parts stay where they were first drawn."""
WATCH = """
window.moved = [];
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.moved.push(
  [one.value, ...one.sources.map((source) => source.node?.outerHTML?.slice(0, 80) ?? '')]); }
).observe({ type: 'layout-shift', buffered: true });
"""


def settled(page) -> None:
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach((one) => { one.loading = 'eager'; })")
    # The network may have been idle before, which counts; whether a picture is there or failed, it says itself.
    page.evaluate("""() => Promise.all([...document.images].filter((one) => !one.complete).map(
        (one) => new Promise((done) => { one.onload = one.onerror = done; })))""")


def faults(page) -> list[tuple[str, str, list[str]]]:
    """Return what axe finds."""
    # What is in order need not be told: of a long table that is most of it.
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
                                     "resultTypes": ["violations"]})  # fmt: skip
    return [(one["id"], one["help"], [node["html"][:160] for node in one["nodes"]][:3])
            for one in found.response["violations"]]  # fmt: skip


@pytest.mark.parametrize(("width", "lang"), [pytest.param(1280, "en", marks=pytest.mark.long), (390, "ja")])
@pytest.mark.parametrize("name", PAGES)
def test_page_opens_fits_and_stays_where_it_was_drawn(visit: Open, name: str, width: int, lang: str) -> None:
    page = visit(PAGES[name], width=width, lang=lang, script=WATCH)
    page.wait_for_load_state("networkidle")
    for down in range(700, min(9000, page.evaluate("document.documentElement.scrollHeight")), 700):
        page.evaluate(f"scrollTo(0, {down})")
        page.wait_for_timeout(60)
    settled(page)
    moved = page.evaluate("window.moved")
    assert sum(value for value, *_ in moved) <= MOST, moved
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("lang") == lang
    assert page.locator("h1").count() == 1
    assert page.locator("h1").inner_text().strip()
    assert page.evaluate("[...document.images].filter((one) => !one.naturalWidth).map((one) => one.src)") == []
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.{lang}.{width}.png", full_page=True)
    if lang == "en":
        assert faults(page) == []
        no_list_sends(page)


def no_list_sends(page) -> None:
    """Walk every list with the keyboard: nothing is sent."""
    address = page.url
    page.evaluate("document.querySelectorAll('details.choosing').forEach((one) => { one.open = true; })")
    for chosen in page.locator("form.choose select:visible").all():
        before = chosen.evaluate("(one) => one.selectedIndex")
        chosen.focus()
        page.keyboard.press("ArrowDown")
        last = chosen.locator("option").count() - 1
        assert chosen.evaluate("(one) => one.selectedIndex") == min(before + 1, last)
    page.wait_for_timeout(200)
    assert page.url == address


DARK = ("overview", "mineral", "policies", "compare", "data", "trace")
"""Pages that between them hold every part there is; axe looks at them in a dark theme too."""


@pytest.mark.parametrize("name", DARK)
def test_axe_finds_nothing_in_the_dark(visit: Open, name: str) -> None:
    page = visit(PAGES[name], color_scheme="dark")
    settled(page)
    assert faults(page) == []


def test_a_page_that_is_not_there_says_so_and_leads_back(visit: Open) -> None:
    page = visit("/minerals/unobtainium?lang=ja", faults=True)
    assert "unobtainium" in page.locator(".problems").inner_text()
    page.get_by_role("link", name="概要へ").click()
    assert page.url.endswith("/?lang=ja")
