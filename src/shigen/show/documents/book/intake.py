"""Supply of home by partner and the governance of partners: Σ m·g, what of it is seen, and its ends."""

from dataclasses import dataclass
from functools import cached_property

from xarray import DataArray

from shigen.base.declare import STEPS
from shigen.base.i18n import shown_unit
from shigen.base.numbers import ABSENT
from shigen.model.arrays import filled, known, only, ratio, summed
from shigen.model.estimated import estimate
from shigen.model.indicators import governed_share, import_axes, seen_share
from shigen.show.documents.book.grid import NO, Sheet, slug
from shigen.show.documents.book.held import Held, number

PARTNER, IMPORTS, HOME, ESTIMATED, SUPPLY, RISK, SHARE, PART, HIDDEN, UNIT, YEAR, SOURCE = range(2, 14)
"""Columns, from that of the partner on."""
FOOT = ("unseen", "supply", "governed", "reach", "reach_value", "error_low", "error_high", "mean", "coverage", "seen",
        "low", "high")  # fmt: skip
"""The rows below the partners of a step."""


@dataclass
class Flows:
    """What home takes at one step, by partner."""

    a: Held
    step: str

    @cached_property
    def supply(self) -> DataArray:
        """All supply by partner."""
        return self.a.view("sourcing", self.step)

    @cached_property
    def recorded(self) -> DataArray:
        """What is recorded of it."""
        return self.a.view("recorded", self.step)

    @cached_property
    def estimated(self) -> DataArray:
        """What is estimated of it."""
        return self.a.model("imports_estimated", estimate(self.a.bare)).sel(step=self.step)

    @cached_property
    def shares(self) -> DataArray:
        """Shares among the partners with a governance figure."""
        covered = only(self.supply, known(self.a.chain["governance"]))
        return ratio(covered, summed(covered, "country"))

    def partners(self, key: str) -> list[str]:
        """Return the partners of a mineral, the largest first."""
        amounts = self.supply.sel(commodity=key)
        known = dict(zip(map(str, amounts["country"].values), amounts.values.tolist(), strict=True))
        return sorted((one for one in known if known[one] > 0), key=lambda one: (-known[one], one))


def governance(a: Held) -> None:
    """Write the governance risk of each supplier."""
    sheet = a.sheets["governance"]
    row = sheet.begin((a.w("note.governance"),), a.head("country", "code", "governance", "year", "source"))
    chain = a.chain
    year, source = int(chain["governance_year"]), a.editions(chain["governance_source"])
    for place, country in enumerate(map(str, chain["country"].values), start=row):
        value = number(chain["governance"], country=country)
        sheet.put(place, 0, a.name(country))
        sheet.put(place, 1, country)
        sheet.number(place, 2, value, "figure")
        sheet.number(place, 3, year, "year", "fixed")
        sheet.put(place, 4, source if value == value else a.w("missing"))
        a.governance[country] = sheet.ref(place, 2)


def imports(a: Held) -> None:
    """Write supply by partner at both steps, with the mean governance of partners."""
    sheet = a.sheets["imports"]
    heads = ("commodity", "step", "partner", "imports", "home_output", "estimated", "supply", "governance",
             "share_governed", "part", "hidden", "unit", "year", "source")  # fmt: skip
    row = sheet.begin((a.w("note.imports"), a.w("note.home_output")), a.head(*heads))
    flows = {step: Flows(a, step) for step in STEPS}
    for key in a.order:
        for step in STEPS:
            row = _block(a, sheet, row, key, flows[step])


def _block(a: Held, sheet: Sheet, row: int, key: str, flows: Flows) -> int:
    """Write one mineral at one step; return the next row."""
    step, chain = flows.step, a.chain
    about = (a.name(key), a.t(f"step.{step}"))
    partners, name = flows.partners(key), f"{step}_{slug(key)}"
    at = {"commodity": key, "step": step}
    if not partners:
        for column, one in enumerate((*about, ABSENT)):
            sheet.put(row, column, one)
        sheet.number(row, IMPORTS, None, "amount", "fixed")
        sheet.put(row, SOURCE, a.reason(key, "imports", step))
        return row + 1
    imported, recorded, estimated = a.view("imported", step), flows.recorded, flows.estimated
    hidden = a.view("passed_on", step)
    by_mass = bool(chain["by_mass"].sel(at))
    unit = f"t/yr{a.brackets(a.basis(key))}" if by_mass else shown_unit("kUSD/yr", a.lang)
    unit = unit.replace("t/yr", shown_unit("t/yr", a.lang))
    year, source = int(chain["imports_year"].sel(at)), a.editions(chain["imports_source"].sel(at))
    first, last = row, row + len(partners)
    area = {column: sheet.over(column, first, last) for column in range(IMPORTS, UNIT)}
    for place, country in enumerate([*partners, ""], start=row):
        where = {"commodity": key, "country": country}
        for column, one in enumerate((*about, a.name(country) if country else a.w("add_country"))):
            sheet.put(place, column, one)
        inside = number(imported, **where) if country else None
        whole = number(recorded, **where) if country else None
        added = number(estimated, **where) if country else None
        sheet.number(place, IMPORTS, inside or None, "amount")
        home = None if whole is None or inside is None else (whole - inside if inside == inside else whole) or None
        sheet.number(place, HOME, home, "amount")
        sheet.number(place, ESTIMATED, added or None, "amount")
        parts = f"{sheet.at(place, IMPORTS)}:{sheet.at(place, ESTIMATED)}"
        sheet.formula(place, SUPPLY, f'IF(COUNT({parts})=0,{NO},SUM({parts}))',
                      number(flows.supply, **where) if country else None, "amount")  # fmt: skip
        risk = number(chain["governance"], country=country) if country else None
        if country:
            there = a.governance[country]
            sheet.formula(place, RISK, f"IF(ISNUMBER({there}),{there},{NO})", risk, "figure")
        else:
            sheet.number(place, RISK, None, "figure")
        share = number(flows.shares, **where) if country else None
        cell, beside = sheet.at(place, SUPPLY), sheet.at(place, RISK)
        sheet.formula(place, SHARE, f'IF(AND(ISNUMBER({cell}),ISNUMBER({beside}),N(governed_{name})>0),'
                      f'{cell}/governed_{name},{NO})', share, "share")  # fmt: skip
        mine = sheet.at(place, SHARE)
        part = None if share is None or risk is None else share * risk
        sheet.formula(place, PART, f"IF(ISNUMBER({mine}),{mine}*{beside},{NO})", part, "figure")
        sheet.number(place, HIDDEN, number(hidden, **where) if country else 0.0, "share")
        sheet.put(place, UNIT, unit)
        sheet.number(place, YEAR, year or None, "year", "fixed")
        sheet.put(place, SOURCE, source if country else "")
    return _foot(a, sheet, last + 1, key, flows, area, about)


def _foot(a: Held, sheet: Sheet, row: int, key: str, flows: Flows, area: dict[int, str],
          about: tuple[str, str]) -> int:  # fmt: skip
    """Write what is made of the partners of a step; return the next row."""
    step, name = flows.step, f"{flows.step}_{slug(key)}"
    axis = import_axes()[step]
    unseen, reach = a.view("unseen", step), a.view("reach_in_tonnes", step)
    chosen = {"commodity": key}
    errors = {end: number(filled(a.chain[f"split_error_{end}"]), commodity=key, step=step) for end in ("low", "high")}
    supply, hidden = area[SUPPLY], f"1-{area[HIDDEN]}"
    recorded = f"(SUM({area[IMPORTS]})+SUM({area[HOME]}))"
    governed = f"--ISNUMBER({area[RISK]})"
    beyond, total, mean = f"unseen_{name}", f"N(supply_{name})", f"mean_{name}"
    whole = f"({total}+{beyond})"
    part = f"IF({whole}>0,SUMPRODUCT({supply},{hidden},{governed})/{whole},0)"
    described = f"IF(ISNUMBER({beyond}),{part},0)*IF(ISNUMBER(reach_{name}),reach_{name},1)"
    reached = f"IF(ISNUMBER(reach_{name}),reach_{name},reach_value_{name})"
    end = f"{mean}+{{}}*IF({total}>0,SUM({area[ESTIMATED]})/{total},0)"
    formulas = {
        "supply": (SUPPLY, f'IF(COUNT({supply})=0,{NO},SUM({supply}))', "amount"),
        "governed": (SUPPLY, f'IF(COUNT({area[RISK]})=0,{NO},SUMIFS({supply},{area[RISK]},">=0"))', "amount"),
        "mean": (PART, f'IF(COUNT({area[SHARE]})=0,{NO},SUMPRODUCT({area[SHARE]},{area[RISK]}))', "figure"),
        "coverage": (PART, f'IF(ISNUMBER({beyond}),IF({total}+{beyond}>0,N(governed_{name})/({total}+{beyond}),'
                     f'{NO}),0)', "share"),
        "seen": (PART, f'IF({recorded}>0,IF(ISNUMBER({reached}),IF(ISNUMBER({beyond}),(SUMPRODUCT({area[IMPORTS]},'
                 f'{hidden})+SUMPRODUCT({area[HOME]},{hidden}))/({recorded}+{beyond})*{reached},0),{NO}),0)',
                 "share"),
        "low": (PART, f'IF(ISNUMBER({mean}),MAX(0,MIN(1,{end.format(f"error_low_{name}")}))*{described},{NO})',
                "figure"),
        "high": (PART, f'IF(ISNUMBER({mean}),MAX(0,MIN(1,{end.format(f"error_high_{name}")}))*{described}+1-'
                 f'{described},{NO})', "figure"),
    }  # fmt: skip
    governance = a.chain["governance"]
    covered = only(flows.supply, known(governance))
    low, high = a.bands[axis]
    cached = {
        "supply": number(summed(flows.supply, "country"), **chosen),
        "governed": number(summed(covered, "country"), **chosen),
        "mean": number(a.points[axis], **chosen),
        "coverage": number(governed_share(flows.supply, governance, unseen), **chosen),
        "seen": number(seen_share(flows.recorded, unseen, a.view("passed_on", step), a.view("reach", step)), **chosen),
        "low": number(low, **chosen), "high": number(high, **chosen),
    }  # fmt: skip
    inputs = {
        "unseen": (IMPORTS, number(unseen, **chosen), "amount"), "reach": (PART, number(reach, **chosen), "share"),
        "reach_value": (PART, number(a.view("reach_by_value", step), **chosen), "share"),
        "error_low": (PART, errors["low"], "figure"), "error_high": (PART, errors["high"], "figure"),
    }  # fmt: skip
    for line in FOOT:
        for column, one in enumerate((*about, a.w(f"end.{line}"))):
            sheet.put(row, column, one, "strong")
        if line in inputs:
            column, value, form = inputs[line]
            sheet.number(row, column, value, form)
            if value != value:
                sheet.put(row, SOURCE, a.w("missing"))
        else:
            column, formula, form = formulas[line]
            sheet.formula(row, column, formula, cached[line], form, "sum")
        a.book.define(f"{line}_{name}", sheet, (row, column))
        row += 1
    return row
