"""Which of a user's own rows a result does not read, and why.

What is read is not guessed: the rows are asked from `selection` and `flows` exactly as the chain asks them, and those
of the user that do not come back are told.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from xarray import Dataset

from shigen.base import names
from shigen.base.i18n import Lang, text
from shigen.figures import regeneration, selection, trade_sums
from shigen.figures import unread as unread_anywhere
from shigen.figures.factbase import FactBase
from shigen.figures.flows import trade_flows
from shigen.figures.selection import Question
from shigen.model.variables import LAGS, LIFE_SPAN

COLUMNS: Final = ("file", "place", "table", "row", "reason")


@dataclass(frozen=True)
class Unread:
    """A row of the user's that nothing reads."""

    file: str
    place: str
    table: str
    row: str
    """Its key in words: commodity, country, year …"""
    why: str
    """Key of the reason."""
    values: Mapping[str, object]
    unmapped: unread_anywhere.Unread | None = None
    """What no mineral's analysis reads, where that is the reason."""

    def reason(self, lang: Lang) -> str:
        """Return the reason in words."""
        return self.unmapped.to(lang) if self.unmapped else text(f"own_unread.{self.why}", lang, **self.values)

    def to_dict(self, lang: Lang) -> dict[str, str]:
        """Return it as a row of tables and JSON."""
        return {"file": self.file, "place": self.place, "table": self.table, "row": self.row,
                "reason": self.reason(lang)}  # fmt: skip

    def in_words(self, lang: Lang) -> str:
        """Return it in one line."""
        return text("own_unread.line", lang, place=self.place, table=text(f"table.{self.table}", lang), row=self.row,
                    reason=self.reason(lang))  # fmt: skip


def laid(facts: FactBase) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the user's own rows that lie over the public ones, by table."""
    return {table: layer.given for table, layer in facts.over.items() if layer.given}


def rows_read(facts: FactBase) -> list[dict[str, Any]]:
    """Return how many rows of each of the user's files lie over each table: `file`, `table`, `rows`."""
    counted = Counter((str(row["edition"]), table) for table, rows in laid(facts).items() for row in rows)
    return [{"file": file, "table": table, "rows": count} for (file, table), count in counted.items()]


def unread(chains: Sequence[Dataset], facts: FactBase, *, methods: bool = False) -> list[Unread]:
    """Return the user's rows that none of these supply chains reads, in the order in which they were given.

    `methods`: methods are computed of them too, which read political stability without the other five dimensions.
    """
    given = laid(facts)
    if not given:
        return []
    questions = [_question_of(chain, facts) for chain in chains]
    read = {table: set().union(*(_read(facts, table, *each) for each in questions)) for table in given}
    if methods and "governance" in read:
        read["governance"] |= set().union(*(_stable(facts, question) for question, _ in questions))
    return [
        _unread_row(facts, table, row, questions)
        for table, rows in given.items() for row in rows if _key(facts, table, row) not in read[table]
    ]  # fmt: skip


def _question_of(chain: Dataset, facts: FactBase) -> tuple[Question, dict[str, tuple[str, ...]]]:
    years = tuple(int(year) for year in chain["year"].values.flat)
    commodities = tuple(str(c) for c in chain["commodity"].values.flat)
    homes = {str(key): tuple(names.members(str(key))) for key in chain["importer"].values.flat}
    return Question(commodities, years, selection.as_of(facts, chain.attrs["as_of"])), homes


def _columns(facts: FactBase, table: str) -> tuple[str, ...]:
    """Return the columns that tell the rows of a table apart."""
    return ("edition", *facts.tables[table].facts.cell)


def _key(facts: FactBase, table: str, row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[column] for column in _columns(facts, table))


def _read(
    facts: FactBase, table: str, question: Question, homes: Mapping[str, Sequence[str]]
) -> set[tuple[object, ...]]:
    """Return the keys of the user's rows of a table that a question reads."""
    given = laid(facts)[table]
    editions = {row["edition"] for row in given}
    if table == "trade":
        keys = set()
        for outward in (False, True):
            flows = trade_flows(facts, question, homes, outward=outward)
            flows = flows[flows["edition"].isin(editions)]
            for row in flows.to_dict("records"):
                for member in homes[row["home"]]:
                    ends = (row["country"], member) if outward else (member, row["country"])
                    keys.add((row["edition"], *ends, row["hs6"], int(row["fact_year"])))
        return keys
    if table in ("production", "reserves"):
        # The change of reserve life reads the years before, too.
        years = (*question.years, *(year - LIFE_SPAN for year in question.years))
        rows = selection.country_figures(facts, table, Question(question.commodities, years, question.as_of))
        rows = rows.assign(commodity=rows["published_commodity"])
    elif table == "prices":
        rows = selection.prices(facts, question, LAGS)
        series = {(r["commodity"], r["series"]): r["series_commodity"] for r in facts.table("price_series")}
        rows = rows.assign(commodity=[series[c, s] for c, s in zip(rows["commodity"], rows["series"], strict=True)])
    elif table == "recycling":
        rows = regeneration.eu_rates(facts, question)
    elif table == "companionality":
        rows = selection.companionality(facts, question)
    elif table == "home_demand":
        rows = selection.home_demand(facts, question, list(homes))
        withdrawn = {_key(facts, table, row) for row in given if row["value"] is None and row["home"] in homes
                     and row["commodity"] in question.commodities}  # fmt: skip
        rows = rows[rows["edition"].isin(editions)]
        read = zip(rows["edition"], rows["home"], rows["commodity"], rows["fact_year"], strict=True)
        return {*withdrawn, *read}
    else:
        rows = selection.governance(facts, question)
    rows = rows[rows["edition"].isin(editions)].assign(year=lambda r: r["fact_year"])
    return {tuple(r[c] for c in _columns(facts, table)) for r in rows.to_dict("records")}


def _stable(facts: FactBase, question: Question) -> set[tuple[object, ...]]:
    """Return the keys of the rows of political stability that a question reads."""
    rows = trade_sums.stability_as_of(facts, question).assign(dimension="political_stability")
    return {
        tuple(r[c] for c in _columns(facts, "governance"))
        for r in rows.assign(year=rows["fact_year"]).to_dict("records")
    }


def _unread_row(
    facts: FactBase,
    table: str,
    row: Mapping[str, Any],
    questions: Sequence[tuple[Question, Mapping[str, Sequence[str]]]],
) -> Unread:
    unmapped = unread_anywhere.finder(facts, table)(row) if table == "trade" else None
    why, values = ("code", {}) if unmapped else _why(facts, table, row, questions)
    place = str(row["place"]).rpartition(", sha256")[0]
    shown = [str(row[column]) for column in facts.tables[table].facts.cell
             if row[column] is not None]  # fmt: skip
    return Unread(str(row["edition"]), place, table, ", ".join(shown), why, values, unmapped)


def _why(  # noqa: PLR0911 - a list of reasons, the first that holds
    facts: FactBase,
    table: str,
    row: Mapping[str, Any],
    questions: Sequence[tuple[Question, Mapping[str, Sequence[str]]]],
) -> tuple[str, dict[str, object]]:
    """Return the reason for which a row is not read, with what its text names."""
    commodities = {c for question, _ in questions for c in question.commodities}
    years = sorted({year for question, _ in questions for year in question.years})
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    served = _served(facts, table, row)
    if served is not None and not served:
        return "own_series", {"series": row.get("series") or "-"}
    if served is not None and not served & commodities:
        return "commodity", {}
    if table == "trade":
        home = [members for _, homes in questions for members in homes.values() if row["importer"] in members]
        if not home:
            return "importer", {"importer": row["importer"]}
        if all(row["exporter"] in members for members in home):
            return "inside", {}
    if table == "home_demand" and not any(row["home"] in homes for _, homes in questions):
        return "home", {"home": row["home"]}
    if row["year"] > years[-1]:
        return "later", {"year": row["year"], "asked": span}
    if table in ("production", "reserves") and not _printed(facts, table, row):
        return "unprinted", {"year": row["year"]}
    if table == "governance" and not _printed(facts, table, row):
        return "six", {"year": row["year"]}
    return "year", {"year": row["year"], "asked": span}


def _served(facts: FactBase, table: str, row: Mapping[str, Any]) -> set[str] | None:
    """Return the minerals whose analysis may read a row's series or code; None for figures of countries."""
    if table in ("governance", "companionality", "home_demand"):
        return None if table == "governance" else {str(row["commodity"])}
    if table == "prices":
        return {r["commodity"] for r in facts.table("price_series") if r["role"] == "reference"
                and (r["series_commodity"], r["series"]) == (row["commodity"], row["series"])}  # fmt: skip
    mapped = facts.fetch(
        "select distinct commodity from supply_map where variable = ? and series = ? and (? or "
        "coalesce(series_commodity, commodity) = ?) and (? or step = ?) "
        "and status not in ('not_applicable', 'no_data')",
        [facts.tables[table].facts.feeds, row["hs6"] if table == "trade" else row["series"], table == "trade",
         row.get("commodity"), table != "production", row.get("step")],
    )  # fmt: skip
    return {str(commodity) for (commodity,) in mapped}


def _printed(facts: FactBase, table: str, row: Mapping[str, Any]) -> bool:
    """Tell whether publishers print the series (the six dimensions, for governance) of a row's year at all."""
    name = facts.printed(table)
    if table == "governance":
        sql = f"select count(distinct dimension) = {selection.DIMENSIONS} from {name} where year = ? and country = ?"
        return bool(facts.fetch(sql, [row["year"], row["country"]])[0][0])
    rows = facts.fetch(f"select 1 from {name} where commodity = ? and series = ? and year = ? limit 1",
                       [row["commodity"], row["series"], row["year"]])  # fmt: skip
    return bool(rows)
