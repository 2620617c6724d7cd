"""Every method of ours is whole: names, formula, reference, worked case; whatever lacks, in one list."""

import re
from pathlib import Path

from shigen.base.declare import READABLE
from shigen.base.i18n import LANGS
from shigen.model.method_values import evaluate_methods
from shigen.model.methods import declarations
from shigen.model.variables import VARIABLES
from shigen.model.views import VIEWS

TESTS = Path(__file__).parents[1]


def test_methods_are_complete() -> None:
    lacking = []
    for key, one in declarations().items():
        hand = TESTS / f"test_{one.formula.__module__.rsplit('.', 1)[-1]}.py"
        notes = " ".join(one.doc.split("-----\n")[-2].split())
        lacking += [f"{key}: name in {lang}" for lang in LANGS if not one.name.get(lang)]
        lacking += [f"{key}: formula in {lang}" for lang in LANGS if not one.written.get(lang)]
        for words, declared in (("coverage_means", one.coverage), ("proxy_means", one.proxy), ("differs", True)):
            lacking += [f"{key}: {words} in {lang}" for lang in LANGS if declared and not getattr(one, words).get(lang)]
        lacking += [f"{key}: formula as in the notes"] if not notes.startswith(one.written["en"].rstrip(".")) else []
        lacking += [f"{key}: {part}" for part in ("Parameters", "Returns", "Notes", "Examples") if part not in one.doc]
        lacking += [f"{key}: unit of an argument"] if "[" not in one.doc.split("Returns")[0] else []
        lacking += [f"{key}: reference"] if not re.search(r"\(\d{4}\)", one.reference) else []
        lacking += [f"{key}: what it reads"] if set(one.reads) - VARIABLES.keys() - VIEWS.keys() else []
        lacking += [f"{key}: supply_map of what it reads first"] if next(iter(one.reads)) not in READABLE else []
        worked = hand.read_text("utf-8") if hand.exists() else ""
        lacking += [] if "by_hand" in worked and key in worked else [f"{key}: hand-worked case"]
        lacking += [f"{key}: its own"] if one.own else []
    assert lacking == []


def test_every_method_gives_some_figure_of_japan(japan) -> None:
    found = evaluate_methods(japan, declarations())
    assert (found["raw_high"].notnull().sum("commodity") > 5).all()
    assert (found["raw"].notnull().sum("commodity") > 1).all()
    assert (found["sources"].where(found["raw"].notnull(), 1) > 0).all()
