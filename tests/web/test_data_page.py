"""Page Data: what the figures cover, the rows of a table, and figures of a browser's own, through the front door."""

import io
import re
from html import unescape

import openpyxl
import pytest
from browsers import Browser
from fastapi import FastAPI
from own_files import GALLIUM, PROJECT, as_csv, concentration, gallium, laid, template, with_part, workbook
from starlette.testclient import TestClient

import shigen
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, source_words, text
from shigen.figures.coverage import status
from shigen.figures.factbase import embedded
from shigen.figures.own.overlay import read_overlay
from shigen.figures.own.tables import user_tables
from shigen.figures.sources import sources
from shigen.model.records import table_name
from shigen.show.report.rows import to_csv
from shigen.show.web import own
from shigen.show.web.visits import OWN_COOKIE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(client: TestClient, *files: tuple[str, bytes], query: str = "", **more):
    return client.post(f"/data/own{query}", files=[("file", (name, content)) for name, content in files], **more)


def shown(client: TestClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    without_terms = re.sub(r'<a class="term"[^>]*>([^<]*)</a>', r"\1", answer.text)
    return unescape(without_terms)


def told(page: str) -> list[list[str]]:
    """The cells of the table of mistakes."""
    part = page.split('id="mistakes"', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r"<tr>(.*?)</tr>", part, re.DOTALL)[1:]
    return [[unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in rows]


# What the figures cover


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_stands_with_its_rows_years_and_terms(browser: Browser, lang: Lang) -> None:
    page = shown(browser(lang), "/data")
    for row in status(embedded()):
        assert table_name(row["table"], lang) in page
        assert f'<td class="num">{row["rows"]:,}</td>' in page
        assert not row["years"] or row["years"] in page
        assert all(source_words(word, lang) in page for word in row["terms"])
    assert text("flag.estimated", lang) in page
    assert embedded().hash[:12] in page


@pytest.mark.parametrize("lang", LANGS)
def test_every_edition_and_every_publisher_stands_with_terms_and_address(browser: Browser, lang: Lang) -> None:
    page = shown(browser(lang), "/data")
    for one in embedded().editions.values():
        shown_as = [source_words(str(one[key]), lang) for key in ("edition", "publisher", "title", "terms", "address")]
        assert [said for said in shown_as if said not in page] == []
    for source in sources().values():
        assert source.name[lang] in page
        assert f'href="{source.address}"' in page


def test_projections_have_no_age(browser: Browser) -> None:
    page = shown(browser(), "/data")
    assert "2000–2050" in page
    assert not re.search(r'<td class="num">-\d+</td>', page)


def test_charts_are_of_meti_13_or_of_the_mineral_chosen(browser: Browser) -> None:
    client = browser()
    for query, minerals in (("", 13), ("?commodity=gallium", 1), ("?commodity=lithium", 1)):
        page = shown(client, f"/data{query}")
        for kind in ("coverage", "revisions"):
            (address,) = re.findall(rf'href="(/charts/{kind}\.csv[^"]*)"', page)
            rows = client.get(address).text.splitlines()[1:]
            assert len({row.split(",")[0] for row in rows}) <= minerals
            assert kind == "revisions" or len({row.split(",")[0] for row in rows}) == minerals


def test_a_chart_names_the_editions_that_its_rows_come_from(browser: Browser) -> None:
    page = shown(browser(), "/data?commodity=gallium")
    from shigen.figures.coverage import covered

    editions = sorted({row["edition"] for row in covered(["gallium"]) if row["edition"]})
    assert text("chart.source", "en", sources=", ".join(editions)) in page


# The rows of a table


def test_a_table_opens_its_rows_and_leads_to_the_same_rows_as_csv(browser: Browser) -> None:
    client = browser()
    page = shown(client, "/data?table=production&commodity=ガリウム&country=China&year=2024")
    expected = embedded().rows("production", {"commodity": "gallium", "country": "CHN", "year": 2024}, limit=10)
    assert len(expected) == 2
    part = page.split('id="rows"')[1].split("</section>")[0]
    assert "2 rows." in part
    for row in expected:
        assert f"{row['value']:,.12g}</td>" in part
        assert row["edition"] in part
    (address,) = re.findall(r'href="(/api/v1/facts[^"]*)"', part)
    assert client.get(address).content.decode() == to_csv(expected, embedded().tables["production"].columns)


def test_choices_that_a_table_has_no_column_for_are_left_aside(browser: Browser) -> None:
    page = shown(browser(), "/data?table=governance&commodity=gallium&country=CHN&year=2024")
    part = page.split('id="rows"')[1].split("</section>")[0]
    expected = embedded().rows("governance", {"country": "CHN", "year": 2024}, limit=100)
    assert f"{len(expected)} rows." in part
    assert not re.search(r'<select[^>]*name="commodity"', part)  # it is kept, and not asked
    assert '<option value="CHN" selected>' in part
    assert 'name="year" min="1900" max="2100" value="2024"' in part


def test_of_a_long_table_the_first_rows_are_shown(browser: Browser) -> None:
    part = shown(browser(), "/data?table=trade").split('id="rows"')[1].split("</section>")[0]
    assert "The first 200 rows; there are more." in part
    assert part.count("<tr>") == 201
    assert "offset=10000" in part


@pytest.mark.parametrize("table", list(embedded().tables))
@pytest.mark.parametrize("lang", LANGS)
def test_every_table_can_be_opened(browser: Browser, table: str, lang: Lang) -> None:
    page = shown(browser(lang), f"/data?table={table}&commodity=cobalt")
    assert text("web.data.rows_of", lang, table=table_name(table, lang)) in page
    assert ">None<" not in page
    assert ">nan<" not in page


def test_rows_that_are_not_there_are_said_to_be_none(browser: Browser) -> None:
    page = shown(browser("ja"), "/data?table=production&commodity=gallium&year=1950")
    assert "条件に合う行はありません。" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("table=productoin", "There is no table productoin."), ("table=production'", "There is no table production'."),
        ("table=production&country=Chnia", '"Chnia"'), ("commodity=galium", "galium"),
        ("table=production&year=soon", "year is soon."), ("table=production&country=EU27", "EU27"),
    ],
)  # fmt: skip
def test_wrong_words_are_told(browser: Browser, query: str, said: str) -> None:
    answer = browser().get(f"/data?{query}")
    assert answer.status_code == 422
    assert said in unescape(answer.text)


# The template


@pytest.mark.parametrize("lang", LANGS)
def test_the_template_is_the_one_of_the_command_line(browser: Browser, lang: Lang, tmp_path) -> None:
    client = browser()
    (address,) = re.findall(r'href="(/data/template\.xlsx[^"]*)"', shown(client, f"/data?lang={lang}"))
    answer = client.get(address)
    assert answer.headers["content-type"] == XLSX
    assert answer.headers["content-disposition"] == f'attachment; filename="shigen-{lang}.xlsx"'
    path = tmp_path / "template.xlsx"
    path.write_bytes(answer.content)
    assert openpyxl.load_workbook(path).sheetnames[1:-1] == list(user_tables())
    assert openpyxl.load_workbook(path).sheetnames[0] == text("template.sheet.notes", lang)
    with pytest.raises(UserError) as caught:
        read_overlay([path])
    assert caught.value.key == "overlay_nothing"


# Figures of a browser's own


def test_what_was_taken_is_shown_until_it_is_taken_back(browser: Browser) -> None:
    client = browser()
    assert "In use</h3>" not in shown(client, "/data")
    answer = send(client, ("mine.xlsx", workbook(production=[GALLIUM], projects=[PROJECT])))
    assert (answer.status_code, answer.headers["location"]) == (303, "/data#own")
    page = shown(client, "/data")
    assert "Figures of your own are laid over the public ones: mine.xlsx." in page
    held = page.split("In use</h3>")[1].split("</form>")[0]
    assert "mine.xlsx" in held
    assert 'table=production#rows">Production</a> 1, Projects 1' in held
    assert re.search(r"<dd>20\d\d-\d\d-\d\d \d\d:\d\d \(\S+\)</dd>", held)
    for word in ("Mine X", "Cobalt", "Australia", "2,500", "2029", "planned", "Company Y", "annual report"):
        assert word in held
    rows = shown(client, "/data?table=production&commodity=gallium&year=2024").split('id="rows"')[1]
    assert "mine.xlsx</td>" in rows
    assert "MCS 2026 + mine.xlsx" not in rows
    assert text("flag.user", "en") in rows
    assert client.post("/data/own/forget").headers["location"] == "/data#own"
    page = shown(client, "/data")
    assert "In use</h3>" not in page
    assert "mine.xlsx" not in page


def test_the_cookie_is_closed_to_scripts_and_other_sites(browser: Browser) -> None:
    answer = send(browser(), ("production.csv", gallium(600)))
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{OWN_COOKIE}=")
    parts = {part.strip().casefold() for part in cookie.split(";")[1:]}
    assert parts == {"httponly", "samesite=strict", "path=/", f"max-age={own.HOURS * 3600}"}
    secure = send(TestClient(browser().app, base_url="https://testserver", follow_redirects=False),
                  ("production.csv", gallium(600)))  # fmt: skip
    assert "secure" in secure.headers["set-cookie"].casefold()


def test_the_language_and_the_question_of_the_page_are_kept(browser: Browser) -> None:
    client = browser()
    assert 'action="/data/own?importer=KOR&lang=ja"' in shown(client, "/data?importer=KOR&lang=ja")
    answer = send(client, ("production.csv", gallium(600)), query="?importer=KOR&lang=ja")
    assert answer.headers["location"] == "/data?importer=KOR&lang=ja#own"


@pytest.mark.parametrize("lang", LANGS)
def test_all_mistakes_are_told_by_place_and_nothing_is_kept(browser: Browser, lang: Lang) -> None:
    client = browser(lang)
    send(client, ("production.csv", gallium(600)))
    wrong = workbook(production=[GALLIUM | {"country": "Chnia", "value": -3}, GALLIUM | {"source": None}])
    answer = send(client, ("bad.xlsx", wrong), ("reserves.csv", as_csv(GALLIUM | {"year": 1066, "unit": "ton"})))
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    rows = told(answer.text)
    places = [row[0] for row in rows]
    if lang == "en":
        assert places == [
            "bad.xlsx, sheet production, row 7, column country", "bad.xlsx, sheet production, row 7, column value",
            "bad.xlsx, sheet production, row 8, column source", "reserves.csv, line 2, column year",
            "reserves.csv, line 2, column unit",
        ]  # fmt: skip
        assert rows[0][1] == 'The country "Chnia" is not known.'
        assert rows[0][3].startswith("Did you mean CHN (China)")
        assert rows[1][1:3] == ["The value is -3.", "Zero or more is expected."]
    else:
        assert len(places) == 5
        assert places[0] == "bad.xlsx シートproduction 7行目 列country"
        assert "CHN (中国)" in rows[0][3]
    assert text("web.data.mistakes", lang, count=5) in unescape(answer.text)
    # The figures from before are still in use, on this very page and on all others.
    assert "production.csv" in answer.text
    assert send(client, ("bad.xlsx", wrong), query="?lang=en").status_code == 422
    rows = client.get("/api/v1/assessments?commodity=gallium&year=2024").json()["records"]
    (raw,) = [row["raw"] for row in rows if row["indicator"] == "production_concentration"]
    assert raw == concentration(laid("production.csv", gallium(600)))


def test_a_row_that_fits_no_public_figure_is_told_like_any_other_mistake(browser: Browser) -> None:
    answer = send(browser(), ("production.csv", as_csv(GALLIUM | {"country": "BEL"}, GALLIUM | {"action": "add"})))
    assert answer.status_code == 422
    assert [row[0] for row in told(answer.text)] == ["production.csv, line 2", "production.csv, line 3"]


def test_a_program_gets_problem_details(client: TestClient) -> None:
    answer = send(client, ("production.csv", as_csv(GALLIUM | {"value": -3, "unit": "ton"})))
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [one["key"] for one in answer.json()["errors"]] == ["overlay_negative", "overlay_unit_unclear"]
    assert send(client, ("production.csv", gallium(600))).status_code == 303


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("virus.exe", b"MZ\x90\x00")], "virus.exe is no file of figures."),
        ([("virus.xlsx", b"MZ\x90\x00")], "virus.xlsx"),
        ([("mine.xlsm", template())], "mine.xlsm is no file of figures."),
        ([("mine.xlsx", with_part("xl/vbaProject.bin", b"x"))], "macros"),
        ([("bomb.xlsx", with_part("xl/worksheets/sheet99.xml", bytes(60_000_000)))], "unpacks to 60"),
        ([("broken.xlsx", template()[:-100])], "broken.xlsx"),
        ([("mine.xlsx", workbook(production=[GALLIUM | {"value": "=1+1"}]))], "formula (=1+1)"),
        ([("production.csv", as_csv(GALLIUM | {"source": "自社調査"}, encoding="cp932"))], "UTF-8"),
        ([("production.csv", b"\x00\x01\x02\xff")], "production.csv"),
        ([("mine.csv", gallium(600))], "mine"),
        ([("production.csv", b"")], "production.csv"),
        ([("production.csv", b" " * 8_100_000)], "production.csv has 8.1 MB."),
        ([("production.csv", gallium(600))] * 6, "file names 6 things."),
        ([("template.xlsx", template())], "Not one row of figures is in the file."),
        ([("<script>alert(1)</script>.exe", b"x")], "<script>alert(1)</script>.exe is no file of figures."),
    ],
)  # fmt: skip
def test_files_that_cannot_be_taken_are_refused_in_words(browser: Browser, files, said: str) -> None:
    answer = send(browser(), *files)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert "<script>alert" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_form_without_a_file_is_refused(browser: Browser) -> None:
    client = browser()
    empty = '--x\r\ncontent-disposition: form-data; name="file"; filename=""\r\n\r\n\r\n--x--\r\n'
    for answer in (
        client.post("/data/own"), client.post("/data/own", data={"file": "text"}),
        client.post("/data/own", content=empty, headers={"content-type": "multipart/form-data; boundary=x"}),
        client.post("/data/own", files={"another": ("production.csv", gallium(600))}),
    ):  # fmt: skip
        assert answer.status_code == 422
        assert "No file was sent." in answer.text


def test_a_form_that_is_broken_or_endless_is_refused(browser: Browser) -> None:
    client = browser()
    broken = client.post("/data/own", content=b"nonsense", headers={"content-type": "multipart/form-data"})
    assert broken.status_code == 400
    assert send(client, *[("production.csv", gallium(600))] * 50).status_code == 400

    def pieces():
        yield b'--x\r\ncontent-disposition: form-data; name="file"; filename="production.csv"\r\n\r\n'
        for _ in range(450):
            yield b"x" * 100_000

    headers = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post("/data/own", content=pieces(), headers=headers).status_code == 413
    assert client.post("/data/own", content=b"x", headers={**headers, "content-length": "999999999"}).status_code == 413


def test_a_path_in_the_name_is_left_out(browser: Browser) -> None:
    client = browser()
    assert send(client, ("../../production.csv", gallium(600))).status_code == 303
    assert "public ones: production.csv." in shown(client, "/data")
    assert send(client, ("../../x.csv", gallium(600))).status_code == 422


def test_another_site_can_neither_give_nor_take_figures(browser: Browser) -> None:
    client = browser()
    send(client, ("production.csv", gallium(600)))
    foreign = {"origin": "https://evil.example"}
    assert send(client, ("production.csv", gallium(500)), headers=foreign).status_code == 403
    assert client.post("/data/own/forget", headers=foreign).status_code == 403
    assert "public ones: production.csv." in shown(client, "/data")
    assert client.get("/data/own").headers["location"] == "/data"


# Each browser sees its own


def seen(client: TestClient) -> tuple[str, float, str]:
    """The concentration of gallium on its page and in the API (a what-if too), and its suppliers as a chart's data."""
    page = shown(client, "/minerals/gallium?year=2024")
    (cell,) = re.findall(r'/trace/gallium/production_concentration[^"]*">([\d.]+)</a>', page)
    rows = client.get("/api/v1/assessments?commodity=gallium&year=2024").json()["records"]
    (raw,) = [row["raw"] for row in rows if row["indicator"] == "production_concentration"]
    what_if = client.post("/api/v1/whatif", json={"commodities": ["gallium"], "year": 2024}).json()
    after = [row["raw"] for row in what_if["after"]["records"] if row["indicator"] == "production_concentration"]
    assert after == [raw]
    return cell, raw, client.get("/charts/suppliers.csv?commodity=gallium&year=2024&lang=en").content.decode()


def expected(name: str = "", content: bytes = b"") -> tuple[str, float, str]:
    """What the library says of the same figures."""
    facts = laid(name, content) if content else embedded()
    found = shigen.assess(shigen.load("JPN", year=2024, facts=facts))
    raw = concentration(facts)
    rows = shigen.chart("suppliers", found, commodity="gallium", lang="en").rows
    return f"{raw:.3f}", raw, to_csv(rows, list(dict.fromkeys(key for row in rows for key in row)))


@pytest.mark.long
def test_two_browsers_each_see_their_own_number_and_a_third_the_public_one(browser: Browser) -> None:
    first, second, third = browser(), browser(), browser()
    send(first, ("mine.xlsx", workbook(production=[GALLIUM | {"value": 600}])))
    send(second, ("production.csv", gallium(450)))
    of_first = expected("mine.xlsx", workbook(production=[GALLIUM | {"value": 600}]))
    of_second, public = expected("production.csv", gallium(450)), expected()
    assert len({of_first[0], of_second[0], public[0]}) == 3
    for _ in range(2):  # computed, then kept
        assert seen(first) == of_first
        assert seen(second) == of_second
        assert seen(third) == public
    first.post("/data/own/forget")
    assert seen(first) == public
    assert seen(second) == of_second


def test_what_one_browser_uploads_no_other_page_or_answer_names(browser: Browser) -> None:
    first, other = browser(), browser()
    send(first, ("confidential-mine.xlsx", workbook(production=[GALLIUM], projects=[PROJECT])))
    paths = ("/data?table=production&commodity=gallium", "/minerals/gallium", "/api/v1/projects?kind=own", "/projects",
             "/api/v1/facts", "/api/v1/explain/gallium/production_concentration", "/charts/profile?commodity=gallium",
             "/charts/coverage.csv?commodity=gallium")  # fmt: skip
    named = [path for path in paths if "confidential-mine" in first.get(path).text]
    assert len(named) >= 6
    for path in (*paths, "/metrics", "/docs", "/openapi.json"):
        answer = other.get(path)
        assert answer.status_code == 200
        assert "confidential-mine" not in answer.text, path
        assert "Mine X" not in answer.text, path
    assert [row["name"] for row in first.get("/api/v1/projects?kind=own").json()] == ["Mine X"]


def test_a_forged_cookie_shows_public_figures(browser: Browser) -> None:
    first, thief = browser(), browser()
    send(first, ("production.csv", gallium(600)))
    word = first.cookies[OWN_COOKIE]
    for forged in ("x", word[:-1], word + "x", word.swapcase(), "../" + word, "", '"; drop table'):
        thief.cookies.clear()
        answer = thief.get("/minerals/gallium?year=2024", headers={"cookie": f"{OWN_COOKIE}={forged}"})
        assert answer.status_code == 200
        assert "public ones" not in answer.text


def test_figures_end_after_some_hours_and_public_ones_are_shown_again(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser()
    send(client, ("production.csv", gallium(600)))
    assert "public ones: production.csv." in shown(client, "/data")
    now = own.time.monotonic()
    monkeypatch.setattr(own.time, "monotonic", lambda: now + own.HOURS * 3600 + 60)
    assert "public ones: production.csv." not in shown(client, "/data")
    assert seen(client) == expected()


def test_answers_say_that_they_differ_by_browser(app: FastAPI, browser: Browser) -> None:
    client = browser()
    send(client, ("production.csv", gallium(600)))
    for path in ("/data", "/api/v1/assessments", "/charts/coverage.svg"):
        headers = client.get(path).headers
        assert "cookie" in headers["vary"].casefold()
        assert "public" not in headers.get("cache-control", "")
    assert io.BytesIO(client.get("/data/template.xlsx").content).read(2) == b"PK"
