"""The page of a mineral says what gives way and why."""

import re


def test_page_of_gallium_advises_no_mine(browser) -> None:
    page = browser("ja").get("/minerals/gallium").text
    logic = page[page.index("リスクの高い指標" if "リスクの高い指標" in page else "高い指標と") :]
    row = next(r for r in re.findall(r"<tr.*?</tr>", logic, re.S) if "鉱山投資" in r)
    assert "<s>鉱山投資及び探鉱投資</s>" in row
    assert "適用できません。ガリウムは" in row
    package = next(r for r in re.findall(r"<tr.*?</tr>", page, re.S) if "調査の表では「対策はすべて実施」" in r)
    assert 'class="high"' not in package
