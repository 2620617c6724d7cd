"""The user's mistakes. A message says where, what is there, what was expected, and how to mend it.

A `UserError` carries a key of the catalogue (`error.<key>.fact`, `.expected`, `.mend`) and the values to fill
in, so that each skin can show it in its own language. The CLI prints it and ends with exit code 2.
Developers' mistakes stay plain `ValueError`/`TypeError` with their traceback.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from itertools import islice
from math import log10

from shigen.base.i18n import Lang, catalogue, default_lang, joined, sentences, text


class UserError(Exception):
    """One mistake of the user.

    Parameters
    ----------
    key : str
        Entry `error.<key>` of the catalogue.
    place : str
        Where: file, line, sheet, row, column, or option; empty when the message needs none.
    suggestions : sequence of str
        Likely intents, best first.
    values
        Fill the placeholders of the message; one that follows the language is a function of it.
    """

    def __init__(self, key: str, *, place: str = "", suggestions: Sequence[str] = (), **values: object) -> None:
        self.key = key
        self.place = str(_clean(place))
        self.suggestions = tuple(suggestions)
        self.values = {name: _clean(value) for name, value in values.items()}
        super().__init__(key)

    @property
    def each(self) -> "tuple[UserError, ...]":
        """Return every single mistake: itself, or those that it gathers."""
        return (self,)

    def part(self, name: str, lang: Lang, *, http: bool = False) -> str:
        """Return one part of the message (`fact`, `expected` or `mend`); empty when it has none.

        `http`: for who asked over HTTP, to whom a command or an option of it means nothing.
        """
        key = f"error.{self.key}.{name}"
        key = f"{key}_http" if http and f"{key}_http" in catalogue(lang) else key
        if key not in catalogue(lang):
            return ""
        values = {name: value(lang) if callable(value) else value for name, value in self.values.items()}
        known = str(values.get("known", ""))
        if lang == "ja":
            known = known.replace(", ", "、")
            values |= {"known": known} if known else {}
        message = text(key, lang, **values)
        # Of a single word there is no "one of".
        return message if not known or "," in known or "、" in known else _one(message, known, lang)

    def message(self, lang: Lang, *, http: bool = False) -> str:
        """Return the whole message in one language; `http` as for `part`."""
        parts = [self.part("fact", lang, http=http), self.part("expected", lang, http=http)]
        if self.suggestions:
            parts.append(text("error.did_you_mean", lang, choices=joined(list(self.suggestions), lang)))
        parts.append(self.part("mend", lang, http=http))
        body = sentences(parts, lang)
        return text("error.at", lang, place=self.place, message=body) if self.place else body

    def __str__(self) -> str:
        return self.message(default_lang())


def _one(message: str, known: str, lang: Lang) -> str:
    """Return a message that offers a single word without calling it one of several."""
    several, single = text("error.one_of", lang, known=known), text("error.only", lang, known=known)
    return re.sub(re.escape(several), lambda _: single, message, flags=re.IGNORECASE)


def _clean(value: object) -> object:
    """Return what a user typed fit to be printed: no control characters, no more than a line of it."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = written(value) if abs(value) >= 10**18 else value
    if not isinstance(value, str):
        return value
    shown = "".join(c if c.isprintable() else " " for c in value[:LONGEST])
    return shown if len(value) <= LONGEST else f"{shown}…"


LONGEST = 500
DIGITS = 30  # a longer whole number is told by its size


def written(value: object) -> str:
    """Return what a user gave as Python writes it; a number of more digits than anyone reads by its size."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**DIGITS:
        return f"{'-' if value < 0 else ''}≈1e{int(value.bit_length() * log10(2))}"
    try:
        return repr(value)
    except ValueError:  # such a number somewhere inside
        return f"{type(value).__name__} …"


def _first(errors: "Iterable[UserError]", most: int) -> "list[UserError]":
    """Return the first mistakes; where there are more, a last one that says so. No more are looked for."""
    head = list(islice(errors, most + 1))
    return [*head[:most], UserError("more", count=most)] if len(head) > most else head


class UserErrors(UserError):
    """All the mistakes of one file or call, in one list."""

    def __init__(self, errors: Iterable[UserError]) -> None:
        self.errors = tuple(errors)
        super().__init__("several")

    @property
    def each(self) -> tuple[UserError, ...]:
        """Return the mistakes that it gathers."""
        return self.errors

    def message(self, lang: Lang, *, http: bool = False) -> str:
        """Return every message, one a line."""
        return "\n".join(error.message(lang, http=http) for error in self.errors)


MOST_PROBLEMS = 20
"""Mistakes of one study that are told at once."""


def raise_first(errors: Iterable[UserError], most: int = MOST_PROBLEMS) -> None:
    """Raise the first mistakes in one list, which says where there are more; no more of them are looked for."""
    raise_all(_first(errors, most))


def raise_all(errors: Sequence[UserError]) -> None:
    """Raise one error, or the list of them; do nothing when there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise UserErrors(errors)


def suggest(word: str, choices: Iterable[str], *, n: int = 3) -> list[str]:
    """Return the choices that are spelled most like a word."""
    by_fold = {choice.casefold(): choice for choice in choices}
    # what is longer than any name resembles none, and would take long to compare
    close = get_close_matches(word.casefold(), by_fold, n=n, cutoff=0.6) if len(word) <= LONGEST else []
    return [by_fold[c] for c in close]


def check_view(view: str, known: Collection[str]) -> None:
    """Refuse a view that there is none of, with those there are.

    Raises
    ------
    UserError
        The view is not known.
    """
    if view not in known:
        raise UserError("unknown_view", suggestions=suggest(view, known), word=view, known=", ".join(known))
