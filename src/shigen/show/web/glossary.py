"""Terms that a page explains where they first stand: one catalogue, `term` in the texts of each language."""

import re
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Final

from shigen.base.i18n import Lang, catalogue

UNMARKED: Final = frozenset({
    "a", "button", "code", "h1", "h2", "h3", "label", "legend", "option", "pre", "script", "select", "summary", "svg",
    "textarea", "thead",
})  # fmt: skip
"""Elements in which no term is marked: headings and heads of tables, code, and what leads or acts already."""
PART: Final = "[A-Za-z0-9一-龥々ァ-ヶー-]"
"""Letters that make a word a part of a longer one: 暫定 in 暫定弁法 is no term."""
_TAGS: Final = re.compile(r"(<[^>]*>)")
_NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")


@dataclass(frozen=True)
class Term:
    """A term with its words, its whole name and what it means."""

    key: str
    words: tuple[str, ...]
    name: str
    means: str


@cache
def terms(lang: Lang) -> tuple[Term, ...]:
    """Return the terms of a language, in the order of the catalogue."""
    every = catalogue(lang)
    keys = [key.split(".")[1] for key in every if key.startswith("term.") and key.endswith(".words")]
    return tuple(Term(key, tuple(every[f"term.{key}.words"].split("|")), every[f"term.{key}.name"],
                      every[f"term.{key}.means"]) for key in keys)  # fmt: skip


@cache
def _sought(lang: Lang) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return what finds the words of all terms, the longest first, and the term of each word."""
    of = {word: term for term in terms(lang) for word in term.words}
    each = "|".join(re.escape(word) for word in sorted(of, key=len, reverse=True))
    return re.compile(rf"(?<!{PART})(?:{each})(?!{PART})"), of


def explained(page: str, lang: Lang, methods: str) -> str:
    """Return a page whose main part leads from the first place of each term to its explanation.

    Parameters
    ----------
    page : str
        HTML.
    lang : {"ja", "en"}
        Its language.
    methods : str
        Address of the page that lists the terms.
    """
    start, end = page.find("<main"), page.find("</main>")
    if start < 0 or end < 0:
        return page
    pattern, of = _sought(lang)
    met: dict[str, Term] = {}

    def marked(match: re.Match[str]) -> str:
        term = of[match[0]]
        if term.key in met:
            return match[0]
        met[term.key] = term
        return (f'<a class="term" href="{escape(methods)}#term-{term.key}" data-tip="{escape(term.means)}" '
                f'aria-describedby="tip-{term.key}">{match[0]}</a>')  # fmt: skip

    parts, inside = [], 0
    for part in _TAGS.split(page[start:end]):
        if part.startswith("<"):
            found = _NAME.match(part)
            if found and found[1] in UNMARKED:
                inside += -1 if part.startswith("</") else 1
            parts.append(part)
        else:
            parts.append(part if inside else pattern.sub(marked, part))
    tips = "".join(f'<span id="tip-{term.key}">{escape(term.means)}</span>' for term in met.values())
    return page[:start] + "".join(parts) + (f'<div data-part="tips" hidden>{tips}</div>' if met else "") + page[end:]
