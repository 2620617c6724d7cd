"""What a message is: sentences of the catalogue with figures and names in them, and where each figure stands.

A message holds no words of a language, so that both languages say the same; a figure holds the row that it was read
from, so that every number of a sentence can be looked up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shigen.base import names
from shigen.base.i18n import LANGS, Lang, capital, joined, sentences, signless, text
from shigen.base.numbers import amount, decimals, percent, rate, rounded
from shigen.model.indicators import indicators

QUESTIONS: Final = ("worst", "sure", "todo", "effect", "type", "supply", "changed", "elsewhere", "unknown")
"""What is asked of a study, in the order in which it is answered: which minerals are hard to get, where and why; how
sure; what to do; what it changes; which type; who supplies; what changed; what others do; what is not known."""

MESSAGE_COLUMNS: Final = (
    "key", "commodity", "stage", "importance", "text_ja", "text_en", "numbers", "evidence",
)  # fmt: skip
FIGURE_COLUMNS: Final = ("value", "unit", "written", "table", "where", "column")

FORMS: Final[Mapping[str, Callable[[float], str]]] = {
    "two": lambda value: decimals(value, 2),
    "three": lambda value: decimals(value, 3),
    "moved": lambda value: signless(f"{value:+.3f}"),
    "percent": lambda value: percent(value).removesuffix(" %"),
    "rest": lambda value: percent(1 - value).removesuffix(" %"),
    "amount": amount,
    "rounded": rounded,
    "rate": lambda value: rate(value).removesuffix(" %"),
    "count": lambda value: f"{value:.0f}",
}
"""How a figure is written: as a score; more precisely; as a change; in per cent; what it leaves to a hundred; as an
amount; rounded, as a projection; as a growth a year in per cent; as a count or year."""


@dataclass(frozen=True)
class Figure:
    """A number of a sentence, as one cell of a table of the study holds it."""

    value: float
    unit: str
    form: str
    """One of FORMS."""
    table: str
    """As `study.json` names it, with a dot between the levels."""
    where: Mapping[str, Any]
    """What the row holds in which columns; a tuple stands for any of its members."""
    column: str
    """Of a list, its length counts; empty: the rows that match are counted."""

    def shown(self) -> str:
        """Return it as it is written."""
        return FORMS[self.form](self.value)

    def row(self) -> dict[str, Any]:
        """Return it with FIGURE_COLUMNS."""
        where = {key: list(value) if isinstance(value, tuple) else value for key, value in self.where.items()}
        return {"value": self.value, "unit": self.unit, "written": self.shown(), "table": self.table, "where": where,
                "column": self.column}  # fmt: skip


COMMON: Final = ("stage", "type", "policy", "step")
"""Sections of the catalogue that hold common nouns: inside an English sentence they begin small, as minerals do."""


@dataclass(frozen=True)
class Name:
    """The name of something: of a mineral, a country, an indicator, or a word of the catalogue."""

    key: str
    of: str = "label"
    """label, indicator, or the section of the catalogue in which the key stands."""

    def in_words(self, lang: Lang) -> str:
        """Return it in a language."""
        if self.of == "indicator":
            return indicators()[self.key].name[lang]
        said = names.label(self.key, lang) if self.of == "label" else text(f"{self.of}.{self.key}", lang)
        return _inside(said) if self.of in COMMON or self.key in names.commodities() else said


@dataclass(frozen=True)
class Words:
    """Words that a table holds in each language."""

    said: Mapping[Lang, str]

    def in_words(self, lang: Lang) -> str:
        """Return them in a language."""
        return self.said[lang]


@dataclass(frozen=True)
class Several:
    """A list inside a sentence."""

    members: "tuple[Value, ...]"
    pair: bool = False
    """Whether it stands inside another list."""

    def in_words(self, lang: Lang) -> str:
        """Return it in a language."""
        parts = [_written(one, lang) for one in self.members]
        return text("message.and", lang).join(parts) if self.pair else joined(parts, lang)


@dataclass(frozen=True)
class Said:
    """A sentence, or a part of one: a text of the catalogue with what stands in it."""

    key: str
    values: "Mapping[str, Value]" = field(default_factory=dict)

    def in_words(self, lang: Lang) -> str:
        """Return it in a language."""
        return text(self.key, lang, **{name: _written(value, lang) for name, value in self.values.items()})


Value = Figure | Name | Words | Several | Said


def _inside(word: str) -> str:
    """Return a name as it stands inside a sentence; one that is an abbreviation keeps its capitals.

    Examples
    --------
    >>> _inside("Rare earths"), _inside("PGM"), _inside("レアアース")
    ('rare earths', 'PGM', 'レアアース')
    """
    return word[0].lower() + word[1:] if word[1:2].islower() else word


def _written(value: Value, lang: Lang) -> str:
    return value.shown() if isinstance(value, Figure) else value.in_words(lang)


def listed(keys: Iterable[str], of: str = "label") -> Several:
    """Return the names of several things as a list."""
    return Several(tuple(Name(key, of) for key in keys))


@dataclass(frozen=True)
class Message:
    """One thing that was found."""

    key: str
    """Its kind: one of QUESTIONS."""
    said: tuple[Said, ...]
    evidence: tuple[str, ...]
    """Where it leads: `commodity/indicator` or `commodity/stage`, as `explain` and the pages of figures take them."""
    commodity: str | None = None
    stage: str | None = None
    importance: float = 0.0
    """0 to 1, see `messages.importance`."""

    def text(self, lang: Lang) -> str:
        """Return its sentences."""
        return sentences((capital(one.in_words(lang)) for one in self.said), lang)

    @property
    def numbers(self) -> dict[str, Figure]:
        """The figures of its sentences by name, in their order; one inside a list has its place in its name."""
        return {name: figure for one in self.said for name, figure in _figures("", one)}

    def row(self) -> dict[str, Any]:
        """Return it with MESSAGE_COLUMNS."""
        return {
            "key": self.key, "commodity": self.commodity, "stage": self.stage, "importance": self.importance,
            **{f"text_{lang}": self.text(lang) for lang in LANGS},
            "numbers": {name: figure.row() for name, figure in self.numbers.items()},
            "evidence": list(self.evidence),
        }  # fmt: skip


def _figures(name: str, value: Value) -> Iterator[tuple[str, Figure]]:
    """Yield the figures inside a value, each with its way there as its name."""
    if isinstance(value, Figure):
        yield name, value
    elif isinstance(value, Several):
        for place, one in enumerate(value.members, start=1):
            yield from _figures(f"{name}.{place}", one)
    elif isinstance(value, Said):
        begun = f"{name}." if name else f"{value.key.rpartition('.')[2]}."
        for inner, one in value.values.items():
            yield from _figures(f"{begun}{inner}", one)
