"""Decks of studies that are unlike the default one: few minerals, few axes, another importer, no draws, no policies."""

import io

import pytest
from pptx import Presentation
from slide_fit import faults
from test_what_was_found import STUDIES

from shigen.base.i18n import LANGS, Lang
from shigen.figures.factbase import FactBase
from shigen.show.documents.deck import deck
from shigen.show.documents.formats import FORMATS
from shigen.show.documents.outline import outline, title
from shigen.show.documents.parts import Slide
from shigen.study.choices import Study
from shigen.study.run import Run

QUICK = ("one", "two axes and an own policy")
"""The others are run by `./run prove`."""


def without_draws(kind: str) -> Study:
    study = STUDIES[kind]
    return study.model_copy(update={"uncertainty": study.uncertainty.model_copy(update={"draws": 0})})


def check(slides: list[Slide], lang: Lang) -> None:
    made = Presentation(io.BytesIO(deck(slides, lang, title=title(lang))))
    assert faults(made, lang) == []
    assert all(slide.shapes.title.text_frame.text.strip() for slide in made.slides)


@pytest.mark.parametrize("kind", [
    kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.long) for kind in STUDIES
])  # fmt: skip
def test_any_study_has_a_deck_in_which_everything_fits(kind, facts: FactBase) -> None:
    run = Run(without_draws(kind), facts=facts)
    by_lang = {lang: outline(run, lang) for lang in LANGS}
    keys = [one.key for one in by_lang["ja"]]
    assert keys == [one.key for one in by_lang["en"]]
    assert {"cover", "targets", "method", "supply", "types", "sure"} <= set(keys)
    for lang, slides in by_lang.items():
        check(slides, lang)
    # What the format says that it does not read is not computed for it.
    assert FORMATS["pptx"].unread & run.__dict__.keys() == set()
    if kind == "first year":
        assert "changed" not in keys
    if kind == "two axes and an own policy":
        assert "upstream" not in keys
