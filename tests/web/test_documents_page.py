"""The page of documents: every format in both languages at an address, with the policies that it names."""

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from shigen.base.i18n import LANGS
from shigen.show.documents.formats import FORMATS
from shigen.show.web import answers
from shigen.show.web.pages import documents

ONE = "commodity=tungsten&lang=en"


def test_the_page_leads_to_every_format_in_both_languages(client) -> None:
    page = client.get(f"/documents?{ONE}").text
    found = set(re.findall(r'href="/documents/([^?"]+)', page))
    assert found == {documents._file_of(key, lang) for key in FORMATS for lang in LANGS} | {"brief.tungsten.en.pdf"}
    assert all(f"/documents/progress?commodity=tungsten&amp;lang=en&amp;file={name}" in page or name in page
               for name in found)  # fmt: skip


def test_a_brief_is_one_page_on_the_mineral_with_the_policies_of_the_address(client) -> None:
    answer = client.get(f"/documents/brief.tungsten.en.pdf?{ONE}&a=recycling:tungsten::0.5")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == 'attachment; filename="brief-tungsten-en-JPN-2024.pdf"'
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    said = page.extract_text()
    assert "Tungsten" in said
    assert "50 % regenerated" in re.sub("[\u00ad\u2010-]\n", "", said)  # a narrow column may part a word
    assert "With the policies of this study" in said


def test_the_files_are_those_that_their_names_say(client) -> None:
    book = client.get(f"/documents/report.en.xlsx?{ONE}")
    assert "Tungsten" in {cell.value for row in load_workbook(io.BytesIO(book.content))["Results"] for cell in row}
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"/documents/briefs.en.zip?{ONE}").content))
    assert archive.namelist() == ["brief.tungsten.en.pdf"]
    paper = PdfReader(io.BytesIO(client.get(f"/documents/report.en.pdf?{ONE}").content))
    assert len(paper.pages) > 5


@pytest.mark.parametrize("name", ["report.en.docx", "report.fr.pdf", "brief.en.pdf", "report.pdf", "brief.x.en.pdf"])
def test_another_name_is_refused_in_words(client, name) -> None:
    answer = client.get(f"/documents/{name}?{ONE}")
    assert answer.status_code in (404, 422)
    assert "Traceback" not in answer.text


def test_what_is_being_done_is_told_while_it_is_done(client, monkeypatch) -> None:
    asked = f"{ONE}&year=2021&importer=FRA"  # of another document's question the steps would be done already
    where = f"/documents/progress?{asked}&file=report.en.pptx"
    assert client.get(where).json() == {"step": ""}
    heard = []
    inner = answers.STEPS.__class__

    class Heard(inner):  # type: ignore[misc, valid-type]
        def __setitem__(self, key, value) -> None:
            super().__setitem__(key, value)
            heard.append(client.get(where).json()["step"])

    monkeypatch.setattr(answers, "STEPS", Heard())
    assert client.get(f"/documents/report.en.pptx?{asked}").status_code == 200
    assert heard[-1] == "writing slides"
    assert len(heard) > 3
    assert client.get(where).json() == {"step": ""}
