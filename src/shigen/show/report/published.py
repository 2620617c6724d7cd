"""Other authors' methods and the user's own in the report: the answer first, then each figure with its reason."""

from typing import TYPE_CHECKING, Any

from shigen.base import names
from shigen.base.i18n import Lang, joined, source_words, text
from shigen.base.method import METHODS
from shigen.show.report import minerals

if TYPE_CHECKING:
    from shigen.study.run import Run


def rows(result: "Run", lang: Lang) -> list[dict[str, Any]]:
    """Return the rows of all methods, of today and with the study's policies in place."""
    return [row for one in result.methods for row in one.records(lang)]


def section(result: "Run", lang: Lang) -> list[dict[str, Any]]:
    """Return for each method its name, formula, origin and answer, and a row a mineral."""
    today = result.methods[0].records(lang)
    return [
        {
            "key": one.method, "answer": one.in_words(lang), "name": _name(one.method, lang),
            "formula": METHODS[one.method].written[lang], "differs": METHODS[one.method].origin[lang],
            "reference": METHODS[one.method].reference, "unit": METHODS[one.method].unit,
            "rows": [{**row, "mineral": names.label(row["commodity"], lang), "banded": minerals.banded(row),
                      "editions": joined([source_words(source, lang) for source in row["sources"]], lang)}
                     for row in today if row["method"] == one.method],
        }
        for one in result.agreement
    ]  # fmt: skip


def _name(key: str, lang: Lang) -> str:
    one = METHODS[key]
    return text("methods.own", lang, name=one.name[lang]) if one.own else one.name[lang]
