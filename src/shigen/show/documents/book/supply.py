"""Production and reserves by country: tonnes to edit, shares, and their concentration with its ends."""

from dataclasses import dataclass

from shigen.base.declare import FLAGS
from shigen.base.numbers import ABSENT
from shigen.model.arrays import filled
from shigen.model.concentration import concentration, concentration_band
from shigen.model.indicators import named_share, reserves_coverage
from shigen.show.documents.book.grid import NO, Sheet, slug
from shigen.show.documents.book.held import Held, number, ranked


@dataclass
class Block:
    """The rows of one mineral: its countries, one to add, and what no country is named for."""

    key: str
    first: int
    last: int
    """The row of a country to add."""

    @property
    def rest(self) -> int:
        """The row of what no country is named for."""
        return self.last + 1


def production(a: Held) -> None:
    """Write what countries produce at the step that counts."""
    sheet = a.sheets["production"]
    row = sheet.begin((a.w("note.production"), a.w("note.named")), a.head(
        "commodity", "step", "country", "tonnes_year", "share", "kind", "year", "source"))  # fmt: skip
    made, total = a.view("production", "counting"), a.view("total", "counting")
    flags, remainder = a.view("production_flag", "counting"), a.view("remainder", "counting")
    years, sources = a.view("production_year", "counting"), a.view("production_source", "counting")
    shares = made / total
    low, high = concentration_band(shares)
    seen = named_share(made, total)
    for key in a.order:
        step, name = a.counting[key], slug(key)
        countries = ranked(made.sel(commodity=key), flags.sel(commodity=key))
        if not countries:
            _none(sheet, row, (a.name(key), a.t(f"step.{step}")), 3, a.reason(key, "production", step), 5)
            row += 1
            continue
        block = Block(key, row, row + len(countries))
        about = (a.name(key), a.t(f"step.{step}"))
        year, source = int(years.sel(commodity=key)), a.editions(sources.sel(commodity=key))
        for place, country in enumerate(countries, start=row):
            at = {"commodity": key, "country": country}
            _words(sheet, place, (*about, a.name(country)))
            sheet.number(place, 3, number(made, **at), "amount")
            a.production[key, country] = sheet.ref(place, 3)
            _share(sheet, place, 3, 4, f"total_production_{name}", number(shares, **at))
            sheet.put(place, 5, _kind(a, number(flags, **at), number(made, **at)))
            sheet.number(place, 6, year, "year", "fixed")
            sheet.put(place, 7, source)
        _rest(a, sheet, block, 3, about, f"total_production_{name}", number(remainder, commodity=key),
              number(total, commodity=key))  # fmt: skip
        a.book.define(f"production_{name}", sheet, (block.first, 3), (block.last, 3))
        row = _ends(a, sheet, block, 3, "production", about, {
            "total": number(total, commodity=key), "named": number(seen, commodity=key),
            "hhi": number(low, commodity=key), "hhi_high": number(high, commodity=key),
        })  # fmt: skip


def reserves(a: Held) -> None:
    """Write what countries hold, beside what they produce: how much of output has a figure of reserves."""
    sheet = a.sheets["reserves"]
    row = sheet.begin((a.w("note.reserves"), a.w("note.named")), a.head(
        "commodity", "country", "tonnes", "share", "production_beside", "kind", "year", "source"))  # fmt: skip
    held, total, made = a.view("reserves"), a.view("reserves_total"), a.view("production", "counting")
    flags, remainder = a.chain["reserves_flag"], a.chain["reserves_remainder"]
    shares, coverage = held / total, reserves_coverage(held, made)
    low, high = concentration_band(shares, filled(coverage, 1.0))
    plain, plain_high = concentration(shares), concentration_band(shares)[1]
    for key in a.order:
        name, about = slug(key), (a.name(key),)
        countries = ranked(held.sel(commodity=key), flags.sel(commodity=key))
        if not countries:
            _none(sheet, row, about, 2, a.reason(key, "reserves", "ore"), 5)
            row += 1
            continue
        block = Block(key, row, row + len(countries))
        year = int(a.chain["reserves_year"].sel(commodity=key))
        source = a.editions(a.chain["reserves_source"].sel(commodity=key))
        for place, country in enumerate(countries, start=row):
            at = {"commodity": key, "country": country}
            _words(sheet, place, (*about, a.name(country)))
            sheet.number(place, 2, number(held, **at), "amount")
            _share(sheet, place, 2, 3, f"total_reserves_{name}", number(shares, **at))
            there = a.production.get((key, country))
            if there:
                sheet.formula(place, 4, f'IF(ISNUMBER({there}),{there},{NO})',
                              number(made, **at), "amount")  # fmt: skip
            else:
                sheet.put(place, 4, ABSENT)
            sheet.put(place, 5, _kind(a, number(flags, **at), number(held, **at)))
            sheet.number(place, 6, year, "year", "fixed")
            sheet.put(place, 7, source)
        _rest(a, sheet, block, 2, about, f"total_reserves_{name}", number(remainder, commodity=key),
              number(total, commodity=key))  # fmt: skip
        sheet.number(block.last, 4, None, "amount")
        row = _ends(a, sheet, block, 2, "reserves", about, {
            "total": number(total, commodity=key), "named": number(named_share(held, total), commodity=key),
            "hhi": number(plain, commodity=key), "hhi_high": number(plain_high, commodity=key),
        })  # fmt: skip
        row = _seen(a, sheet, row, block, name, about, {
            "coverage": number(coverage, commodity=key), "low": number(low, commodity=key),
            "high": number(high, commodity=key),
        })  # fmt: skip


def _rest(a: Held, sheet: Sheet, block: Block, column: int, about: tuple[str, ...], whole: str, rest: float,
          total: float) -> None:  # fmt: skip
    """Write the rows that end the countries of a block: room for one more, and what no country is named for."""
    for row, said, amount, means in (
        (block.last, "add_country", None, "missing"), (block.rest, "not_named", rest, "not_named_means"),
    ):  # fmt: skip
        _words(sheet, row, (*about, a.w(said)))
        sheet.number(row, column, amount, "amount")
        _share(sheet, row, column, column + 1, whole, None if amount is None else amount / total)
        sheet.put(row, 5, a.w(means))


def _ends(a: Held, sheet: Sheet, block: Block, column: int, kind: str, about: tuple[str, ...],
          cached: dict[str, float]) -> int:  # fmt: skip
    """Write the total, the named share and the concentration with its upper end; return the next row."""
    name = slug(block.key)
    amounts, shares = sheet.over(column, block.first, block.last), sheet.over(column + 1, block.first, block.last)
    rest = sheet.at(block.rest, column)
    row = block.rest + 1
    rows = {
        "total": (f'IF(OR(COUNT({amounts})=0,NOT(ISNUMBER({rest}))),{NO},SUM({amounts})+{rest})', "amount"),
        "named": (f'IF(COUNT({shares})=0,{NO},MAX(0,MIN(1,SUM({shares}))))', "share"),
        "hhi": (f'IF(COUNT({shares})=0,{NO},SUMPRODUCT({shares},{shares}))', "index"),
        "hhi_high": (
            f'IF(COUNTIF({shares},">0")=0,{NO},hhi_{kind}_{name}+MAX(0,MIN(1-named_{kind}_{name},'
            f'2*(1-named_{kind}_{name}-rounding)))*_xlfn.MINIFS({shares},{shares},">0"))', "index",
        ),
    }  # fmt: skip
    for key, (formula, form) in rows.items():
        place = column if key == "total" else column + 1
        _words(sheet, row, (*about, a.w(f"end.{key}")), "strong")
        sheet.formula(row, place, formula, cached[key], form, "sum")
        a.book.define(f"{key}_{kind}_{name}", sheet, (row, place))
        row += 1
    return row


def _seen(a: Held, sheet: Sheet, row: int, block: Block, name: str, about: tuple[str, ...],
          cached: dict[str, float]) -> int:  # fmt: skip
    """Write how much of output has a figure of reserves, and the ends that the rest allows; return the next row."""
    held, beside = sheet.over(2, block.first, block.last), sheet.over(4, block.first, block.last)
    shares, seen = (
        sheet.over(3, block.first, block.last),
        f"IF(ISNUMBER(coverage_reserves_{name}),coverage_reserves_{name},1)",
    )
    made = f"production_{name}" if f"production_{name}" in a.book.names else ""
    hhi, high = f"hhi_reserves_{name}", f"hhi_high_reserves_{name}"
    rows = {
        "coverage": (
            f'IF(COUNTIFS({held},">=0",{beside},">=0")=0,{NO},IF(SUM({made})>0,'
            f'SUMIFS({beside},{held},">=0")/SUM({made}),{NO}))' if made else NO, "share",
        ),
        "low": (f'IF(ISNUMBER({hhi}),{seen}^2*{hhi},{NO})', "index"),
        "high": (
            f'IF(ISNUMBER({high}),{seen}^2*{high}+2*{seen}*(1-{seen})*MAX({shares})+(1-{seen})^2,{NO})', "index",
        ),
    }  # fmt: skip
    for key, (formula, form) in rows.items():
        _words(sheet, row, (*about, a.w(f"end.{key}")), "strong")
        sheet.formula(row, 3, formula, cached[key], form, "sum")
        a.book.define(f"{key}_reserves_{name}", sheet, (row, 3))
        row += 1
    return row


def _share(sheet: Sheet, row: int, column: int, into: int, total: str, cached: float | None) -> None:
    cell = sheet.at(row, column)
    sheet.formula(row, into, f"IF(AND(ISNUMBER({cell}),N({total})>0),{cell}/{total},{NO})", cached, "share")


def _kind(a: Held, flag: float, value: float) -> str:
    """Return what kind of figure it is; one that is absent says so."""
    said = a.flag(int(flag))
    if value == value:
        return said
    return a.w("missing") if FLAGS[int(flag)] == "none" else f"{a.w('missing')}{a.brackets(said)}"


def _words(sheet: Sheet, row: int, words: tuple[str, ...], style: str = "text") -> None:
    for column, one in enumerate(words):
        sheet.put(row, column, one, style)


def _none(sheet: Sheet, row: int, about: tuple[str, ...], column: int, why: str, place: int) -> None:
    """Write the row of a mineral without a figure: nothing, and why."""
    _words(sheet, row, (*about, ABSENT))
    sheet.number(row, column, None, "amount", "fixed")
    sheet.put(row, place, why)
