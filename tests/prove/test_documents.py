"""What another program makes of a deck: LibreOffice turns it into pages, on which everything is there.

Needs soffice, pdffonts and pdftotext (Debian: libreoffice-impress, poppler-utils) and the faces of decks
(fonts-morisawa-bizud-gothic, fonts-liberation).
"""

import html
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shigen.base.i18n import LANGS, Lang
from shigen.show.documents.deck import deck
from shigen.show.documents.outline import outline, title
from shigen.study.run import Run

FACES = {"ja": "BIZUDPGothic", "en": "LiberationSans"}
BOX = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@pytest.fixture(scope="module")
def pages(whole: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    """The decks of the default study as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("printed")
    for lang in LANGS:
        (folder / f"{lang}.pptx").write_bytes(deck(outline(whole, lang), lang, title=title(lang)))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder),
                    *(str(folder / f"{lang}.pptx") for lang in LANGS)], check=True, capture_output=True)  # fmt: skip
    return {lang: folder / f"{lang}.pdf" for lang in LANGS}


def told(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("lang", LANGS)
def test_only_the_faces_that_were_measured_are_used(pages, lang) -> None:
    used = {line.split()[0].partition("+")[2] for line in told("pdffonts", str(pages[lang])).splitlines()[2:]}
    strange = {name for name in used if not name.startswith(FACES[lang])}
    # Arial has no ●, →, ① and so on: a face for symbols stands in for them.
    assert not strange or (lang == "en" and len(strange) == 1), used


@pytest.mark.parametrize("lang", LANGS)
def test_every_title_is_on_its_page_and_no_word_leaves_it(whole, pages, lang) -> None:
    slides = outline(whole, lang)
    printed = told("pdftotext", "-bbox", str(pages[lang]), "-").split("<page ")[1:]
    assert len(printed) == len(slides)
    for page, slide in zip(printed, slides, strict=True):
        words = [(*map(float, found[:4]), html.unescape(found[4])) for found in BOX.findall(page)]
        said = "".join(word for *_, word in words)
        assert re.sub(r"\s", "", slide.title) in re.sub(r"\s", "", said), slide.key
        assert all(left >= 0 and top >= 0 and right <= 961 and bottom <= 541 for left, top, right, bottom, _ in words)


def test_the_table_of_widths_is_that_of_the_faces(tmp_path) -> None:
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, str(root / "facts/office_widths.py"), str(tmp_path / "widths.csv")], check=True)
    held = root / "src/shigen/show/documents/widths.csv"
    assert (tmp_path / "widths.csv").read_bytes() == held.read_bytes()
