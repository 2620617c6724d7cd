"""How templates are read and how numbers stand in them, the same in the report and in the workbench."""

from typing import TYPE_CHECKING

from shigen.base import numbers
from shigen.base.i18n import source_words

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def environment(package: str, folder: str) -> "Environment":
    """Return the templates of a package: text is escaped, a name that is not there is a mistake."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    templates = Environment(loader=PackageLoader(package, folder), autoescape=True, undefined=StrictUndefined,
                            trim_blocks=True, lstrip_blocks=True)  # fmt: skip
    templates.filters |= {**numbers.FORMS, "plain": numbers.plain, "percent": numbers.percent, "change": numbers.change,
                          "cited_in": source_words, "lines": _lines}  # fmt: skip
    templates.globals |= {"arrow": numbers.arrow, "money": numbers.money}
    return templates


def _lines(words: str) -> "Markup":
    """Return a text with its line breaks."""
    from markupsafe import Markup

    return Markup("<br>").join(words.split("\n"))
