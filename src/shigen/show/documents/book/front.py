"""The first sheet: the answer, how to work with the workbook, what each sheet is, and what it follows from."""

from collections.abc import Mapping
from typing import Final

from shigen import __version__
from shigen.base.i18n import source_words
from shigen.model.indicators import axes
from shigen.model.packages import POLICIES
from shigen.model.records import meta
from shigen.show.documents.book.held import SHEETS, Held
from shigen.show.report.sheet import sheet as table_of_policies
from shigen.show.report.used import inputs_hash
from shigen.study.changes import PARTS
from shigen.study.message import QUESTIONS

STEPS = ("edit", "follow", "add", "missing", "fixed", "status", "back")
COLOURS = (("choice", "input"), ("said", "fixed"), ("text", "live"))


def answer(a: Held) -> None:
    """Write the first sheet."""
    sheet = a.sheets["answer"]
    importer, year = a.name(a.run.study.importer), a.run.study.year
    sheet.put(0, 0, a.w("title"), "title")
    sheet.put(1, 0, a.t("deck.cover", importer=importer, year=year, minerals=len(a.order)), "soft")
    row = _part(a, 3, "answer")
    for question in QUESTIONS:
        told = [one for one in a.messages if one.key == question and one.commodity is None]
        for n, one in enumerate(told):
            sheet.put(row, 0, "" if n else a.t(f"message_question.{question}"), "strong")
            sheet.put(row, 1, one.text(a.lang))
            row += 1
    row = _part(a, row + 1, "how")
    for step in STEPS:
        sheet.put(row, 0, a.w(f"how.{step}"), "strong")
        sheet.put(row, 1, a.w(f"how.{step}_means"))
        row += 1
    row = _part(a, row + 1, "colours")
    for style, kind in COLOURS:
        sheet.put(row, 0, a.w(f"colour.{kind}"), style)
        sheet.put(row, 1, a.w(f"colour.{kind}_means"))
        row += 1
    row = _part(a, row + 1, "sheets")
    for key in SHEETS:
        if key != "answer":
            other = a.sheets[key].name
            sheet.page.write_url(row, 0, f"internal:'{other}'!A1", a.book.words("link"), other)
            sheet.put(row, 1, a.w(f"about.{key}"))
            row += 1
    row = _part(a, row + 1, "inputs")
    held = (("hash", inputs_hash(a.run)), ("snapshot", f"{a.facts.name} (sha256 {a.facts.hash})"),
            ("program", f"shigen {__version__}"))  # fmt: skip
    for key, value in held:
        sheet.put(row, 0, a.w(f"head.{key}"), "strong")
        sheet.put(row, 1, value)
        row += 1
    sheet.page.set_landscape()


def _part(a: Held, row: int, key: str) -> int:
    a.sheets["answer"].put(row, 0, a.w(f"part.{key}"), "part")
    return row + 1


ANSWERED: Final[Mapping[str, str]] = {"focus": "strong", "do": "text", "if": "choice", "no": "said", "": "said"}
"""How a cell looks by the answer that it gives."""


def policies(a: Held) -> None:
    """Write minerals by policies: each with its answer, condition, size, effect, cost and year, as delivered."""
    sheet = a.sheets["policies"]
    heads = [a.t("column.commodity"), *(a.t(f"policy.{policy}") for policy in POLICIES)]
    row = sheet.begin((a.w("note.policies"),), heads)
    for line in table_of_policies(a.run, a.lang, a.order):
        sheet.put(row, 0, a.name(line[0].commodity))
        for column, one in enumerate(line, start=1):
            sheet.put(row, column, "\n".join((one.word, *one.lines)), ANSWERED[one.answer])
        row += 1


def changes(a: Held) -> None:
    """Write what moved since the earlier study, or the year before, in its parts: values, as they were delivered."""
    sheet, moves = a.sheets["changes"], a.run.ledger
    if moves is None:
        sheet.begin((a.w("note.no_changes"),), ())
        return
    heads = [a.t("column.commodity"), a.t("column.indicator"), str(moves.first), str(moves.last), a.t("column.change"),
             *(a.t(f"deck.part_{part}") for part in PARTS), a.t("column.effect"), a.t("column.sentence")]  # fmt: skip
    row = sheet.begin((moves.note(a.lang),), heads)
    by_place = {(one["commodity"], one["indicator"]): one for one in moves.rows(a.lang)}
    for key in a.order:
        for axis in axes():
            one = by_place[key, axis]
            sheet.put(row, 0, a.name(key))
            sheet.put(row, 1, a.axis(axis))
            for column, name in enumerate(("then", "now"), start=2):
                sheet.number(row, column, one[name], "figure", "fixed")
            for column, name in enumerate(("change", *PARTS, "effect"), start=4):
                sheet.number(row, column, one[name], "change", "fixed")
            sheet.put(row, 5 + len(PARTS) + 1, one["sentence"])
            row += 1


def sources(a: Held) -> None:
    """Write every edition behind the inputs, with its terms and address."""
    sheet = a.sheets["sources"]
    row = sheet.begin((a.w("note.sources"),), a.head("edition", "publisher", "title", "terms", "address"))
    used = {name for row in a.axis_rows.values() for name in row["sources"]}
    used |= {name for names in meta(a.run.axes)["editions"].values() for name in names}
    used |= set(map(str, a.companions["edition"]))
    for edition, held in a.facts.editions.items():
        if edition in used:
            for column, one in enumerate((edition, held["publisher"], held["title"], held["terms"], held["address"])):
                sheet.put(row, column, source_words(one or "", a.lang))
            row += 1
