"""Figures of single browsers: who sees them, for how long, and what is left of them afterwards."""

import gc
import tempfile
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from own_files import GALLIUM, PROJECT, as_csv, concentration, gallium, laid, template, with_part, workbook

from shigen.base.errors import UserError, UserErrors
from shigen.figures.factbase import FactBase, embedded
from shigen.show.web import answers, own
from shigen.show.web.asked import Asked
from shigen.show.web.kept import kept, let_go
from shigen.show.web.own import Owners

ASKED = Asked("JPN", 2024, commodities=("gallium",))


@pytest.fixture
def owners() -> Owners:
    return Owners()


def raw(facts: FactBase) -> float:
    """What pages and API show of gallium."""
    return float(answers.run_of(facts, ASKED).now.dataset["raw"].sel(
        commodity="gallium", indicator="production_concentration"))  # fmt: skip


def refused(owners: Owners, *files: tuple[str, bytes]) -> UserError:
    with pytest.raises(UserError) as caught:
        owners.take(files)
    assert len(owners) == 0
    return caught.value


# What is taken


def test_figures_lie_over_the_public_ones_for_who_has_the_word(owners: Owners) -> None:
    word = owners.take([("production.csv", gallium(600))])
    mine = owners.of(word)
    assert mine is not None
    assert (mine.files, dict(mine.rows)) == (("production.csv",), {"production": 1})
    assert raw(mine.facts) == concentration(laid("production.csv", gallium(600))) != raw(embedded())
    assert owners.of(None) is owners.of("") is owners.of("forged") is owners.of(word[:-1]) is None


def test_words_cannot_be_guessed(owners: Owners) -> None:
    words = {owners.take([("production.csv", gallium(600))]) for _ in range(3)}
    assert len(words) == 3
    assert min(map(len, words)) >= 43  # 256 bits


def test_a_new_upload_takes_the_place_of_the_one_before(owners: Owners) -> None:
    first = owners.take([("production.csv", gallium(600))])
    second = owners.take([("mine.xlsx", workbook(production=[GALLIUM | {"value": 500}], projects=[PROJECT]))], first)
    assert owners.of(first) is None
    mine = owners.of(second)
    assert mine is not None
    assert dict(mine.rows) == {"production": 1, "projects": 1}
    assert [one["project"] for one in mine.projects] == ["Mine X"]
    assert len(owners) == 1


def test_a_row_carries_name_and_hash_of_its_file(owners: Owners) -> None:
    import hashlib

    mine = owners.of(owners.take([("production.csv", gallium(600))]))
    assert mine is not None
    ((place,), *_) = mine.facts.fetch("select place from production where flag = 'user'")
    assert place == f"production.csv, line 2, sha256 {hashlib.sha256(gallium(600)).hexdigest()[:12]}"


def test_two_files_may_have_one_name(owners: Owners) -> None:
    more = as_csv(GALLIUM | {"country": "JPN", "value": 5})
    mine = owners.of(owners.take([("a/production.csv", gallium(600)), ("b/production.csv", more)]))
    assert mine is not None
    assert dict(mine.rows) == {"production": 2}


def test_projects_alone_leave_the_public_figures_as_they_are(owners: Owners) -> None:
    before = answers.run_of(embedded(), ASKED).now
    word = owners.take([("mine.xlsx", workbook(projects=[PROJECT]))])
    mine = owners.of(word)
    assert mine is not None
    assert mine.facts is embedded()
    owners.forget(word)
    assert answers.run_of(embedded(), ASKED).now is before  # what is kept of the public figures is kept


# What is refused


@pytest.mark.parametrize("name", ["x.exe", "x.xls", "x.xlsm", "x", "", ".xlsx", "..", "x.xlsx/", "x.csv\x00.exe"])
def test_other_kinds_of_files_are_refused_by_name(owners: Owners, name: str) -> None:
    error = refused(owners, (name, gallium(600)))
    assert error.key == "web_file_kind"
    assert ".xlsx, .csv" in error.message("en")


def test_every_file_of_another_kind_is_named_at_once(owners: Owners) -> None:
    error = refused(owners, ("a.exe", b"x"), ("production.csv", gallium(600)), ("b.doc", b"x"))
    assert isinstance(error, UserErrors)
    assert [one.values["word"] for one in error.errors] == ["a.exe", "b.doc"]


def test_no_file_too_many_and_too_large_ones_are_refused(owners: Owners) -> None:
    assert refused(owners).key == "web_no_file"
    assert refused(owners, *[("production.csv", gallium(600))] * 6).key == "web_many"
    error = refused(owners, ("production.csv", b" " * (own.LARGEST + 100_000)))
    assert error.message("en") == "production.csv has 8.1 MB. At most 8 MB are taken."


def test_files_without_a_figure_are_refused(owners: Owners) -> None:
    assert refused(owners, ("template.xlsx", template())).key == "overlay_nothing"


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(owners: Owners) -> None:
    bomb = with_part("xl/worksheets/sheet99.xml", bytes(60_000_000))
    assert len(bomb) < 500_000
    error = refused(owners, ("bomb.xlsx", bomb))
    assert error.key == "web_file_unpacked"
    assert "At most 20 MB are read." in error.message("en")
    dense = with_part("xl/worksheets/sheet99.xml", bytes(15_000_000))
    assert "15 MB from" in refused(owners, ("dense.xlsx", dense)).message("en")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00 a program by another name", "zip"),
        (template()[:5000], "zip"),
        (with_part("xl/vbaProject.bin", b"x"), "macros"),
        (with_part("xl/externalLinks/externalLink1.xml", b"<x/>"), "external links"),
        (with_part("xl/worksheets/sheet99.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "document type"),
        (with_part("../../evil.xml", b"<x/>"), "leads out of it"),
        (workbook(production=[GALLIUM | {"value": "=1+1"}]), "formula (=1+1)"),
    ],
)
def test_what_is_no_plain_workbook_is_refused(owners: Owners, content: bytes, said: str) -> None:
    assert said in refused(owners, ("mine.xlsx", content)).message("en")


def test_text_in_another_encoding_is_refused(owners: Owners) -> None:
    error = refused(owners, ("production.csv", as_csv(GALLIUM | {"source": "自社調査"}, encoding="cp932")))
    assert error.key == "overlay_encoding"


@pytest.mark.parametrize("name", ["../../production.csv", "..\\..\\production.csv", "/etc/production.csv"])
def test_a_path_in_the_name_leads_nowhere(owners: Owners, name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "deep" / "down"))
    (tmp_path / "deep" / "down").mkdir(parents=True)
    mine = owners.of(owners.take([(name, gallium(600))]))
    assert mine is not None
    assert mine.files == ("production.csv",)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []  # and no file stays


def test_no_file_stays_where_files_are_refused(owners: Owners, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    refused(owners, ("production.csv", gallium(-1)))
    assert list(tmp_path.iterdir()) == []


# How long it is held, and what is left


def test_after_some_hours_it_is_gone(owners: Owners, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(own.time, "monotonic", lambda: clock[0])
    word = owners.take([("production.csv", gallium(600))])
    clock[0] += own.HOURS * 3600 - 1
    assert owners.of(word) is not None  # and looking does not make it last longer
    clock[0] += 2
    assert len(owners) == 0
    assert owners.of(word) is None


def test_beyond_the_most_the_one_away_longest_goes(owners: Owners, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(own.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(own, "MOST_BROWSERS", 3)
    words = []
    for value in (600, 601, 602):
        clock[0] += 1
        words.append(owners.take([("production.csv", gallium(value))]))
    clock[0] += 1
    owners.of(words[0])
    clock[0] += 1
    words.append(owners.take([("production.csv", gallium(603))]))
    assert [owners.of(word) is not None for word in words] == [True, False, True, True]


@pytest.mark.parametrize("how", ["forget", "replace", "close"])
def test_nothing_of_it_stays_in_memory(owners: Owners, how: str) -> None:
    word = owners.take([("production.csv", gallium(600))])
    mine = owners.of(word)
    assert mine is not None
    raw(mine.facts)
    assert answers.run_of(mine.facts, ASKED).verdicts
    answers.tables(mine.facts)
    gone = weakref.ref(mine.facts)
    del mine
    match how:
        case "forget":
            owners.forget(word)
        case "replace":
            owners.take([("production.csv", gallium(500))], word)
        case "close":
            owners.close()
    gc.collect()
    assert gone() is None


def test_many_browsers_at_once_each_see_their_own(owners: Owners) -> None:
    values = [450, 550, 650]
    expected = {value: concentration(laid("production.csv", gallium(value))) for value in values}
    assert len(set(expected.values())) == len(values)

    def seen(value: int) -> list[float]:
        word = owners.take([("production.csv", gallium(value))])
        mine = owners.of(word)
        assert mine is not None
        found = [raw(mine.facts), raw(mine.facts)]
        owners.forget(word)
        return found

    with ThreadPoolExecutor(4) as pool:
        for value, found in zip(values * 2, pool.map(seen, values * 2), strict=True):
            assert found == [expected[value]] * 2
    assert len(owners) == 0


# Kept answers


class Thing:
    """Something that is asked about."""


def test_who_asks_meanwhile_waits_for_the_answer_under_way() -> None:
    asked, go = [], threading.Event()

    @kept(2)
    def answer(thing: Thing) -> list[int]:
        asked.append(thing)
        assert go.wait(10)
        return [len(asked)]

    thing = Thing()
    with ThreadPoolExecutor(4) as pool:
        several = [pool.submit(answer, thing) for _ in range(4)]
        go.set()
        found = [one.result() for one in several]
    assert found == [[1]] * 4
    assert all(one is found[0] for one in found)


def test_equal_looking_things_have_answers_of_their_own() -> None:
    answer = kept(8)(lambda thing: [thing])
    first, second = Thing(), Thing()
    assert answer(first)[0] is first
    assert answer(second)[0] is second
    assert answer(first) is answer(first)


def test_a_mistake_is_told_to_all_who_wait_and_not_kept() -> None:
    times = []

    @kept(2)
    def answer(word: str) -> str:
        times.append(word)
        raise UserError("no_commodity")

    for _ in range(2):
        with pytest.raises(UserError):
            answer("x")
    assert len(times) == 2


def test_only_the_answers_asked_for_last_are_kept() -> None:
    times = []

    @kept(2)
    def answer(word: str) -> str:
        times.append(word)
        return word

    for word in ("a", "b", "a", "c", "a", "b"):
        answer(word)
    assert times == ["a", "b", "c", "b"]


def test_an_answer_under_way_about_what_was_let_go_is_given_but_not_kept() -> None:
    begun, go = threading.Event(), threading.Event()

    @kept(8)
    def answer(thing: Thing) -> list[Thing]:
        begun.set()
        assert go.wait(10)
        return [thing]

    thing = Thing()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(answer, thing)
        assert begun.wait(10)
        let_go(thing)
        go.set()
        assert under_way.result()[0] is thing
    assert answer(thing) is not answer(thing)
    gone = weakref.ref(thing)
    del thing, under_way
    gc.collect()
    assert gone() is None
