"""The rows behind what a formula reads: each variable or view shown as its declaration says, down to the publisher's.

The rows are asked from `selection` exactly as the chain asks them, so that what is explained is what was computed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from shigen.base import names
from shigen.base.declare import Step
from shigen.base.i18n import Lang, signless, source_words, text
from shigen.figures import regeneration, selection, splits
from shigen.figures.factbase import FactBase
from shigen.figures.feeds import home_feed
from shigen.figures.flows import trade_flows
from shigen.figures.selection import Question
from shigen.figures.trade_sums import stability_as_of
from shigen.model.indicators import price_changes
from shigen.model.records import number
from shigen.model.variables import LAGS, LIFE_SPAN, Trace
from shigen.model.views import View, declared, unit_of, view
from shigen.study.spread_words import spreads

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Node:
    """One step of an explanation: a figure, where it comes from, and what it is made of."""

    label: str
    value: float | None = None
    unit: str = ""
    note: str = ""
    address: str = ""
    """Address of the fact: table:commodity:country:step:year:edition."""
    published: str = ""
    """The number and unit as printed, with the publisher's file."""
    children: tuple["Node", ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as plain data."""
        return {
            "label": self.label, "value": self.value, "unit": self.unit, "note": self.note, "address": self.address,
            "published": self.published, "children": [child.to_dict() for child in self.children],
        }  # fmt: skip

    def facts(self) -> list["Node"]:
        """Return every fact of the tree: the leaves with an address."""
        own = [self] if self.address else []
        return own + [fact for child in self.children for fact in child.facts()]


def published_as(row: dict[str, Any], lang: Lang) -> str:
    """Return what the publisher printed: in which file of which edition, where, and the file's hash."""
    printed = "" if _absent(row.get("published")) else str(row["published"])
    unit = "" if _absent(row.get("published_unit")) else f" {row['published_unit']}"
    where = [str(row["file"])]
    if not _absent(row.get("place")):
        where.append(str(row["place"]))
    if not _absent(row.get("sha256")):
        where.append("sha256 " + " ".join(one[:12] for one in str(row["sha256"]).split()))
    return text("explain.published", lang, printed=(printed or "-") + unit, edition=source_words(row["edition"], lang),
                file="; ".join(where), publisher=source_words(row["publisher"], lang))  # fmt: skip


def _absent(value: object) -> bool:
    return value is None or value != value or value == ""


def inputs(
    facts: FactBase, chain: Any, commodity: str, reads: Mapping[str, Step], question: Question, lang: Lang
) -> tuple[Node, ...]:
    """Return what a figure is made of: of each variable or view that its formula reads, in their order, the rows.

    Parameters
    ----------
    facts : FactBase
        What the chain was loaded from.
    chain : xarray.Dataset
        Of one importer and year, with the commodity along its dim.
    reads : mapping of str to Step
        What the formula takes, each with the step at which it takes it.
    question : Question
        What the chain was asked for.
    """
    tracer = _Tracer(facts, chain, commodity, reads, question, lang)
    rows = tuple(child for name, step in reads.items() for child in tracer.inputs(name, step))
    return rows + tuple(Node(told, note=law) for told, law in spreads(reads, commodity, lang))


class _Tracer:
    """Gathers the inputs of one figure; lives for one call of `inputs`."""

    def __init__(
        self, facts: FactBase, chain: Any, commodity: str, reads: Mapping[str, Step], question: Question, lang: Lang
    ) -> None:
        self.facts, self.chain, self.commodity, self.reads = facts, chain, commodity, reads
        self.question, self.lang = question, lang
        self.home = {str(chain["importer"].values): names.members(str(chain["importer"].values))}
        traced = {name: declared(name) for name in reads}
        self.weights = [one.traced for one in traced.values() if one.traced in ("governance", "stability")]
        """What stands beside each country."""
        self.named = {one.stands_on[0] for one in traced.values() if one.traced == "figures"}
        """Tables whose world total stands above their countries."""

    def inputs(self, name: str, step: Step) -> list[Node]:
        one = declared(name)
        main = one.stands_on[0]
        gather: dict[Trace | None, Callable[[], list[Node]]] = {
            "figures": lambda: self.country_figures(main, step),
            "whole": lambda: [] if main in self.named else self.totals(main, step),
            "whole_before": lambda: self.totals(main, step, LIFE_SPAN),
            "supply": lambda: self.supply(name, step),
            "home": lambda: [self.home_production(number(view(self.chain, name, step).item()), unit_of(name), step)],
            "refined": self.refined,
            "prices": self.prices,
            "price": self.price,
            "scrap": self.scrap,
            "mines": self.mines,
            "governance": list,
            "stability": list,
            "beside": list,
        }
        return gather[one.traced]()

    def t(self, key: str, **values: object) -> str:
        return text(f"explain.{key}", self.lang, **values)

    def fact(self, table: str, row: dict[str, Any], label: str, unit: str, **more: Any) -> Node:
        address = ":".join([
            table, str(row.get("published_commodity") or self.commodity), str(row.get("country") or "WLD"),
            str(row.get("step") or "-"), str(int(row["fact_year"])), str(row["edition"]),
        ])  # fmt: skip
        flag = "" if row.get("flag") in (None, "official") else text(f"flag.{row['flag']}", self.lang)
        remark = "" if _absent(row.get("note")) else str(row["note"])
        note = " · ".join(p for p in (more.pop("note", ""), flag, remark) if p)
        value = number(row["value"]) if row["value"] is not None else None
        return Node(label=label, value=value, unit=unit, note=note, address=address,
                    published=published_as(row, self.lang), **more)  # fmt: skip

    def country_figures(self, table: str, step: Step) -> list[Node]:
        step = "ore" if table == "reserves" else step
        rows = self.figures_of(table, step)
        whole = float(view(self.chain, "reserves_total" if table == "reserves" else "total", step).item())
        unit = "t" if table == "reserves" else "t/yr"
        nodes = []
        for row in sorted(rows, key=lambda r: (r["country"] in names.AGGREGATES, -(r["value"] or 0.0))):
            share = (row["value"] or 0.0) / whole if whole == whole else 0
            note = self.t("share", percent=f"{100 * share:.1f}") if row["country"] not in names.AGGREGATES else ""
            label = self.t("aggregate." + row["country"]) if row["country"] in names.AGGREGATES else self.country(row)
            beside = () if row["country"] in names.AGGREGATES else self.beside(row["country"])
            nodes.append(self.fact(table, row, label, unit, note=note, children=beside))
        total = Node(self.t("total"), number(whole), unit, note=self.t("total_rule"))
        return [Node(self.t(table, step=text(f"step.{step}", self.lang)), children=(total, *nodes))]

    def figures_of(self, table: str, step: Step, question: Question | None = None) -> list[dict[str, Any]]:
        """Return the rows of a step, by country and of the world."""
        rows = self._rows(selection.country_figures(self.facts, table, question or self.question))
        return [row for row in rows if row["step"] == step]

    def totals(self, table: str, step: Step, before: int = 0) -> list[Node]:
        question = Question((self.commodity,), tuple(y - before for y in self.question.years), self.question.as_of)
        step = "ore" if table == "reserves" else step
        unit = "t" if table == "reserves" else "t/yr"
        nodes = [
            self.fact(table, r, self.t("aggregate.WLD") if r["country"] == names.WORLD else self.country(r), unit)
            for r in self.figures_of(table, step, question)
        ]  # fmt: skip
        label = self.t(table, step=text(f"step.{step}", self.lang))
        return [Node(f"{label} ({question.years[0]})", children=tuple(nodes))]

    def supply(self, name: str, step: Step) -> list[Node]:
        """Return supply as a formula reads it, by partner, with the flows; home production where it is of all kinds."""
        made = declared(name)
        of_all_kinds = isinstance(made, View) and made.whole_intake
        flows = self._rows(trade_flows(self.facts, self.question, self.home))
        flows = [row for row in flows if row["step"] == step]
        amount = view(self.chain, name, step).sel(commodity=self.commodity)
        by_mass = bool(self.chain["by_mass"].sel(step=step, commodity=self.commodity).item())
        unit = unit_of(name) or ("t/yr" if by_mass else "kUSD/yr")
        whole = float(amount.sum())
        nodes = []
        for country in amount["country"].values[np.argsort(-amount.fillna(0).values)]:
            value = float(amount.sel(country=country))
            if not value > 0:
                continue
            parts = [self._flow(row, unit) for row in flows if row["country"] == country]
            if of_all_kinds and bool(self.chain["home"].sel(country=country).item()):
                parts.append(self.home_production(value, unit, step, note=self.t("home_valued")))
            if of_all_kinds:
                parts += [*self.fed_by(str(country), step), *self.estimated(str(country), step)]
            nodes.append(
                Node(names.label(str(country), self.lang), value, unit,
                     note=self.t("share", percent=f"{100 * value / whole:.1f}"),
                     children=(*parts, *self.beside(str(country))))
            )  # fmt: skip
        label = self.t(f"supply.{name}", step=text(f"step.{step}", self.lang))
        return [Node(label, number(whole), unit, children=tuple(nodes))]

    def home_production(self, value: float | None, unit: str, step: Step, note: str = "") -> Node:
        """Return production of the home itself, with the rows of its countries."""
        (members,) = self.home.values()
        rows = [row for row in self.figures_of("production", step) if row["country"] in members]
        facts = tuple(self.fact("production", row, self.country(row), "t/yr") for row in rows)
        return Node(self.t("home_production"), value, unit, note=note, children=facts)

    def fed_by(self, country: str, step: Step) -> list[Node]:
        """Return what of home's output a country feeds, with the row that says so; nothing where it feeds none."""
        tonnes = float(self.chain["home_fed"].sel(country=country, step=step, commodity=self.commodity))
        rows = [row for row in self._rows(home_feed(self.facts, self.question, list(self.home)))
                if tonnes > 0 and row["country"] == country and row["step"] == step]  # fmt: skip
        return [Node(self.t("home_fed"), tonnes, "t/yr", children=(
            self.fact("home_feed", {**row, "country": row["made_in"], "step": country}, names.label(country, self.lang),
                      "1", note=str(row["source"])),)) for row in rows]  # fmt: skip

    def estimated(self, country: str, step: Step) -> list[Node]:
        """Return what of a partner's supply is estimated, with the totals that it is estimated from."""
        rows = [row for row in self._splits if row["country"] == country and row["step"] == step]
        if not rows or not (view(self.chain, "estimated_share", step).sel(commodity=self.commodity) > 0):
            return []
        kept = float(self.chain["imports_estimated"].sel(country=country, step=step, commodity=self.commodity))
        whole = sum(row["value_kusd"] for row in rows)  # a saving lowers every flow
        return [
            Node(self.t("estimated", hs6=row["hs6"]), row["value_kusd"] * kept / whole, "kUSD/yr",
                 note=text(f"split_by.{row['kind']}", self.lang, years=row["lag"]), children=self._from_totals(row))
            for row in rows
        ]  # fmt: skip

    def _from_totals(self, split: dict[str, Any]) -> tuple[Node, ...]:
        """Return the totals, and the own flow, that an estimated flow is made of."""
        of_code = [row for row in self._totals if row["hs6"] == split["hs6"] and row["step"] == split["step"]]
        nodes = [self._total(row, "importer") for row in of_code
                 if row["importer"] in self.home_members and row["exporter"] == names.WORLD]  # fmt: skip
        if split["kind"] == "own":
            flows = splits.own_flows(self.facts, self.question, self.home_members, split)
            return (*nodes, *(self._flow({**row, "published": None, "quantity": None, "held_in": "trade"}, "kUSD/yr")
                              for row in self._rows(flows)))  # fmt: skip
        return (*nodes, *(self._total(row, "exporter") for row in of_code
                          if row["exporter"] == split["country"] and row["importer"] == names.WORLD))  # fmt: skip

    def _total(self, row: dict[str, Any], side: str) -> Node:
        shown = {**row, "published_commodity": row["hs6"], "country": row["exporter"], "step": row["importer"],
                 "value": row["value_kusd"]}  # fmt: skip
        label = self.t(f"total_of_{side}", country=names.label(str(row[side]), self.lang))
        return self.fact("trade_totals", shown, label, "kUSD/yr")

    @cached_property
    def home_members(self) -> Sequence[str]:
        """The countries of home."""
        (members,) = self.home.values()
        return members

    @cached_property
    def _totals(self) -> list[dict[str, Any]]:
        return self._rows(splits.totals(self.facts, self.question))

    @cached_property
    def _splits(self) -> list[dict[str, Any]]:
        return self._rows(splits.estimated(self.facts, self.question, self.home))

    def beside(self, country: str) -> tuple[Node, ...]:
        """Return what the formula reads of a country beside its amount, with the rows."""
        gather: dict[Trace | None, Callable[[str], Node]] = {"governance": self.governance, "stability": self.stability}
        return tuple(gather[one](country) for one in self.weights)

    def governance(self, country: str) -> Node:
        """Return the governance risk of a country, with its six estimates."""
        return Node(self.t("governance"), self._of_country("governance", country), "1",
                    note=self.t("governance_rule"),
                    children=tuple(self._estimate(row) for row in self._six.get(country, ())))  # fmt: skip

    def stability(self, country: str) -> Node:
        """Return the political stability of a country: the estimate as it is published."""
        row = self._stability.get(country)
        return Node(self.t("wgi.political_stability"), unit="1") if row is None else self._estimate(row)

    @cached_property
    def _six(self) -> dict[str, list[dict[str, Any]]]:
        by_country: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(selection.governance(self.facts, self.question)):
            by_country.setdefault(row["country"], []).append(row)
        return by_country

    @cached_property
    def _stability(self) -> dict[str, dict[str, Any]]:
        about = {"dimension": "political_stability", "standard_error": None}
        return {row["country"]: {**self.facts.editions[row["edition"]], **row, **about}
                for row in self._rows(stability_as_of(self.facts, self.question))}  # fmt: skip

    def _of_country(self, name: str, country: str) -> float | None:
        there = self.chain[name]
        return number(there.sel(country=country)) if country in there["country"].values else None

    def _flow(self, row: dict[str, Any], unit: str) -> Node:
        by_mass = unit == "t/yr"
        printed = row["published"] if by_mass else row["value_kusd"]
        # Gross tonnes where the content of a code is not known: what reads them counts goods as they are weighed.
        weight = row["published"] if row["quantity"] is None else row["quantity"]
        shown = {
            **row,
            "value": weight if by_mass else row["value_kusd"],
            "published": None if printed is None else f"{printed:,.3f}",
            "published_unit": "t" if by_mass else "kUSD",
            "published_commodity": row["hs6"],
            "flag": None,
        }
        return self.fact(row["held_in"], shown, self.t("flow", hs6=row["hs6"]), unit)

    def _estimate(self, row: dict[str, Any]) -> Node:
        shown = {
            **row,
            "value": row["estimate"],
            "published": f"{row['estimate']:.6f}",
            "step": row["dimension"],
            "published_commodity": "-",
        }
        error = row["standard_error"]
        return self.fact("governance", shown, self.t(f"wgi.{row['dimension']}"), "1",
                         note="" if error is None else self.t("standard_error", value=f"{error:.3f}"))  # fmt: skip

    def refined(self) -> list[Node]:
        produced = self._rows(selection.country_figures(self.facts, "production", self.question))
        produced = [r for r in produced if r["step"] == "refined"]
        if produced:
            nodes = [self.fact("production", r, self.country(r), "t/yr") for r in produced]
        else:
            rows = [r for r in self._rows(selection.stage_shares(self.facts, self.question)) if r["step"] == "refined"]
            nodes = [self.fact("stage_shares", r, self.country(r), "1", note=str(r["period"])) for r in rows]
        return [Node(self.t("production", step=text("step.refined", self.lang)), children=tuple(nodes))]

    def prices(self) -> list[Node]:
        rows = self._rows(selection.prices(self.facts, self.question, LAGS))
        changes = price_changes(self.chain["price"], self.chain["price_segment"]).sel(commodity=self.commodity)
        by_lag = {int(lag): number(c) for lag, c in zip(changes["lag"].values, changes.values, strict=True)}
        nodes = []
        for row in rows:
            change = by_lag.get(int(row["lag"]))
            note = self.t("change", value=signless(f"{change:+.3f}")) if change is not None else self.t("no_change")
            nodes.append(
                self.fact("prices", {**row, "step": row["series"]}, str(int(row["fact_year"])), "USD/t", note=note)
            )
        label = str(rows[-1][f"label_{self.lang}"]) if rows else "-"
        return [Node(self.t("price", series=label), children=tuple(nodes))]

    def price(self) -> list[Node]:
        """Return the reference price of the year alone."""
        rows = [row for row in self._rows(selection.prices(self.facts, self.question, 0)) if not row["lag"]]
        nodes = [self.fact("prices", {**row, "step": row["series"]}, str(int(row["fact_year"])), "USD/t")
                 for row in rows]  # fmt: skip
        label = str(rows[-1][f"label_{self.lang}"]) if rows else "-"
        return [Node(self.t("price", series=label), children=tuple(nodes))]

    def scrap(self) -> list[Node]:
        rows = self._rows(regeneration.eu_rates(self.facts, self.question))
        own = self._rows(regeneration.home_figures(self.facts, self.question, list(self.home)))
        chosen = any(r["chosen"] for r in own)
        nodes = [
            self.fact("home_scrap", {**r, "country": r["home"], "step": r["counts"]},
                      f"{names.label(str(r['home']), self.lang)} {int(r['fact_year'])}", "1",
                      note=" ".join([self.t("scrap_chosen" if r["chosen"] else f"scrap_{r['counts']}"),
                                     str(r[f"perimeter_{self.lang}"])]))
            for r in own
        ]  # fmt: skip
        nodes += [
            self.fact("recycling", {**r, "step": r["series"], "country": "EUU"}, str(r["series"]), "1",
                      note=self.t("other_compilation" if not r["declared"] else "scrap_eu" if chosen else "declared"))
            for r in rows
        ]  # fmt: skip
        spread = regeneration.proxy_spread(self.facts)
        nodes.append(Node(self.t("scrap_spread", count=spread.count, low=signless(f"{spread.low:+.2f}"),
                                 high=signless(f"{spread.high:+.2f}"))))  # fmt: skip
        return [Node(self.t("scrap"), children=tuple(nodes))]

    def mines(self) -> list[Node]:
        rows = self._rows(selection.mines(self.facts, self.question))
        nodes = [self.fact("mines", {**r, "step": r["mine"]}, str(r["mine"]), "t/yr") for r in rows]
        return [Node(self.t("mines"), children=tuple(nodes))]

    def country(self, row: dict[str, Any]) -> str:
        return names.label(str(row["country"]), self.lang)

    @staticmethod
    def _rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
        return [{str(k): (None if v != v else v) for k, v in row.items()} for row in frame.to_dict("records")]
