"""What critical lists name: elements, groups and materials, found by any of their names."""

from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS
from shigen.figures.factbase import FactBase, Row
from shigen.figures.rows import of_facts


@of_facts
def elements(facts: FactBase) -> dict[str, Row]:
    """The table of elements, groups and materials by key."""
    return {row["element"]: row for row in facts.table("elements")}


def find_element(word: str, *, facts: FactBase | None = None) -> str:
    """Return the key of an element named by key, commodity, or a name in either language.

    Raises
    ------
    UserError
        No list knows it.
    """
    index: dict[str, str] = {}
    for key, row in elements(facts).items():
        for name in (key, row["commodity"], *(row[f"name_{lang}"] for lang in LANGS)):
            if name:
                index.setdefault(name.casefold(), key)
    element = index.get(word.strip().casefold())
    if element is None:
        raise UserError("unknown_element", suggestions=suggest(word, index), word=word)
    return element
