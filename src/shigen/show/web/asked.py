"""What an address asks for: importer, year, editions, basis and minerals, and the policies that it names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from shigen.base import names
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import default_lang, text
from shigen.base.years import EARLIEST, LATEST
from shigen.model.chain import Basis, meti13
from shigen.model.levers import find_lever_kind, lever, lever_kinds
from shigen.model.scoring import Scoring, declared

COMMON: Final = ("importer", "year", "edition", "basis", "lang")
"""Parameters that every page keeps in its links."""
KEPT: Final = (*COMMON, "unit")
"""Parameters that links between pages keep: the former, and how amounts are shown."""
HOME: Final = "JPN"
SCENARIOS: Final = ("a", "b", "c")
"""Parameters that hold lists of policies, see `plan_of`."""
MOST: Final = 40
"""Series, policies or other things that one address may name; minerals, all there are."""

MOST_EXTENT: Final = 350
"""Minerals times years of one call: METI's 13 over 26 years, some 190 MB while they are computed."""


class Params(Protocol):
    """The parameters of an address, some of them repeated."""

    def get(self, key: str, /) -> str | None:
        """Return the last value of a parameter."""
        ...

    def getlist(self, key: str, /) -> list[str]:
        """Return all values of a parameter."""
        ...


@dataclass(frozen=True)
class Asked:
    """Which figures are asked for; equal questions have equal answers, which are kept."""

    importer: str = HOME
    year: int | None = None
    """The newest with trade when None."""
    edition: tuple[str, ...] = ()
    basis: Basis = "sourcing"
    commodities: tuple[str, ...] = ()
    """METI's 13 when empty."""
    weights: tuple[tuple[str, float], ...] = ()
    """Of axes, those that are not as declared."""

    def weighted(self, weights: Mapping[str, Any]) -> "Asked":
        """Return the question in a scoring of these weights, checked as those of a study file are.

        Raises
        ------
        UserError
            What is wrong with them.
        """
        usual = declared("weights")
        chosen = Scoring(weights=weights).weights
        return replace(self, weights=tuple((key, one) for key, one in chosen.items() if one != usual[key]))

    def naming(self, words: Sequence[str]) -> "Asked":
        """Return the question about minerals by any of their names; METI's 13 where there is none.

        Raises
        ------
        UserError
            One is not known, or named twice.
        """
        keys = names.each_commodity(words) if words else ()
        return replace(self, commodities=() if keys == meti13() else keys)

    def of(self, commodity: str) -> "Asked":
        """Return the question that holds a mineral: METI's 13 where it is one of them, else it alone."""
        keys = self.commodities or meti13()
        return self if commodity in keys else replace(self, commodities=(commodity,))

    def about(self, *commodities: str) -> "Asked":
        """Return the question that holds minerals, whichever the address names: METI's 13 where all are among them."""
        return replace(self, commodities=()).of_all(commodities)

    def of_all(self, commodities: Iterable[str]) -> "Asked":
        """Return the question that holds several minerals: METI's 13 where all are among them, else them alone."""
        every = tuple(dict.fromkeys(commodities))
        return self if set(every) <= set(self.commodities or meti13()) else replace(self, commodities=every)


def asked_of(params: Params) -> Asked:
    """Read the common parameters of an address, and `commodity`, which may be repeated.

    Raises
    ------
    UserError
        A name that is not known, a year that is none, or too many minerals.
    """
    where = question_of(params.get("importer") or HOME, year_of(params.get("year")), several(params, "edition"),
                        params.get("basis") or "sourcing")  # fmt: skip
    return where.naming(several(params, "commodity", most=len(names.commodities())))


def question_of(importer: str, year: int | None, edition: Iterable[str], basis: str) -> Asked:
    """Return the question that names ask; equal whatever the order of the editions.

    Raises
    ------
    UserError
        A name that is not known.
    """
    if basis not in ("sourcing", "imports_only"):
        raise UserError("unknown_basis", word=basis)
    return Asked(names.importer(importer), year, tuple(sorted(edition)), basis)  # type: ignore[arg-type]


def check_extent(minerals: int, years: int) -> None:
    """Refuse minerals over years that would take more memory than a call is given, before anything is built.

    Raises
    ------
    UserError
        There are too many of them.
    """
    if minerals * years > MOST_EXTENT:
        raise UserError("web_extent", minerals=minerals, years=years, most=MOST_EXTENT)


def several(params: Params, key: str, *, most: int = MOST) -> list[str]:
    """Return the values of a parameter that may be repeated, without the empty ones.

    Raises
    ------
    UserError
        There are too many.
    """
    words = [word for word in params.getlist(key) if word.strip()]
    if len(words) > most:
        raise UserError("web_many", name=key, count=len(words), most=most)
    return words


def year_of(word: str | None) -> int | None:
    """Read a year; None where there is none.

    Raises
    ------
    UserError
        It is no year.
    """
    if not (word or "").strip():
        return None
    number = whole(str(word))
    if number is None or not EARLIEST <= number <= LATEST:
        raise UserError("study_value", name="year", value=word, rule=text("rule.year", default_lang()))
    return number


def whole(word: str) -> int | None:
    """Return a whole number of at most nine digits; None where it is none."""
    bare = word.strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 10 else None


def number(name: str, word: str) -> float:
    """Read a number from an address.

    Raises
    ------
    UserError
        It is none.
    """
    try:
        value = float(word) if len(word) < 40 and word.isascii() else None
    except ValueError:
        value = None
    if value is None or not abs(value) < 1e18:
        raise UserError("study_value", name=name, value=word, rule=text("rule.number", default_lang()))
    return value


def levers_of(params: Params, commodity: str) -> tuple[Lever, ...]:
    """Read the policies for one mineral: `smelter_investment=20&smelter_investment.host=JPN`; size 0 is no policy.

    Raises
    ------
    UserError
        A size or a share that is no number or out of range, a host that is not known or lacks.
    """
    levers = []
    for key, kind in lever_kinds().items():
        word, place = params.get(key), params.get(f"{key}.host")
        parts = {part: params.get(f"{key}.{part}") for part in ("offtake", "cost_musd")}
        size = number(key, word) if word and word.strip() else 0.0
        if size:
            more = {part: number(f"{key}.{part}", own) for part, own in parts.items() if own}
            host = place if kind.needs_host else None
            levers.append(lever_of(key, commodity, size, host, **more))
    return tuple(levers)


def written(levers: Iterable[Lever]) -> Mapping[str, str]:
    """Return policies for one mineral as parameters of an address, see `levers_of`."""
    parameters: dict[str, str] = {}
    for policy in levers:
        parameters[policy.key] = f"{policy.size:.12g}"
        if policy.host:
            parameters[f"{policy.key}.host"] = policy.host
        if policy.offtake != 1:
            parameters[f"{policy.key}.offtake"] = f"{policy.offtake:.12g}"
        if policy.cost_musd is not None:
            parameters[f"{policy.key}.cost_musd"] = f"{policy.cost_musd:.12g}"
    return parameters


def plan_of(params: Params, key: str) -> tuple[Lever, ...]:
    """Read a list of policies for several minerals, each `kind:mineral:host:size[:offtake[:cost]]`.

    Raises
    ------
    UserError
        One has not this form, or says what cannot be.
    """
    levers = []
    for word in several(params, key):
        parts = [*word.split(":"), "", "", "", "", ""][:6] if 3 <= word.count(":") <= 5 else None
        if parts is None:
            raise UserError("web_lever", name=key, word=word)
        kind, commodity, host, size, offtake, cost = parts
        more = {name: number(f"{key}.{name}", own) for name, own in (("offtake", offtake), ("cost_musd", cost)) if own}
        levers.append(lever_of(kind, commodity, number(key, size), host or None, **more))
    return tuple(levers)


def plan_words(levers: Sequence[Lever]) -> list[str]:
    """Return policies as the words of an address, see `plan_of`."""
    return [
        ":".join([one.key, one.commodity, one.host or "", _exact(one.size),
                  *([_exact(one.offtake)] if one.offtake != 1 or one.cost_musd is not None else []),
                  *([_exact(one.cost_musd)] if one.cost_musd is not None else [])])
        for one in levers
    ]  # fmt: skip


def _exact(value: float) -> str:
    """Return a number in as few digits as give the same number again."""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)


def without_files(tree: Mapping[str, Any]) -> None:
    """Refuse a study that names files of the server.

    Raises
    ------
    UserError
        It names a snapshot, an overlay or an earlier study.
    """
    for key in ("overlay", "snapshot", "against"):
        if tree.get(key):
            raise UserError("web_study_key", word=key)


def lever_of(key: str, commodity: str, size: float, host: str | None, **more: float) -> Lever:
    """Return a policy whose size goes by the one name that its kind has.

    Raises
    ------
    UserError
        See `shigen.lever`.
    """
    return lever(key, commodity, host=host, **{find_lever_kind(key).size_name: size}, **more)  # type: ignore[arg-type]
