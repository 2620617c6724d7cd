"""The user's mistakes. A message says where, what is there, what was expected, and how to mend it.

A `UserError` carries a key of the catalogue (`error.<key>.fact`, `.expected`, `.mend`) and the values to fill
in, so that each skin can show it in its own language. The CLI prints it and ends with exit code 2.
Developers' mistakes stay plain `ValueError`/`TypeError` with their traceback.
"""

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

from shigen.base.i18n import Lang, catalogue, default_lang, joined, text


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
        Fill the placeholders of the message.
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

    def part(self, name: str, lang: Lang) -> str:
        """Return one part of the message (`fact`, `expected` or `mend`); empty when it has none."""
        key = f"error.{self.key}.{name}"
        return text(key, lang, **self.values) if key in catalogue(lang) else ""

    def message(self, lang: Lang) -> str:
        """Return the whole message in one language."""
        parts = [self.part("fact", lang), self.part("expected", lang)]
        if self.suggestions:
            parts.append(text("error.did_you_mean", lang, choices=joined(list(self.suggestions), lang)))
        parts.append(self.part("mend", lang))
        body = ("" if lang == "ja" else " ").join(p for p in parts if p)
        return text("error.at", lang, place=self.place, message=body) if self.place else body

    def __str__(self) -> str:
        return self.message(default_lang())


def _clean(value: object) -> object:
    """Return what a user typed fit to be printed: no control characters, no more than a line of it."""
    if not isinstance(value, str):
        return value
    shown = "".join(c if c.isprintable() else " " for c in value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


LONGEST = 300


class UserErrors(UserError):
    """All the mistakes of one file or call, in one list."""

    def __init__(self, errors: Iterable[UserError]) -> None:
        self.errors = tuple(errors)
        super().__init__("several")

    @property
    def each(self) -> tuple[UserError, ...]:
        """Return the mistakes that it gathers."""
        return self.errors

    def message(self, lang: Lang) -> str:
        """Return every message, one a line."""
        return "\n".join(error.message(lang) for error in self.errors)


def raise_all(errors: Sequence[UserError]) -> None:
    """Raise one error, or the list of them; do nothing when there is none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise UserErrors(errors)


def suggest(word: str, choices: Iterable[str], *, n: int = 3) -> list[str]:
    """Return the choices that are spelled most like a word."""
    by_fold = {choice.casefold(): choice for choice in choices}
    return [by_fold[c] for c in get_close_matches(word.casefold(), by_fold, n=n, cutoff=0.6)]


def check_view(view: str, known: Collection[str]) -> None:
    """Refuse a view that there is none of, with those there are.

    Raises
    ------
    UserError
        The view is not known.
    """
    if view not in known:
        raise UserError("unknown_view", suggestions=suggest(view, known), word=view, known=", ".join(known))
