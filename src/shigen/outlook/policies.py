"""The views of the observatory under one name, with the choices that each takes."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from shigen.base.errors import UserError, check_view
from shigen.base.i18n import Lang, default_lang
from shigen.figures.factbase import FactBase
from shigen.outlook.elsewhere import ELSEWHERE_COLUMNS, elsewhere
from shigen.outlook.observatory import (
    DOCUMENT_COLUMNS,
    MATRIX_COLUMNS,
    MEASURE_COLUMNS,
    TIMELINE_COLUMNS,
    Rows,
    documents,
    matrix,
    measures,
    timeline,
)


def _elsewhere_rows(
    *, home: str | None = None, commodity: str | None = None, lang: Lang | None = None, facts: FactBase | None = None
) -> Rows:  # fmt: skip
    return elsewhere(home or "JPN", commodity=commodity, facts=facts).rows(lang or default_lang())


VIEWS: Final[dict[str, tuple[Callable[..., Rows], tuple[str, ...], tuple[str, ...]]]] = {
    "measures": (measures, MEASURE_COLUMNS, ("commodity", "region", "instrument", "years", "measure", "as_of")),
    "timeline": (timeline, TIMELINE_COLUMNS, ("commodity", "region", "instrument", "years")),
    "matrix": (matrix, MATRIX_COLUMNS, ("region",)),
    "documents": (documents, DOCUMENT_COLUMNS, ("region", "years")),
    "elsewhere": (_elsewhere_rows, ELSEWHERE_COLUMNS, ("home", "commodity")),
}
"""Each view: its rows, its columns, and the choices that it takes."""


def policies(
    view: str = "measures", *, commodity: str | None = None, region: str | None = None, instrument: str | None = None,
    years: Sequence[int] | None = None, home: str | None = None, measure: str | None = None,
    as_of: str | int | None = None, lang: Lang | None = None, facts: FactBase | None = None,
) -> Rows:  # fmt: skip
    """Return the rows of one view: measures, timeline, matrix, documents, or elsewhere (what the home does not do).

    Parameters
    ----------
    view : str
        A key of VIEWS.
    commodity, region, instrument, years, measure, as_of
        Choices, as in `measures`; the timeline takes the first four, the matrix `region`, documents `region` and
        `years`, elsewhere `commodity`.
    home : str, optional
        Of the view elsewhere; Japan when not given.
    lang : {"ja", "en"}, optional
        The locale's when not given.
    facts : FactBase, optional
        Whose tables are asked; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        A word that is not known, or a choice that the view does not take.
    """
    check_view(view, VIEWS)
    rows, columns, takes = VIEWS[view]
    choices: dict[str, Any] = {
        "commodity": commodity, "region": region, "instrument": instrument, "years": years, "home": home,
        "measure": measure, "as_of": as_of,
    }  # fmt: skip
    given = {name: value for name, value in choices.items() if value is not None}
    for name in given:
        if name not in takes:
            raise UserError("choice_unused", word=name, view=view, known=", ".join(takes))
    return [{column: row[column] for column in columns} for row in rows(**given, lang=lang, facts=facts)]
