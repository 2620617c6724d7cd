"""How uncertain the inputs of a figure are, in words: by which law, and where that was measured."""

from collections.abc import Iterable

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.model.spread import PARAMETERS
from shigen.model.variables import VARIABLES
from shigen.model.views import declared


def spreads(reads: Iterable[str], commodity: str, lang: Lang) -> list[tuple[str, str]]:
    """Return a heading and the law of each kind of input that a formula reads, as declared; not a study's own choice.

    Parameters
    ----------
    reads : iterable of str
        Variables and views.
    commodity : str
        Whose class decides how far production is revised.
    """
    stand_on = (VARIABLES.get(name) for one in reads for name in declared(one).stands_on)
    groups = dict.fromkeys(one.spread.group for one in stand_on if one and one.spread)
    values = {key: f"{one.value:g}" for key, one in PARAMETERS.items()}
    values["sigma"] = values[f"production_{names.commodities()[commodity].spread}"]
    return [(text("explain.spread", lang, of=text(f"spread_of.{group}", lang)),
             text(f"spread_law.{group}", lang, **values)) for group in groups]  # fmt: skip
