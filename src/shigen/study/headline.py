"""What a headline is: a message in the words of a title."""

from dataclasses import dataclass
from typing import Final

from shigen.base.i18n import Lang
from shigen.study.message import Message, Said

MOST_NAMED: Final = 5
"""Minerals that a title names; of more their number is told."""


@dataclass(frozen=True)
class Headline:
    """A title: what `Message` is to a paragraph."""

    key: str
    message: Message
    commodity: str = ""
    """The mineral that it speaks of, where a part shows that one alone."""
    scenario: str = ""

    def text(self, lang: Lang) -> str:
        """Return it in a language, without a full stop."""
        return self.message.text(lang)


def headline(key: str, said: Said, *evidence: str) -> Headline:
    """Return a headline of one sentence."""
    return Headline(key, Message(key, (said,), evidence))
