"""What a chart is: one declared function that makes its rows, beside a spec that knows no figures.

`@chart_kind` registers the function and returns it unchanged. The library, the addresses of the web and a study's
folder ask the declaration what a chart takes, of what it is drawn and what it cites; none knows a chart by its key.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, Lang, text
from shigen.base.modules import import_all

if TYPE_CHECKING:
    from shigen.figures.factbase import FactBase

Rows = list[dict[str, Any]]
Per = Literal["whole", "commodity", "country"]
Files = Callable[[Sequence[str], "FactBase | None"], Mapping[str, str | None]]
"""Commodities of a study, and its facts (those in use when None) → the name of each picture in its folder, with the
commodity that it is of."""

TAKES: Final[Mapping[str, str]] = {
    "lang": "language of its words",
    "commodity": "the one commodity that is shown; None where none is named",
    "commodities": "keys of the commodities that are asked for",
    "facts": "the figures in use",
    "assessments": "assessments of one year, as a list",
    "verdicts": "the types of the minerals, with their odds where there are draws",
    "past": "assessments over years, as a list",
    "series": "assessments that are told apart by place and name (`charts.profile.Series`), as a list",
    "alone": "assessments with one policy each in place (`study.alone.Alone`), as a list; a door may have none",
    "shares": "rows of `model.suppliers` with every country, of the newest year that is asked for",
    "projects": "sites and projects",
    "screening": "the screening of critical lists",
    "demand": "demand to 2050",
    "scenarios": "scenarios of demand that are shown; all when empty",
    "stocks": "what comes back from products",
    "country": "the page of one country",
    "tornado": "how far each input alone moves the stage risks",
    "stops": "stops of supply, played (`study.stops.played.Stops`); None where a study plays none",
}
"""What a chart may take: the names of its parameters, with their meaning."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, eq=False)
class Kind:
    """The declaration of one kind of chart."""

    key: str
    """Its address, and its name in a study's folder unless `files` says otherwise."""
    name: Mapping[Lang, str]
    per: Per
    """Of what it is drawn: of all together, or of one commodity or one country at a time."""
    takes: tuple[str, ...]
    """Keys of TAKES, as the parameters of `rows` name them."""
    cites: Callable[..., Iterable[str]]
    """Its sources; the parameters name what it looks at: keys of TAKES, and `rows`."""
    rows: Callable[..., Rows]
    """The declared function: its data, which a user can download."""
    spec: Callable[[Lang], Any]
    """Makes the Altair chart of a language, its data named `rows`."""
    files: Files
    """Its pictures in a study's folder."""
    reads: Callable[[Lang], str] | None = None
    """Says of what no legend in the picture tells how it is read; None where nothing is left to say."""

    def title(self, lang: Lang, of: str | None = None) -> str:
        """Return its name, with the commodity or the country that it is of."""
        if of is None:
            return self.name[lang]
        return text("chart.of", lang, chart=self.name[lang], commodity=names.label(of, lang))

    @property
    def names_one(self) -> bool:
        """Whether an address may name one commodity of it."""
        return self.per == "commodity" or "commodity" in self.takes

    @property
    def own(self) -> bool:
        """Whether it was declared outside the program."""
        return not self.rows.__module__.startswith("shigen.")


KINDS: dict[str, Kind] = {}
"""Filled by the decorator; `kinds` reads it in the order of the alphabet."""

F = TypeVar("F", bound=Callable[..., Any])


def chart_kind(
    *,
    key: str,
    name: Mapping[Lang, str],
    per: Per,
    cites: Callable[..., Iterable[str]] | tuple[str, ...],
    spec: Callable[[Lang], Any],
    files: Files | None = None,
    reads: Callable[[Lang], str] | None = None,
) -> Callable[[F], F]:
    """Declare a chart; the function keeps its signature and its source.

    Its parameters name what it takes (see TAKES); it returns its rows, a dict each. Where it is drawn of one commodity
    and does not take `commodity`, it returns the rows of every one, each with its `commodity`.

    Parameters
    ----------
    key : str
        Lower case, digits and underscores; no shipped chart's.
    name : mapping
        Of "ja" and "en".
    per : {"whole", "commodity", "country"}
        Of what it is drawn.
    cites : tuple of str or callable
        Its sources, or a function of what the chart takes and of its `rows` that returns them.
    spec : callable
        Language → the Altair chart, its data `alt.NamedData("rows")`.
    files : callable, optional
        Commodities and facts of a study → the names of its pictures there, each with its commodity or None. When not
        given: one named as the key, or `<commodity>.<key>` of each commodity; none of a country.
    reads : callable, optional
        Language → how its marks are read, as far as no legend in it says; stands below a picture that is kept.

    Raises
    ------
    ValueError
        The key is taken or no key, a language lacks a name, or a parameter is none of TAKES.
    """

    def register(rows: F) -> F:
        takes = parameters(rows)
        stated = (lambda: cites) if isinstance(cites, tuple) else cites
        kind = Kind(key, name, per, takes, stated, rows, spec, files or _named(key, per), reads)
        _check(kind)
        KINDS[key] = kind
        return rows

    return register


def _check(kind: Kind) -> None:
    """Refuse a declaration that could not be drawn, when it is made and not when it is asked for."""
    if not _KEY.fullmatch(kind.key):
        message = f"the key of a chart is lower-case letters, digits and underscores, not {kind.key!r}"
        raise ValueError(message)
    lacking = [lang for lang in LANGS if not kind.name.get(lang)]
    if lacking:
        message = f"the chart {kind.key!r} has no name in: {', '.join(lacking)}"
        raise ValueError(message)
    unknown = [name for name in (*kind.takes, *parameters(kind.cites)) if name not in (*TAKES, "rows")]
    if unknown or "rows" in kind.takes:
        message = f"the chart {kind.key!r} takes {', '.join(unknown) or 'rows'}; there is: {', '.join(TAKES)}"
        raise ValueError(message)
    # A cell of a notebook that runs again declares its chart anew.
    before = (_shipped() if kind.own else KINDS).get(kind.key)
    if before is not None and not (kind.own and before.own):
        message = f"the chart {kind.key!r} is declared twice"
        raise ValueError(message)


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """Return the names of a function's parameters, in order."""
    return tuple(inspect.signature(function).parameters)


def _named(key: str, per: Per) -> Files:
    if per == "commodity":
        return lambda commodities, _: {f"{commodity}.{key}": commodity for commodity in commodities}
    return lambda *_: {} if per == "country" else {key: None}


def in_no_study(*of_study: object) -> Mapping[str, str | None]:  # noqa: ARG001 - see `Files`
    """Return no picture: `files` of a chart that a study's folder leaves out."""
    return {}


def _shipped() -> dict[str, Kind]:
    import_all(__name__.rpartition(".")[0])
    return KINDS


def kinds() -> dict[str, Kind]:
    """All kinds of charts by key, those that a user declared among them, in the order of the alphabet."""
    return dict(sorted(_shipped().items()))


def find_kind(key: str) -> Kind:
    """Return the kind of a key.

    Raises
    ------
    UserError
        There is no such chart.
    """
    if key not in _shipped():
        raise UserError("unknown_chart", suggestions=suggest(key, kinds()), word=key, known=", ".join(kinds()))
    return KINDS[key]
