"""Methods of other authors on the same supply chain: one file a method, declared by `shigen.method`.

A method is declared like an indicator, beside its formula. It is computed of a chain with any further dims, so that
policies, scenarios and draws reach it, and stands under a dim `method`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from shigen.base import given, names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang
from shigen.base.method import METHODS, Method
from shigen.base.modules import import_all

if TYPE_CHECKING:
    import pandas as pd
    from xarray import Dataset

    from shigen.figures.factbase import FactBase
    from shigen.model.chain import Basis
    from shigen.model.criticality import Assessment

ALL: Final = "all"
"""The word for every importer with recorded imports."""


def declarations() -> dict[str, Method]:
    """All declared methods by key: ours in the order of the alphabet, then a user's own in theirs."""
    import_all(__name__)
    return dict(sorted(METHODS.items(), key=lambda item: (item[1].own, item[0])))


def find_method(word: str) -> Method:
    """Return the declaration of a method named by key or by its name in either language.

    Raises
    ------
    UserError
        No method goes by that name.
    """
    declared = declarations()
    for method in declared.values():
        if _is(method, word):
            return method
    raise UserError("unknown_method", suggestions=suggest(word, declared), word=word, known=", ".join(declared))


def _is(method: Method, word: str) -> bool:
    return word.strip().casefold() in {method.key, *(name.casefold() for name in method.name.values())}


def sorted_out(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the keys of methods and of commodities among words that may name either.

    Raises
    ------
    UserError
        A word names neither, or a commodity stands twice.
    """
    keys: list[str] = []
    minerals: list[str] = []
    for word in words:
        method = next((method for method in declarations().values() if _is(method, word)), None)
        if method is None:
            minerals.append(_commodity(word))
        else:
            keys.append(method.key)
    return list(dict.fromkeys(keys)), list(names.each_commodity(minerals)) if minerals else []


def _commodity(word: str) -> str:
    try:
        return names.commodity(word)
    except UserError as error:
        close = [*suggest(word, declarations()), *error.suggestions]
        raise UserError("method_or_commodity", suggestions=close, word=word, known=", ".join(declarations())) from None


@dataclass(frozen=True)
class MethodFigures:
    """What methods say of all that a chain holds."""

    chain: "Dataset | None"
    """None where the trade table was summed for every importer at once."""
    dataset: "Dataset"
    """`raw`, `raw_low`, `raw_high`, `coverage`, `status`, `reason`, `sources`, `figure_year` over (method, ...)."""

    def records(self, lang: Lang | None = None) -> list[dict[str, Any]]:
        """Return one row a method and commodity (and further dim), as in the JSON of `methods`."""
        from shigen.model.method_records import method_rows

        return method_rows(self.dataset, self.chain, lang)

    def meta(self) -> dict[str, Any]:
        """Return methods with their units and references, importer, years, editions and version."""
        from shigen.model.method_records import method_meta

        return method_meta(self.dataset, self.chain)

    def frame(self, *, missing: bool = False) -> "pd.DataFrame":
        """Return a long table, one row a figure; with `missing`, of cells without one too. Codes stand as words."""
        from shigen.model.method_records import frame

        return frame(self.dataset, missing=missing)


def methods(
    subject: "Assessment | Dataset | None" = None,
    *,
    keys: str | Sequence[str] | None = None,
    importer: str | Sequence[str] | None = None,
    year: int | None = None,
    years: int | Iterable[int] | None = None,
    commodities: str | Sequence[str] | None = None,
    edition: str | Sequence[str] | None = None,
    basis: "Basis | None" = None,
    facts: "FactBase | None" = None,
) -> MethodFigures:
    """Compute methods of other authors, and a user's own, on the same figures.

    Parameters
    ----------
    subject : Assessment or xarray.Dataset, optional
        What `shigen.assess` or `shigen.load` returned, with policies in place or without; else a chain is loaded.
    keys : str or sequence of str, optional
        Which methods, by key or name; all when not given, of every importer at once those that have sums of them.
    importer, year, years, commodities, edition, basis
        As `shigen.load` takes them, where there is no `subject`. The importer `all` is every country with recorded
        imports; then years and commodities are all that the facts hold, unless given.
    facts : FactBase, optional
        Those of the snapshot in use when not given.

    Returns
    -------
    MethodFigures
        `records()`, `meta()`, `frame()`, and `dataset` over (method, importer, year, scenario, draw …, commodity).

    Raises
    ------
    UserError
        An unknown name, one given twice, a year without figures, a chain that breaks its own rules, a subject beside
        what would load another, or a method that the chain does not suffice for.
    """
    from shigen.model.method_values import evaluate_methods

    declared = declarations()
    chosen = declared if keys is None else {key: declared[key] for key in _keys(keys)}
    if subject is not None:
        beside = {"importer": importer, "year": year, "years": years, "commodities": commodities, "edition": edition,
                  "basis": basis}  # fmt: skip
        if several := [name for name, value in beside.items() if value is not None]:
            raise UserError("methods_subject", word=", ".join(several))
        from xarray import Dataset as Chain

        chain = subject if isinstance(subject, Chain) else subject.chain
        return MethodFigures(chain, evaluate_methods(chain, chosen))
    from shigen.figures.store import current
    from shigen.model.chain import load

    facts = facts or current()
    if isinstance(importer, str) and importer == ALL:
        chosen = {key: one for key, one in chosen.items() if keys is not None or one.world is not None}
        return _everywhere(facts, chosen, year=year, years=years, commodities=commodities, edition=edition)
    asked: str | Sequence[str] = "JPN" if importer is None else importer
    of: dict[str, Any] = {"commodities": commodities, "edition": edition, "basis": basis or "sourcing", "facts": facts}
    chain = load(asked, year=year, years=years, **of)
    if not any(one.needs_world_imports for one in chosen.values()):
        return MethodFigures(chain, evaluate_methods(chain, chosen))
    when = chain["year"].values.tolist()
    wide = load(_every_importer(facts, chain), years=when, **of)
    if "year" not in chain.dims:
        wide = wide.squeeze("year")
    homes = chain["importer"].values.tolist()
    return MethodFigures(chain, evaluate_methods(wide, chosen).sel(importer=homes))


def _keys(words: str | Sequence[str]) -> list[str]:
    """Return the keys of at least one method, each once."""
    keys = list(dict.fromkeys(find_method(word).key for word in given.words(words, "keys")))
    if not keys:
        raise given.refused("keys", words, "list")
    return keys


def _every_importer(facts: "FactBase", chain: "Dataset") -> list[str]:
    """Return every country with recorded imports of the years of a chain, and the chain's importers."""
    from shigen.figures.flows import trade_years
    from shigen.figures.trade_sums import importers_held

    years = given.years(chain["year"].values)
    every = trade_years(facts, {key: (key,) for key in importers_held(facts)})
    homes = given.words(chain["importer"].values, "importer")
    return list(dict.fromkeys([*homes, *(key for key, some in every.items() if set(years) <= set(some))]))


def _everywhere(
    facts: "FactBase",
    chosen: dict[str, Method],
    *,
    year: int | None,
    years: int | Iterable[int] | None,
    commodities: str | Sequence[str] | None,
    edition: str | Sequence[str] | None,
) -> MethodFigures:
    """Return methods of every importer, each by its sums of the trade table."""
    import xarray as xr

    from shigen.figures import supply_map
    from shigen.model.method_values import FIGURES

    lacking = [one.key for one in chosen.values() if one.world is None]
    if lacking:
        raise UserError("method_not_everywhere", word=", ".join(lacking))
    if year is not None and years is not None:
        raise UserError("year_and_years")
    wanted = [given.year(year)] if year is not None else None if years is None else sorted(set(given.years(years)))
    minerals = tuple(names.commodities()) if commodities is None else names.each_commodity(
        given.words(commodities, "commodities"))  # fmt: skip
    editions = [facts.find_edition(word) for word in given.words(edition, "edition")] if edition is not None else []
    if len(editions) > 1:
        raise UserError("editions_clash", word=", ".join(editions))
    several = [one.world(facts, None, wanted, minerals, edition=editions[0] if editions else None)
               for one in chosen.values() if one.world is not None]  # fmt: skip
    whole = xr.concat([one[list(FIGURES)] for one in several], xr.Variable("method", list(chosen)), join="exact",
                      combine_attrs="override")  # fmt: skip
    whole.attrs["reasons"] = supply_map.reasons(facts, minerals)
    return MethodFigures(None, whole if year is None else whole.sel(year=wanted[0] if wanted else year))
