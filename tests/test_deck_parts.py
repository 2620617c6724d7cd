"""How slides are measured, parted and written, with parts of our own: hostile texts, gaps, strange templates."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openxml_audit import validate_pptx
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt
from slide_fit import faults

from shigen.base.errors import UserError
from shigen.show.documents import measure
from shigen.show.documents.deck import deck
from shigen.show.documents.formats import write
from shigen.show.documents.parts import Cell, Chart, Placed, Prose, Series, Slide, Table, across, clean

EVIL = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=HYPERLINK(\"http://example.org\")", "http://example.org", "mailto:a@b.c",
    "<b>&amp;</b>", "{=cmd|'/c calc'!A1}", "a_x0007_b", "tab\tand\nline", "'quoted", "]]>", "☃ ①→ CO₂",
]  # fmt: skip
"""What data may hold and no program may run, follow or lose."""
TITLE = "上流のリスクはマグネシウムが0.64で最も高く、ガリウム（0.52）が続くが、最上位になり得る鉱種は13鉱種中3鉱種ある"


def table(rows: int = 3, words: str = "0.30") -> Table:
    return Table("A table", ("指標", "値"), tuple((Cell(f"{n} 埋蔵寡占度"), Cell(words)) for n in range(rows)),
                 (2, 1), "lr")  # fmt: skip


def evil() -> list[Slide]:
    """Return slides on which every place that takes data takes hostile texts."""
    names = tuple(EVIL)
    bars = Chart("bar", EVIL[0], names, tuple(Series(one, tuple(float(n) for n in range(len(names))))
                                              for one in EVIL[:3]), title=EVIL[4], legend=True)  # fmt: skip
    cells = Table(EVIL[1], (EVIL[0], EVIL[5]), tuple((Cell(one), Cell(one, bold=True)) for one in EVIL), (1, 1), "ll")
    cover = Slide("cover", EVIL[0], subtitle=tuple(EVIL[:8]), speech=tuple(EVIL))
    return [cover, Slide("a", EVIL[4], across((bars, cells)), EVIL[0], tuple(EVIL[:2]), tuple(EVIL[5:8]), tuple(EVIL)),
            Slide("b", EVIL[7], (Placed(Prose(tuple(EVIL))),))]  # fmt: skip


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def shown(words: str) -> str:
    return clean(words).replace("\n", "\v")


def test_hostile_texts_come_back_as_they_are_and_nothing_of_them_runs(tmp_path) -> None:
    content = deck(evil(), "ja", title=EVIL[0])
    made = opened(content)
    assert faults(made, "ja") == []
    said = {paragraph.text for slide in made.slides for shape in slide.shapes if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs}  # fmt: skip
    assert {shown(one) for one in EVIL} <= said
    grid = next(shape for shape in made.slides[1].shapes if shape.has_table).table
    assert [grid.cell(row, 0).text_frame.paragraphs[0].text for row in range(1, len(EVIL) + 1)] == list(
        map(shown, EVIL)
    )
    chart = next(shape for shape in made.slides[1].shapes if shape.has_chart).chart
    names = [" ".join(clean(one).split()) for one in EVIL]
    assert list(chart.plots[0].categories) == names
    blob = chart.part.chart_workbook.xlsx_part.blob
    sheet = load_workbook(io.BytesIO(blob))["Sheet1"]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == names
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(blob)) as book:
        assert b"<f>" not in b"".join(map(book.read, book.namelist()))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            assert b'TargetMode="External"' not in package.read(name), name
            assert b"hlinkClick" not in package.read(name), name
    (tmp_path / "evil.pptx").write_bytes(content)
    assert validate_pptx(tmp_path / "evil.pptx").is_valid


def test_control_characters_are_taken_out() -> None:
    assert clean("a\x07b_x0007_c\ud800d\te\r\nf") == "abcd e\nf"


def test_what_is_missing_is_a_gap_and_an_area_refuses_it() -> None:
    values = (0.1, None, 0.3)
    for kind in ("radar", "bar", "column", "line", "stacked"):
        chart = Chart(kind, "x", ("a", "b", "c"), (Series("s", values),))
        made = opened(deck([Slide("cover", "x"), Slide("a", "x", (Placed(chart),))], "en", title="x"))
        native = next(shape for shape in made.slides[1].shapes if shape.has_chart).chart
        assert next(iter(native.plots[0].series)).values == values
        assert native._chartSpace.find(f".//{qn('c:dispBlanksAs')}").get("val") == "gap"
        assert load_workbook(io.BytesIO(native.part.chart_workbook.xlsx_part.blob))["Sheet1"]["B3"].value is None
    with pytest.raises(ValueError, match="draws what is missing as zero"):
        Chart("area", "x", ("a", "b", "c"), (Series("s", values),))


def test_rows_that_do_not_fit_stand_on_further_slides_and_none_is_lost() -> None:
    made = opened(deck([Slide("cover", "x"), Slide("a", TITLE, (Placed(table(90)),), "スコア", ("注",), ("出典",))],
                       "ja", title="x"))  # fmt: skip
    assert faults(made, "ja") == []
    assert len(made.slides) > 3
    rows = [row.cells[0].text_frame.text for slide in made.slides for shape in slide.shapes if shape.has_table
            for row in list(shape.table.rows)[1:]]  # fmt: skip
    assert rows == [f"{n} 埋蔵寡占度" for n in range(90)]
    titles = [slide.shapes.title.text_frame.text for slide in made.slides][1:]
    assert titles[0] == f"{TITLE}（1／{len(titles)}）"


def test_a_word_or_a_number_is_never_divided_while_there_is_room() -> None:
    narrow = Table(
        "x", ("指標", "Δ", "Δ"), ((Cell("埋蔵寡占度" * 6), Cell("+0.095"), Cell("−1,234,567")),), (30, 1, 1), "lrr"
    )
    made = opened(deck([Slide("cover", "x"), Slide("a", "x", (Placed(narrow),))], "ja", title="x"))
    grid = next(shape for shape in made.slides[1].shapes if shape.has_table).table
    for column, words in ((1, "+0.095"), (2, "−1,234,567")):
        cell = grid.cell(1, column)
        size = cell.text_frame.paragraphs[0].runs[0].font.size.pt
        room = (grid.columns[column].width - cell.margin_left - cell.margin_right) / 12700
        assert measure.count(words, size, room, lang="ja") == 1


def test_lines_break_by_the_rules_of_japanese() -> None:
    for room in range(40, 400, 7):
        for line in measure.lines(TITLE + "「か」ー、。", 12.0, float(room), lang="ja")[1:]:
            assert line[0] not in measure.NEVER_FIRST or room < 80, line
    assert measure.lines("aa bb cc", 10.0, 32.0, lang="en") == ("aa bb", "cc")
    # Kanji are one em: 94 of 100 points hold nine of ten points.
    assert measure.lines("漢" * 20, 10.0, 100.0, lang="ja") == ("漢" * 9, "漢" * 9, "漢" * 2)
    assert measure.lines("漢" * 8 + "a", 10.0, 100.0, lang="ja") == ("漢" * 8 + "a",)


def template(place: Path, *, size: tuple[int, int] = (720, 540), title: int = 44, potx: bool = False,
             lost: bool = False) -> Path:  # fmt: skip
    """Write a user's template: slides of its own, large titles; of a template's type, or with places of no height."""
    made = Presentation()
    made.slide_width, made.slide_height = Pt(size[0]), Pt(size[1])
    for holder in (made.slide_master, *made.slide_layouts):
        for one in holder.placeholders:
            if one._element.spPr.find(qn("a:xfrm")) is not None or lost:
                one.left, one.width = int(one.left * size[0] / 720), int(one.width * size[0] / 720)
    made.slide_master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}/{qn('a:defRPr')}").set(
        "sz", str(title * 100))  # fmt: skip
    for layout in (0, 1, 5):
        slide = made.slides.add_slide(made.slide_layouts[layout])
        slide.shapes.title.text = "a sample"
    made.save(place)
    if potx:
        old = place.read_bytes()
        with zipfile.ZipFile(io.BytesIO(old)) as source, zipfile.ZipFile(place, "w") as target:
            for name in source.namelist():
                held = source.read(name)
                target.writestr(name, held.replace(b"presentation.main+xml", b"template.main+xml")
                                if name == "[Content_Types].xml" else held)  # fmt: skip
    return place


@pytest.mark.parametrize("kind", [
    {}, {"potx": True}, {"size": (960, 540)}, {"size": (1280, 720), "title": 60}, {"size": (540, 720), "title": 54},
    {"size": (480, 360), "title": 20}, {"lost": True},
])  # fmt: skip
def test_a_users_template_is_filled_and_everything_fits(kind, tmp_path) -> None:
    place = template(tmp_path / ("corporate.potx" if kind.get("potx") else "corporate.pptx"), **kind)
    radar = Chart("radar", "x", tuple("①②③④⑤⑥"), (Series("a", (0.1, 0.2, None, 0.4, 0.5, 0.6)),), least=0, most=1)
    slides = [Slide("cover", TITLE, subtitle=("輸入国：日本、2024年",)),
              Slide("a", TITLE, across((table(8), radar)), "スコア", ("注" * 90,), ("出典",), ("読み上げる文。",)),
              Slide("b", TITLE, (Placed(Prose((TITLE,) * 12)),))]  # fmt: skip
    content = deck(slides, "ja", title="x", user_template=place)
    made = opened(content)
    assert faults(made, "ja") == []
    assert made.slides[0].shapes.title.text_frame.text == TITLE
    every = [shape for slide in made.slides for shape in slide.shapes]
    empty = [one.name for one in every if one.is_placeholder and not one.text_frame.text.strip()]
    assert {name for name in empty if name != "number"} == set()
    assert "a sample" not in {one.text_frame.text for one in every if one.has_text_frame}
    size = kind.get("size", (720, 540))
    assert (made.slide_width, made.slide_height) == (Pt(size[0]), Pt(size[1]))
    (tmp_path / "made.pptx").write_bytes(content)
    assert validate_pptx(tmp_path / "made.pptx").is_valid
    assert deck(slides, "ja", title="x", user_template=place) == content


def test_what_is_no_template_is_refused(tmp_path) -> None:
    words = tmp_path / "words.pptx"
    words.write_text("no package", "utf-8")
    bare = tmp_path / "bare.pptx"
    with zipfile.ZipFile(bare, "w") as package:
        package.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
    small = template(tmp_path / "small.pptx", size=(200, 150))
    for place, key in ((words, "template_form"), (bare, "template_form"), (small, "template_small"),
                       (tmp_path / "none.pptx", "file_unreadable"), (tmp_path, "file_unreadable")):  # fmt: skip
        with pytest.raises(UserError) as refused:
            deck([Slide("cover", "x")], "en", title="x", user_template=place)
        assert refused.value.key == key, place


def test_files_are_written_all_or_none(tmp_path, monkeypatch) -> None:
    out = tmp_path / "out"
    assert [one.name for one in write({"a.pptx": b"1", "b.pptx": b"2"}, out)] == ["a.pptx", "b.pptx"]
    whole = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if content == b"4":
            raise OSError(28, "No space left on device")
        return whole(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UserError):
        write({"a.pptx": b"3", "b.pptx": b"4"}, out)
    assert {one.name: one.read_bytes() for one in out.iterdir()} == {"a.pptx": b"1", "b.pptx": b"2"}
