"""The observatory and the page of a mineral tell what others do for it and the importer does not."""

from html import unescape

from shigen.outlook.policies import policies


def test_both_pages_tell_the_same_of_one_mineral(browser, facts) -> None:
    rows = policies("elsewhere", home="JPN", commodity="gallium", lang="en", facts=facts)
    assert rows
    mineral = unescape(browser().get("/minerals/gallium?year=2024").text)
    observatory = unescape(browser().get("/observatory?view=elsewhere&commodity=gallium").text)
    section = mineral[mineral.index('<section id="elsewhere"') : mineral.index('<section id="past"')]
    for row in rows:
        for page in (section, observatory):
            assert f"<b>{row['name']}</b>" in page
            assert all(example in page for example in row["examples"])
    assert 'href="/observatory?year=2024&view=elsewhere&commodity=gallium"' in section
    assert '<option value="gallium" selected>' in observatory


def test_the_filter_narrows(browser) -> None:
    every = browser().get("/observatory?view=elsewhere").text
    one = browser().get("/observatory?view=elsewhere&commodity=gallium").text
    assert one.count("<tr>") < every.count("<tr>")
