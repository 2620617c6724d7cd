"""What a user does: move a slider, send the link, go back, download, upload, use the keyboard, switch scripts off."""

import csv
import io
import re
from pathlib import Path

import pytest
from opened import Open
from test_pages import faults

import shigen

GALLIUM = "/minerals/gallium?year=2024"
SLIDER = 'input[type=range][data-for="smelter_investment"]'
STAGE = '[data-stage="upstream"] b'


def radar(page) -> str:
    return page.locator("[data-live] svg").evaluate("(svg) => svg.outerHTML")


def moved(page, position: float) -> None:
    """Move the slider as a hand does: by `input` while it moves, by `change` when it lets go."""
    before = page.locator("html").get_attribute("data-settled") or "0"
    page.locator(SLIDER).evaluate(
        "(one, to) => { one.value = to; for (const kind of ['input', 'change']) "
        "one.dispatchEvent(new Event(kind, { bubbles: true })); }", position,
    )  # fmt: skip
    page.wait_for_function("(n) => (document.documentElement.dataset.settled ?? '0') !== n", arg=before)
    page.wait_for_load_state("networkidle")


def at(page, position: str) -> None:
    """Wait until the slider stands somewhere."""
    page.wait_for_function("([slider, at]) => document.querySelector(slider).value === at", arg=[SLIDER, position])


def expected(size: float) -> str:
    chain = shigen.load("JPN", year=2024)
    lever = shigen.lever("smelter_investment", "gallium", host="JPN", t_per_year=size)
    rows = shigen.assess(chain, levers=[lever]).stages("en")
    return f"{next(r['risk'] for r in rows if r['commodity'] == 'gallium' and r['stage'] == 'upstream'):.2f}"


def test_a_slider_changes_radar_stage_table_and_address(visit: Open) -> None:
    page = visit(GALLIUM)
    page.wait_for_selector("[data-live][data-ready] svg")
    before = radar(page)
    assert page.get_by_text("No policy is set").is_visible()
    moved(page, 200)
    assert radar(page) != before
    assert re.search(r"0\.98 → 0\.\d\d", page.locator("[data-live] svg").text_content())
    assert f"→ {expected(200)}" in page.locator(".pinned").inner_text()
    assert page.locator(STAGE).inner_text() == expected(200)
    assert "smelter_investment=200" in page.url
    assert "smelter_investment.host=JPN" in page.url
    assert "200 t/yr" in page.locator("[data-part=effects]").inner_text()


def test_the_link_alone_restores_what_was_set(visit: Open) -> None:
    page = visit(GALLIUM)
    page.wait_for_selector("[data-live][data-ready] svg")
    moved(page, 120)
    told, address = page.locator("[data-part=effects]").inner_text(), page.url
    other = visit(address)
    other.wait_for_selector("[data-live][data-ready] svg")
    assert other.locator("[data-part=effects]").inner_text() == told
    assert other.locator(SLIDER).input_value() == "120"
    assert other.locator(STAGE).inner_text() == expected(120)


def test_the_back_button_goes_back_one_setting(visit: Open) -> None:
    page = visit(GALLIUM)
    page.wait_for_selector("[data-live][data-ready] svg")
    start = page.locator(STAGE).inner_text()
    moved(page, 80)
    moved(page, 400)
    page.go_back()
    at(page, "80")
    assert "smelter_investment=80&" in page.url
    assert page.locator(STAGE).inner_text() == expected(80)
    page.go_back()
    at(page, "0")
    assert page.locator(STAGE).inner_text() == start
    page.go_forward()
    at(page, "80")


def test_the_months_of_a_stop_run_by_themselves_until_a_hand_stops_them(visit: Open) -> None:
    page = visit("/disruption?commodity=gallium&measure=CHN-2026-01-06")
    slider, button = page.locator("[data-months]"), page.locator("[data-plays]")
    shown = page.locator("#months tr[data-month]:not([hidden])")
    assert shown.first.get_attribute("data-month") == "1"
    button.click()
    page.wait_for_function("() => document.querySelector('[data-months]').value === '4'")
    assert shown.first.get_attribute("data-month") == slider.input_value()
    slider.press("ArrowRight")
    assert button.get_attribute("aria-pressed") == "false"
    at = slider.input_value()
    page.wait_for_timeout(1000)
    assert slider.input_value() == at
    # Who wants no motion gets one month a press.
    page.emulate_media(reduced_motion="reduce")
    button.click()
    page.wait_for_timeout(1000)
    assert slider.input_value() == str(int(at) + 1)


def test_the_keyboard_moves_a_slider(visit: Open) -> None:
    page = visit(GALLIUM)
    page.wait_for_selector("[data-live][data-ready] svg")
    page.locator(SLIDER).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('smelter_investment=')")
    assert float(page.locator(SLIDER).input_value()) > 0
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "smelter_investment"


def test_a_size_that_cannot_be_is_told_beside_the_sliders(visit: Open) -> None:
    page = visit(GALLIUM, faults=True)
    page.wait_for_selector("[data-live][data-ready] svg")
    page.locator('input[name="resource_saving"]').fill("3")
    page.wait_for_selector("[data-problem]:not([hidden])")
    assert "the size is 3" in page.locator("[data-problem]").inner_text()


def test_without_script_the_page_still_answers(visit: Open) -> None:
    page = visit(GALLIUM, java_script_enabled=False)
    assert page.locator("[data-live] img").is_visible()
    page.locator('input[name="smelter_investment"]').fill("200")
    page.get_by_role("button", name="Apply").click()
    assert "smelter_investment=200" in page.url
    assert page.locator(STAGE).inner_text() == expected(200)


def test_the_importer_is_changed_by_its_list_and_the_button(visit: Open) -> None:
    page = visit("/")
    page.locator("details.choosing > summary").click()
    page.get_by_label("Importer").select_option("KOR")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("importer=KOR"))
    assert "Korea" in page.locator("h1").inner_text()


def test_the_language_switch_keeps_the_rest_of_the_address(visit: Open) -> None:
    page = visit(GALLIUM + "&smelter_investment=20&smelter_investment.host=JPN")
    page.locator("a.switch").click()
    page.wait_for_url(re.compile("lang=ja"))
    assert "smelter_investment=20" in page.url
    assert page.locator("html").get_attribute("lang") == "ja"
    assert "ガリウム" in page.locator("h1").inner_text()


def test_downloads_hold_the_figures(visit: Open) -> None:
    page = visit(GALLIUM)
    chart = page.locator("#chart-profile")
    with page.expect_download() as waiting:
        chart.get_by_role("link", name="CSV").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    held = {row["indicator"]: row["score"] for row in rows if row["order"] != "7"}
    for record in shigen.assess(shigen.load("JPN", year=2024)).records("en"):
        if record["commodity"] == "gallium":
            shown = held[record["indicator"]]
            assert (float(shown) if shown else None) == pytest.approx(record["score"])
    for name, start in (("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download() as waiting:
            chart.get_by_role("link", name=name).click()
        assert Path(waiting.value.path()).read_bytes().startswith(start)
        assert waiting.value.suggested_filename == f"gallium-profile-JPN-2024-en.{name.lower()}"


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ("Profile on six axes: Gallium", "Supply of South Korea, 2024", "with policies", "Source: ", "BACI")),
    ("ja", ("ガリウム：6指標のレーダーチャート", "韓国の供給、2024年", "対策後", "出典：", "BACI")),
])  # fmt: skip
def test_a_picture_that_is_kept_tells_what_its_page_told(visit: Open, lang: str, words: tuple[str, ...]) -> None:
    page = visit("/minerals/gallium?importer=KOR", lang=lang)
    with page.expect_download() as waiting:
        page.locator("#chart-profile").get_by_role("link", name="SVG").click()
    assert waiting.value.suggested_filename == f"gallium-profile-KOR-2024-{lang}.svg"
    kept = Path(waiting.value.path()).read_text("utf-8")
    text = "".join(re.findall(r"<text[^>]*>([^<]*)<", kept))
    assert [word for word in words if word not in text] == []


def test_a_chart_shows_its_data_and_gives_its_link(visit: Open) -> None:
    page = visit(GALLIUM, permissions=["clipboard-read", "clipboard-write"])
    chart = page.locator("#chart-price")
    chart.get_by_role("link", name="Data as a table").click()
    page.wait_for_selector("dialog[open] table")
    assert page.locator("dialog td.num").count() > 5
    page.keyboard.press("Escape")
    assert page.locator("dialog").count() == 0
    chart.get_by_role("link", name="Copy link").click()
    page.wait_for_function("() => document.getElementById('told').textContent !== ''")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "/charts/price?" in link
    page.goto(link)
    assert page.locator("h1").inner_text() == "Reference price over the volatility window: Gallium"


def test_a_name_in_either_language_is_found_with_the_keyboard_alone(visit: Open) -> None:
    page = visit(GALLIUM)
    field = page.get_by_role("combobox", name="Mineral or country")
    field.focus()
    page.keyboard.type("ベト")
    page.wait_for_selector("#found [role=option]")
    assert "Vietnam" in page.locator("#found").inner_text()
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "found-0"
    page.keyboard.press("Enter")
    page.wait_for_url("**/countries/VNM?year=2024")
    plain = visit("/", java_script_enabled=False)
    plain.get_by_role("searchbox", name="Mineral or country").fill("タングステン")
    plain.get_by_role("button", name="Find").click()
    assert plain.url.endswith("/minerals/tungsten")


def test_charts_and_terms_answer_and_a_chart_is_cited(visit: Open) -> None:
    page = visit(GALLIUM, permissions=["clipboard-read", "clipboard-write"])
    chart = page.locator("#chart-price")
    chart.scroll_into_view_if_needed()
    chart.locator(".paper").hover()
    page.wait_for_selector("#chart-price [data-ready=yes] svg")
    page.locator("#chart-price svg path[aria-roledescription=point], #chart-price .mark-symbol path").first.hover(
        force=True
    )
    page.wait_for_selector(".hover:not([hidden])")
    assert "Year" in page.locator(".hover").inner_text()
    term = page.locator("a.term").first
    term.focus()
    assert term.evaluate("(one) => getComputedStyle(one, '::after').content").count(term.get_attribute("data-tip")) == 1
    assert page.locator(f"#{term.get_attribute('aria-describedby')}").text_content() == term.get_attribute("data-tip")
    chart.get_by_role("link", name="Cite").click()
    page.wait_for_selector("dialog[open] [data-copies]")
    page.locator("dialog [data-copies]").first.click()
    page.wait_for_function("() => document.getElementById('told').textContent !== ''")
    cited = page.evaluate("navigator.clipboard.readText()")
    for part in (
        "Gallium",
        "Supply of Japan, 2024",
        "snapshot embedded",
        page.url.split("/minerals")[0] + "/charts/price?",
    ):
        assert part in cited
    assert "<iframe" in page.locator("dialog pre").inner_text()


def table(path: Path, value: object) -> Path:
    """A table of own figures with one row: gallium refined in China."""
    columns = "action,commodity,country,step,year,value,unit,source"
    path.write_text(f"{columns}\nreplace,gallium,CHN,refined,2024,{value},t,made for a test\n", "utf-8")
    return path


def test_an_upload_with_errors_shows_them_by_cell_and_changes_nothing(visit: Open, tmp_path: Path) -> None:
    page = visit("/data", faults=True)
    page.locator('input[type="file"]').set_input_files(table(tmp_path / "production.csv", "many"))
    page.locator('form[action^="/data/own"] button[type=submit]').first.click()
    page.wait_for_selector("text=production.csv")
    told = page.locator("main").inner_text()
    assert "production" in told
    assert "many" in told
    page.goto("/")
    assert page.locator(".own").count() == 0


def test_own_figures_are_seen_by_their_browser_alone(visit: Open, tmp_path: Path) -> None:
    page = visit("/data")
    page.locator('input[type="file"]').set_input_files(table(tmp_path / "production.csv", 500))
    page.locator('form[action^="/data/own"] button[type=submit]').first.click()
    page.wait_for_selector(".own")
    page.goto(GALLIUM)
    mine = page.locator("table.axes tbody tr").nth(1).inner_text()
    assert "production.csv" in page.locator(".own").inner_text()
    other = visit(GALLIUM)
    assert other.locator(".own").count() == 0
    assert other.locator("table.axes tbody tr").nth(1).inner_text() != mine


def test_a_page_prints(visit: Open) -> None:
    page = visit(GALLIUM)
    page.wait_for_load_state("networkidle")
    printed = page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert len(printed) > 50_000
