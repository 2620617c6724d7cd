"""The Japanese of a deck: the rules of the report and the pages hold for slides and speaker's notes too."""

from test_wording import DAY, Texts, clean, faults

from shigen.show.documents.outline import outline
from shigen.show.documents.parts import Chart, Prose, Slide, Table, typed
from shigen.study.run import Run


def texts(slide: Slide) -> Texts:
    said = [slide.title, slide.unit, *slide.notes, *slide.sources, *slide.subtitle]
    said += [one for one in slide.speech if not one.startswith("【")]  # commands and addresses
    for placed in slide.body:
        part = placed.part
        if isinstance(part, Prose):
            said += part.paragraphs
        elif isinstance(part, Table):
            said += [*part.head, *(cell.words for row in part.rows for cell in row)]
        elif isinstance(part, Chart):
            said += [*part.categories, part.title, *(one.name for one in part.series)]
    return [(slide.key, one) for one in said]


def test_a_deck_is_in_words_of_one_style(whole: Run) -> None:
    every = [one for slide in outline(whole, "ja") for one in texts(typed(slide, "ja"))]
    assert len(every) > 1000
    assert faults(every) == {}
    assert clean(every, DAY) == []
