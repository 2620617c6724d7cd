"""What others do about minerals: measures, timeline, matrix, documents.

The timeline and the matrix are the study's, to 2021; measures carry both on. An event that is also a measure is told
once. What a measure's state is on a day or in a year is the business of `standing`; a statement that no source
confirms says so in every view.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from shigen.base import given, names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import LANGS, Lang, default_lang, joined, source_words, text
from shigen.figures.factbase import FactBase, Row
from shigen.figures.own.tables import BEYOND
from shigen.figures.rows import of_facts
from shigen.figures.store import current
from shigen.outlook.standing import AS_OF, Standing, standing

Rows = list[dict[str, Any]]


MEASURE_COLUMNS: Final = (
    "measure", "region", "region_name", "parties", "against", "instrument", "instrument_name", "also", "date", "starts",
    "ends", "title", "summary", "status", "status_name", "status_note", "as_of", "suspended_until", "status_printed",
    "commodities", "scope", "legal_reference", "levers", "confidence", "confidence_name", "recalled", "read",
    "read_name", "source",
)  # fmt: skip
TIMELINE_COLUMNS: Final = (
    "event", "date", "date_printed", "region", "region_name", "category", "category_name", "instrument",
    "instrument_name", "title", "label", "note", "commodities", "study", "measure", "confidence", "confidence_name",
    "source",
)  # fmt: skip
MATRIX_COLUMNS: Final = (
    "region", "region_name", "group", "group_name", "measure", "name", "status", "status_name", "remark", "note",
    "levers", "later", "later_titles", "confidence", "confidence_name", "source",
)  # fmt: skip
DOCUMENT_COLUMNS: Final = (
    "document", "region", "region_name", "kind", "kind_name", "date", "date_printed", "title", "asks", "report",
    "report_date", "proposes", "note", "legal_reference", "confidence", "confidence_name", "recalled", "source",
)  # fmt: skip


@of_facts
def instruments(facts: FactBase) -> dict[str, Row]:
    """The kinds of instruments by key, in their order."""
    return {row["instrument"]: row for row in facts.table("policy_instruments")}


def region_name(key: str, lang: Lang) -> str:
    """Return the short name of a region."""
    return text(f"policies.region.{key}", lang) if key in BEYOND else names.label(key, lang)


def find_region(word: str, *, facts: FactBase | None = None) -> str:
    """Return the key of a region: a country, EU27 (or EU), G7, UN, or WLD for the world.

    Raises
    ------
    UserError
        No country, bloc or group goes by that name.
    """
    special = {name.casefold(): key for key in BEYOND for name in (key, *(region_name(key, lang) for lang in LANGS))}
    region = special.get(word.strip().casefold())
    if region:
        return region
    try:
        return names.importer(word)
    except UserError as error:
        regions = {name: row["region"] for row in (facts or current()).table("measures")
                   for name in (row["region"], *(region_name(row["region"], lang) for lang in LANGS))}  # fmt: skip
        close = error.suggestions or tuple(dict.fromkeys(regions[name] for name in suggest(word, regions)))
        known = ", ".join(dict.fromkeys(regions.values()))
        raise UserError("unknown_region", suggestions=close, word=word, known=known) from error


def find_instrument(word: str, *, facts: FactBase | None = None) -> str:
    """Return the key of a kind of instrument, named by key or in either language.

    Raises
    ------
    UserError
        There is no such kind.
    """
    index = {name.casefold(): key for key, row in instruments(facts).items()
             for name in (key, *(row[f"name_{lang}"] for lang in LANGS))}  # fmt: skip
    instrument = index.get(word.strip().casefold().replace("-", "_"))
    if instrument is None:
        close = tuple(dict.fromkeys(index[name] for name in suggest(word, index)))
        raise UserError("unknown_instrument", suggestions=close, word=word, known=", ".join(instruments(facts)))
    return instrument


def find_measure(word: str, *, facts: FactBase | None = None) -> str:
    """Return the key of a measure.

    Raises
    ------
    UserError
        The table holds none by that key.
    """
    index = {row["measure"].casefold(): row["measure"] for row in (facts or current()).table("measures")}
    key = index.get(word.strip().casefold())
    if key is None:
        close = tuple(dict.fromkeys(index[name] for name in suggest(word, index)))
        raise UserError("unknown_measure", suggestions=close, word=word)
    return key


def takes_part(row: Row, region: str) -> bool:
    """Tell whether a region takes part: alone, as a party, through its bloc or through a member."""
    held = {row["region"], *names.split(row.get("parties", ""))}
    blocs = {bloc for bloc in names.blocs() if region in names.members(bloc)}
    return bool(held & {region, *blocs, *names.members(region)})


def kinds(row: Row) -> list[str]:
    """Return the kinds of instruments that a measure or an event holds, the first one first."""
    return [row["instrument"], *names.split(row.get("also", ""))]


def _picked(rows: Iterable[Row], facts: FactBase, *, commodity: str | None = None, region: str | None = None,
            instrument: str | None = None, years: Sequence[int] | None = None,
            measure: str | None = None) -> list[Row]:  # fmt: skip
    one = find_measure(measure, facts=facts) if measure else None
    mineral = names.commodity(commodity) if commodity else None
    place = find_region(region, facts=facts) if region else None
    kind = find_instrument(instrument, facts=facts) if instrument else None
    dated = None if years is None else set(given.years(years))
    return [
        row for row in rows
        if (mineral is None or mineral in names.split(row.get("commodities", "")))
        and (place is None or takes_part(row, place))
        and (kind is None or kind in kinds(row))
        and (one is None or row.get("measure") == one)
        and (dated is None or int(row["date"][:4]) in dated)
    ]  # fmt: skip


def _common(row: Row, lang: Lang) -> dict[str, Any]:
    return {
        "region": row["region"], "region_name": region_name(row["region"], lang), "confidence": row["confidence"],
        "confidence_name": text(f"confidence.{row['confidence']}", lang), "source": source_words(row["source"], lang),
    }  # fmt: skip


def _recalled(row: Row, lang: Lang) -> str:
    """Return in words which parts of a row no source confirms; empty where all are."""
    return joined([text(f"policies.recalled.{part}", lang) for part in names.split(row["recalled"])], lang)


def measures(
    *, commodity: str | None = None, region: str | None = None, instrument: str | None = None,
    years: Sequence[int] | None = None, measure: str | None = None, as_of: str | int | None = None,
    lang: Lang | None = None, facts: FactBase | None = None,
) -> Rows:  # fmt: skip
    """Return the measures of the regions, oldest first, with MEASURE_COLUMNS.

    Parameters
    ----------
    commodity : str, optional
        Only measures that name this mineral; lists such as "34 minerals" do not name it.
    region : str, optional
        Only what this region does, alone, as a party, or through its bloc.
    instrument : str, optional
        Only this kind of instrument.
    years : sequence of int, optional
        Only measures dated in these years.
    measure : str, optional
        Only this one, by its key.
    as_of : str or int, optional
        Day, month or year whose states are told; the day on which the table was last gone through when not given.
    lang : {"ja", "en"}, optional
        The locale's when not given.
    facts : FactBase, optional
        Whose tables are asked; those of the snapshot in use when not given.

    Raises
    ------
    UserError
        A mineral, region, instrument or measure that is not known, or a day that is none.
    """
    said, facts = lang or default_lang(), facts or current()
    rows = _picked(facts.table("measures"), facts, commodity=commodity, region=region, instrument=instrument,
                   years=years, measure=measure)  # fmt: skip
    return [measure_row(row, said, as_of, facts=facts) for row in sorted(rows, key=lambda row: row["date"])]


def measure_row(
    row: Row, lang: Lang, as_of: str | int | None = None, *, facts: FactBase | None = None
) -> dict[str, Any]:
    """Return a row of the table of measures in one language, with MEASURE_COLUMNS; its state as of a day or year."""
    when = AS_OF if as_of is None else as_of
    stands = standing(row, when, facts=facts)
    held = [instruments(facts)[kind] for kind in kinds(row)]
    levers = dict.fromkeys(lever for kind in held for lever in names.split(kind["lever"]))
    return {
        **{key: row[key] for key in ("measure", "date", "starts", "ends", "status_printed", "instrument", "read")},
        **_common(row, lang),
        "parties": names.split(row["parties"]), "against": names.split(row["against"]),
        "also": names.split(row["also"]),
        "instrument_name": held[0][f"name_{lang}"],
        "title": row[f"title_{lang}"], "summary": row[f"summary_{lang}"], "levers": list(levers),
        "status": stands.state, "status_name": text(f"policies.status.{stands.state}", lang),
        "status_note": _note(row, stands, lang),
        "as_of": str(when), "suspended_until": stands.suspension.printed if stands.suspension else "",
        "read_name": text(f"policies.read.{row['read']}", lang),
        "commodities": names.split(row["commodities"]), "scope": row[f"scope_{lang}"],
        "legal_reference": row[f"legal_{lang}"], "recalled": _recalled(row, lang),
    }  # fmt: skip


def _note(row: Row, stands: Standing, lang: Lang) -> str:
    """Return what the name of a state leaves out: its dates, then what the table adds in words."""
    return text("standing.between", lang).join(note for note in (stands.note(lang), row[f"status_{lang}"]) if note)


def timeline(
    *, commodity: str | None = None, region: str | None = None, instrument: str | None = None,
    years: Sequence[int] | None = None, lang: Lang | None = None, facts: FactBase | None = None,
) -> Rows:  # fmt: skip
    """Return the study's timeline and what came later, oldest first, with TIMELINE_COLUMNS; filters as `measures`.

    The date is the corrected one where the study's print has a slip; `date_printed` keeps the print, `note` says why.
    """
    said, facts = lang or default_lang(), facts or current()
    measures_of = {row["measure"]: row for row in facts.table("measures")}
    events = [{**row, "commodities": row["commodities"] or measures_of.get(row["measure"], row)["commodities"]}
              for row in facts.table("policy_events")]  # fmt: skip
    with_event = {row["measure"] for row in events}
    later = [{**row, "event": key, "category": instruments(facts)[row["instrument"]]["category"], "date_printed": "",
              "study": "", **{f"note_{one}": _note(row, standing(row, facts=facts), one) for one in LANGS}}
             for key, row in measures_of.items() if key not in with_event]  # fmt: skip
    rows = _picked([*events, *later], facts, commodity=commodity, region=region, instrument=instrument, years=years)
    return [_event(row, said, facts) for row in sorted(rows, key=lambda row: row["date"])]


def _event(row: Row, lang: Lang, facts: FactBase) -> dict[str, Any]:
    return {
        **{key: row[key] for key in ("event", "date", "date_printed", "category", "instrument", "measure")},
        **_common(row, lang),
        "category_name": text(f"policies.category.{row['category']}", lang),
        "instrument_name": instruments(facts)[row["instrument"]][f"name_{lang}"], "title": row[f"title_{lang}"],
        "label": row[f"label_{lang}"], "note": row[f"note_{lang}"], "commodities": names.split(row["commodities"]),
        "study": row["study"] == "yes",
    }  # fmt: skip


def matrix(*, region: str | None = None, lang: Lang | None = None, facts: FactBase | None = None) -> Rows:
    """Return the study's matrix, one row a region and measure, with MATRIX_COLUMNS.

    `levers` are the policies of this tool that model the measure, `later` the measures that came after the study.
    """
    said, facts = lang or default_lang(), facts or current()
    titles = {row["measure"]: row[f"title_{said}"] for row in facts.table("measures")}
    rows = [{**row, "instrument": "", "date": "0"} for row in facts.table("policy_matrix")]
    return [
        {
            **{key: row[key] for key in ("group", "measure", "status")}, **_common(row, said),
            "group_name": row[f"group_{said}"], "name": row[f"name_{said}"],
            "status_name": text(f"policies.matrix.{row['status']}", said), "remark": row[f"remark_{said}"],
            "note": row[f"note_{said}"], "levers": names.split(row["lever"]), "later": names.split(row["later"]),
            "later_titles": [titles[key] for key in names.split(row["later"])],
        }
        for row in _picked(rows, facts, region=region)
    ]  # fmt: skip


def documents(
    *, region: str | None = None, years: Sequence[int] | None = None, lang: Lang | None = None,
    facts: FactBase | None = None,
) -> Rows:  # fmt: skip
    """Return the orders and plans: what they ask, the report that answered, what it proposes; DOCUMENT_COLUMNS."""
    said, facts = lang or default_lang(), facts or current()
    rows = _picked(facts.table("documents"), facts, region=region, years=years)
    return [
        {
            **{key: row[key] for key in ("document", "kind", "date", "date_printed", "report_date", "legal_reference")},
            **_common(row, said), "kind_name": text(f"policies.kind.{row['kind']}", said),
            **{key: row[f"{key}_{said}"] for key in ("title", "asks", "report", "proposes", "note")},
            "recalled": _recalled(row, said),
        }
        for row in sorted(rows, key=lambda row: row["date"])
    ]  # fmt: skip
