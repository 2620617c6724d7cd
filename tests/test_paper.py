"""Documents on paper: the report and the briefs hold the blocks, whole, in letters that can be read, twice the same."""

import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader
from typst import TypstError

from shigen.base.i18n import LANGS, Lang
from shigen.show.documents import formats
from shigen.show.documents.paper import brief, setting, told
from shigen.show.documents.paper.whole import paper
from shigen.show.report.blocks import kinds, parts
from shigen.study.run import Run

A4 = (595.3, 841.9)


@pytest.fixture(scope="module")
def papers(whole: Run, pictures) -> dict[Lang, bytes]:
    return {lang: paper(whole, lang, pictures[lang]) for lang in LANGS}


@pytest.fixture(scope="module")
def briefs(whole: Run, pictures) -> dict[Lang, dict[str, bytes]]:
    return {lang: brief.briefs(whole, lang, pictures[lang]) for lang in LANGS}


def read(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


@cache
def text_of(content: bytes) -> str:
    """Return what a document says, without spaces and feet of pages: where a line or page ends is the setter's."""
    reader = read(content)
    foot = re.escape(bare(str(reader.metadata.title if reader.metadata else ""))) + rf"\d+/{len(reader.pages)}"
    return "".join(re.sub(foot, "", bare(page.extract_text())) for page in reader.pages)


def bare(words: str) -> str:
    return re.sub(r"[\s\u200b\u00ad-]", "", words)


def fonts(reader: PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        for one in page["/Resources"].get("/Font", {}).values():
            found.add(one.get_object()["/BaseFont"].partition("+")[2])
    return found


@pytest.mark.parametrize("lang", ["ja", pytest.param("en", marks=pytest.mark.long)])
def test_every_word_for_paper_is_in_the_report(whole, papers, pictures, lang) -> None:
    said = text_of(papers[lang])
    for part in parts(whole, lang, {name: one.chart for name, one in pictures[lang].items()}):
        assert bare(part.title) in said, part.key
        for block in part.blocks:
            if isinstance(block, kinds.Said | kinds.Text | kinds.Note) and not getattr(block, "folded", False):
                assert bare(setting.lettered(told.Told(lang, {}, frozenset()).words(block.text))) in said, part.key


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_is_a4_of_about_45_pages_with_bookmarks_and_its_language(papers, lang) -> None:
    reader = read(papers[lang])
    assert len(reader.pages) <= 48
    assert {tuple(round(float(one), 1) for one in page.mediabox[2:]) for page in reader.pages} == {A4}
    assert len(reader.outline) > 25
    assert reader.trailer["/Root"]["/Lang"].startswith(lang)
    assert reader.metadata is not None
    assert reader.metadata.title


@pytest.mark.parametrize("lang", LANGS)
def test_only_the_two_weights_of_our_font_are_used(papers, briefs, lang) -> None:
    for content in (papers[lang], *briefs[lang].values()):
        used = fonts(read(content))
        assert used
        assert all(name.startswith(("NotoSansCJKjp-Regular", "NotoSansCJKjp-Bold")) for name in used), used


@pytest.mark.parametrize("lang", LANGS)
def test_every_brief_is_one_page_that_holds_the_answers_and_the_six_indicators(whole, briefs, pictures, lang) -> None:
    assert set(briefs[lang]) == set(whole.study.commodities)
    charts = {name: one.chart for name, one in pictures[lang].items()}
    made = {part.commodity: part for part in parts(whole, lang, charts) if part.commodity}
    for key, content in briefs[lang].items():
        assert len(read(content).pages) == 1, key
        said = text_of(content)
        assert bare(made[key].title) in said, key
        for block in made[key].blocks:
            if isinstance(block, kinds.Said):
                assert bare(told.Told(lang, {}, frozenset()).words(block.text)) in said, (key, block.text)
        indicators = next(one for one in made[key].blocks if isinstance(one, kinds.Table))
        for row in indicators.rows:
            assert all(bare(one.written(column)) in said for one, column in zip(row, indicators.columns, strict=True))


def test_the_charts_of_a_brief_are_those_that_are_drawn_for_it() -> None:
    assert brief.KINDS == formats.BRIEF


def test_a_document_is_the_same_twice_also_in_another_zone(whole, papers, pictures) -> None:
    assert paper(whole, "ja", pictures["ja"]) == papers["ja"]
    code = ("import sys, json; from shigen.show.documents.paper.setting import pdf;"
            "sys.stdout.buffer.write(pdf('report.typ', json.load(sys.stdin)))")  # fmt: skip
    data = page({"kind": "text", "text": "鉱種 metal"})
    elsewhere = subprocess.run([sys.executable, "-c", code], input=json.dumps(data).encode(), check=True,
                               capture_output=True, env={**os.environ, "TZ": "Asia/Tokyo"})  # fmt: skip
    assert elsewhere.stdout == setting.pdf("report.typ", data)


def page(*blocks: dict[str, Any], lang: str = "ja") -> dict[str, Any]:
    """Return a report of one part."""
    return {
        "lang": lang, "title": "題", "subtitle": "副題", "contents": "目次", "foot": "", "hash": "",
        "parts": [{"key": "verdict", "group": "answer", "name": "結論", "title": "結論", "opens": False,
                   "mineral": False, "lines": [[{"span": 1.0, "blocks": [one]}] for one in blocks]}],
    }  # fmt: skip


EVIL = [
    '#panic("x")', "*bold* _it_ `raw` $x^2$", '#read("/etc/hostname")', "<label> @ref // no /* no */", "{}[]()",
]  # fmt: skip


@pytest.mark.parametrize("words", EVIL)
def test_words_are_never_markup(words) -> None:
    cell = {"text": words, "tone": "", "notes": [words], "to": ""}
    table = kinds.Table((kinds.Column(words),), ((kinds.Cell(words, (words,)),),), words, words)
    blocks = [
        {"kind": "text", "text": words}, {"kind": "heading", "text": words, "anchor": ""},
        {"kind": "points", "points": [{"text": words, "lead": words, "to": ""}]},
        told.Told("ja", {}, frozenset()).table(table),
    ]  # fmt: skip
    assert blocks[-1]["rows"] == [[cell]]
    assert text_of(setting.pdf("report.typ", page(*blocks))).count(bare(words)) == 9


def test_what_the_font_lacks_is_shown_as_lacking_and_what_controls_is_dropped() -> None:
    assert setting.lettered("銅 \U0001f600 \x00\x1b ok") == "銅 〓  ok"
    assert setting.lettered("plain") == "plain"


@pytest.mark.parametrize("lang", LANGS)
def test_no_word_of_the_study_has_a_letter_that_the_font_lacks(whole, pictures, lang) -> None:
    made = parts(whole, lang, {name: one.chart for name, one in pictures[lang].items()})
    held = told.told(made, lang, {name: one.svg_text for name, one in pictures[lang].items()})
    assert setting.MISSING not in json.dumps(held, ensure_ascii=False)


@pytest.mark.parametrize("lang", LANGS)
def test_letters_of_pictures_can_be_read_where_the_page_is_wide_enough(whole, pictures, lang) -> None:
    line = (210 - 22) / 25.4 * 72
    for part in told.told(parts(whole, lang, {name: one.chart for name, one in pictures[lang].items()}), lang,
                          {name: one.svg_text for name, one in pictures[lang].items()}):  # fmt: skip
        for block in (one for columns in part["lines"] for column in columns for one in column["blocks"]):
            if block["kind"] == "picture":
                assert min(block["least"], line) / block["width"] * told.smallest(block["svg"]) * told.PIXEL >= 4, part


def test_a_document_passes_the_checks_of_its_standards(papers, briefs) -> None:
    # typst refuses to write what breaks PDF/A-2a or PDF/UA-1: no words for a picture, no title, a font not embedded.
    for content in (papers["ja"], briefs["en"]["gallium"]):
        about = read(content).xmp_metadata
        assert about is not None
        assert b"pdfaid:part>2<" in about.stream.get_data()
        assert b"pdfuaid:part>1<" in about.stream.get_data()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    picture = {"kind": "picture", "svg": svg, "alt": None, "source": "", "width": 7, "height": 7, "most": 0, "least": 1}
    with pytest.raises(TypstError, match="alt"):
        setting.pdf("report.typ", page(picture))
