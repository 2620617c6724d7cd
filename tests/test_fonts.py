"""The font of charts: widths as the font has them, every text with its length, no label over the edge."""

import importlib.util
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from frames import outside

import shigen
from shigen.base.i18n import LANGS, Lang
from shigen.outlook.countries import pages
from shigen.show.charts import chart, faces
from shigen.show.charts.kind import kinds
from shigen.show.charts.theme import to_pdf, to_png

FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><g transform="translate({x},20)"><text '
    'text-anchor="end" font-size="10px" textLength="{wide}">Magnesium metal</text></g></svg>'
)


def test_widths_are_those_of_the_font(tmp_path: Path) -> None:
    told = importlib.util.spec_from_file_location("widths", Path(__file__).parents[1] / "facts" / "widths.py")
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    made.main(tmp_path / "widths.json")
    anew = (tmp_path / "widths.json").read_bytes()
    assert anew == faces.ADVANCES.read_bytes(), "run .venv/bin/python facts/widths.py"


@pytest.mark.parametrize("weight", list(faces.WEIGHTS))
def test_a_text_is_as_wide_as_the_sum_of_its_letters(weight: str) -> None:
    text = "Magnesium metal 0.25 – マグネシウム（金属）"
    with TTFont(faces.files()[weight]) as font:
        names = font.getBestCmap()
        units = sum(font["hmtx"][names[ord(letter)]][0] for letter in text)
    assert faces.width(text, 12, weight) == pytest.approx(12 * units / 1000)


def test_a_character_that_the_font_lacks_is_one_em() -> None:
    assert faces.width("\U0001f480", 10) == 10


def test_a_label_over_the_edge_is_found() -> None:
    # The words are 83.07 wide at 10 px, up to where they end: at 90 they begin at 6.93, at 80 at -3.07.
    wide = f"{faces.width('Magnesium metal', 10):.2f}"
    assert outside(FRAME.format(x=90, wide=wide)) == []
    assert outside(FRAME.format(x=80, wide=wide)) == ["Magnesium metal"]
    assert outside(FRAME.format(x=101, wide=wide)) == ["Magnesium metal"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("key", [key for key, kind in kinds().items() if not kind.files(["cobalt"], None)])
def test_no_label_is_cut_in_charts_that_a_report_lacks(assessed: shigen.Assessment, key: str, lang: Lang) -> None:
    if key == "governance_years":
        drawn = chart(key, *pages(["COD"], assessed.chain), lang=lang)
    else:
        drawn = chart(key, assessed, lang=lang, commodity="rare_earths")
    assert drawn.rows
    assert outside(drawn.svg()) == []


def test_an_svg_names_the_font_once_and_fixes_each_text(assessed: shigen.Assessment) -> None:
    svg = chart("heatmap", assessed, lang="en").svg()
    assert svg.count("font-family=") == 1
    assert svg.count("textLength=") == len(re.findall(r"<text [^>]*[^/]>", svg)) > 40


def test_the_renderer_keeps_to_itself_what_an_empty_layer_or_line_is_to_it(
    assessed: shigen.Assessment, caplog: pytest.LogCaptureFixture
) -> None:  # fmt: skip
    for key in ("heatmap", "suppliers", "price"):
        svg = chart(key, assessed, lang="en", commodity=None if key == "heatmap" else "cobalt").svg()
        assert to_png(svg, 1.0).startswith(b"\x89PNG")
        assert to_pdf(svg).startswith(b"%PDF")
    assert not caplog.records
