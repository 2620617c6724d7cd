"""The catalogue of user-facing texts, in Japanese and English.

`text("key", "ja", name=value)` is the one way to a sentence that a user reads. Both languages hold the same
keys with the same placeholders; tests/completeness fails on any difference.
"""

import locale
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeGuard

Lang = Literal["ja", "en"]
LANGS: Final[tuple[Lang, ...]] = ("ja", "en")


@cache
def catalogue(lang: Lang) -> dict[str, str]:
    """All texts of one language, by dotted key: those of `ja.toml`, and of `ja.*.toml` for single rooms and pages.

    Raises
    ------
    ValueError
        A key stands in two of the files: a developer's mistake.
    """
    flat: dict[str, str] = {}
    parts = (one for one in files(__name__).iterdir() if one.name.startswith(f"{lang}.") and one.name.endswith(".toml"))
    stack: list[tuple[str, dict[str, Any]]] = [("", tomllib.loads(one.read_text("utf-8"))) for one in parts]
    while stack:
        prefix, branch = stack.pop()
        for key, value in branch.items():
            if isinstance(value, dict):
                stack.append((f"{prefix}{key}.", value))
            elif flat.setdefault(f"{prefix}{key}", value) is not value:
                message = f"the text {prefix}{key} stands in two files of the language {lang}"
                raise ValueError(message)
    return flat


_JOINED: dict[str, Mapping[Lang, str]] = {}
"""Names of what is declared, by key; filled by the decorators."""


def join(key: str, words: Mapping[Lang, str]) -> None:
    """Let a name that stands on a declaration be read like a text; it has no placeholders."""
    _JOINED[key] = words


def text(key: str, lang: Lang, **values: object) -> str:
    """Return one text with its placeholders filled, or the name of something declared.

    Raises
    ------
    KeyError
        The key is neither in the catalogue nor declared: a developer's mistake.
    """
    if key in _JOINED:
        return _JOINED[key][lang]
    return catalogue(lang)[key].format(**values)


def is_lang(code: str) -> TypeGuard[Lang]:
    """Tell whether a code names a language that the catalogue holds."""
    return code in LANGS


_SPOKEN: ContextVar[Lang | None] = ContextVar("spoken", default=None)


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Make a language the default inside a `with`: that of one request, where a server answers in both."""
    mark = _SPOKEN.set(lang)
    try:
        yield
    finally:
        _SPOKEN.reset(mark)


def default_lang() -> Lang:
    """Return the user's language: that of the request, else SHIGEN_LANG, else the locale, else English."""
    if (spoken := _SPOKEN.get()) is not None:
        return spoken
    code = os.environ.get("SHIGEN_LANG") or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES")
    code = code or os.environ.get("LANG") or locale.getlocale()[0] or "en"
    return "ja" if code.lower().startswith("ja") else "en"


def shown_unit(unit: str, lang: Lang) -> str:
    """Return a unit in words of a language; as it is where the catalogue has none."""
    key = f"unit_shown.{unit.replace('/', '_per_').replace(' ', '_')}"
    return text(key, lang) if key in catalogue(lang) else unit


@cache
def _cited(lang: Lang) -> dict[str, str]:
    """Return what sources say in English → in a language, the longest first: a part never stands for the whole."""
    said, whole = catalogue(lang), catalogue("en")
    keys = sorted((key for key in whole if key.startswith("cited.")), key=lambda key: -len(whole[key]))
    return {whole[key]: said[key] for key in keys}


def source_words(source: str, lang: Lang) -> str:
    """Return the source of a figure in words of a language: titles stay as they are, what is said of them does not.

    Parts are joined by "; "; a part may stand behind a key, as in "CHN-2025-04-04: on the control list".
    """
    if lang == "en" or source in _cited(lang):
        return _cited(lang).get(source, source)
    parts = source.split("; ")
    said = [_in_words(part, _cited(lang)) for part in parts]
    return "；".join(one or part for one, part in zip(said, parts, strict=True)) if any(said) else source


def _in_words(part: str, cited: Mapping[str, str]) -> str:
    """Return one part of a source in words; empty where there are none for it."""
    key, _, rest = part.partition(": ")
    return cited.get(part) or (f"{key}：{cited[rest]}" if rest in cited else "")


def joined(parts: list[str], lang: Lang) -> str:
    """Join list items the way each language does."""
    return ("、" if lang == "ja" else ", ").join(parts)


def sentences(parts: Iterable[str], lang: Lang) -> str:
    """Return sentences as one text, without those that say nothing."""
    return ("" if lang == "ja" else " ").join(part for part in parts if part)


def in_brackets(words: str, lang: Lang) -> str:
    """Return words in brackets, to stand behind others."""
    return f"（{words}）" if lang == "ja" else f" ({words})"


def capital(words: str) -> str:
    """Return words as they begin a sentence, begin a cell or stand beside a bar."""
    return words[:1].upper() + words[1:]


def signless(shown: str) -> str:
    """Return a printed number without the sign of a zero: "-0.000" and "+0.0 %" are zeros."""
    return shown[1:] if shown[:1] in ("-", "+") and not any(digit in shown for digit in "123456789") else shown


def shown_date(date: str, lang: Lang) -> str:
    """Return a day, a month or a year as a language writes it; English keeps ISO 8601, and so does what is no date."""
    if lang == "en" or not re.fullmatch(r"\d{4}(-\d\d){0,2}", date):
        return date.replace(" or ", text("date.either", lang))
    parts = zip(date.split("-"), ("year", "month", "day"), strict=False)
    return "".join(text(f"date.{part}", lang, value=int(value)) for value, part in parts)


def typeset(content: str, lang: Lang) -> str:
    """Return a text or page in which a Japanese percent sign is full width and follows its number at once.

    English names of sources keep theirs.
    """
    return re.sub(r"(?<=\d) %(?! ?[A-Za-z])", "％", content) if lang == "ja" else content
