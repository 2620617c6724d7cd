"""Explain: one figure ← formula ← inputs ← facts ← the publisher's row.

The rows are asked from `selection` exactly as the chain asks them, so that what is explained is what was computed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from shigen.base import names
from shigen.base.declare import STAGES, Indicator, Step
from shigen.base.errors import UserError, check_view
from shigen.base.i18n import Lang, default_lang, signless, text
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.flows import trade_flows
from shigen.figures.selection import Question
from shigen.figures.store import current
from shigen.model.criticality import Assessment
from shigen.model.indicators import find_indicator, price_changes
from shigen.model.records import indicator_rows, number
from shigen.model.variables import LAGS, LIFE_SPAN, Trace
from shigen.model.views import declared, steps_of, view

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


def explain(
    assessment: Assessment,
    commodity: str,
    indicator: str,
    *,
    importer: str | None = None,
    year: int | None = None,
    lang: Lang | None = None,
    facts: FactBase | None = None,
) -> Node:
    """Explain one figure of an assessment down to the publisher's rows.

    Parameters
    ----------
    assessment : Assessment
        From `shigen.assess`.
    commodity, indicator : str
        Any of their names.
    importer, year
        Which one, where the assessment holds several.

    Raises
    ------
    UserError
        A name that is not known, or that this assessment does not hold.
    """
    lang = lang or default_lang()
    key, one = names.commodity(commodity), find_indicator(indicator)
    chain, data = assessment.chain, assessment.dataset
    if key not in chain["commodity"].values or one.key not in data["indicator"].values:
        raise UserError("not_in_assessment", word=f"{commodity}, {indicator}")
    at = {"importer": importer and names.importer(importer), "year": year}
    for dim, value in at.items():
        if dim in chain.dims:
            if value is None or value not in chain[dim].values:
                raise UserError(
                    "which_one", word=str(value or "-"), dim=dim, known=", ".join(map(str, chain[dim].values))
                )
            chain, data = chain.sel({dim: value}), data.sel({dim: value})
    chain = chain.sel(commodity=[key])
    single = Assessment(chain, data.sel(commodity=[key]), scoring=assessment.scoring)
    row = next(r for r in indicator_rows(single, lang) if r["indicator"] == one.key)

    step = steps_of(chain, one.step)[key]
    asked = int(chain["year"])
    facts = facts or current()
    as_of = selection.as_of(facts, chain.attrs["as_of"])
    tracer = _Tracer(facts, chain, key, step, Question((key,), (asked,), as_of), lang)
    tracer.totals_only = declared(one.reads[0]).traced == "whole"
    children = tuple(child for name in one.reads for child in tracer.inputs(name))
    return Node(
        label=text("explain.figure", lang, commodity=names.label(key, lang), indicator=one.name[lang], year=asked,
                   importer=names.label(str(chain["importer"].values), lang)),
        value=row["raw"],
        unit=one.unit,
        note=_headline(row, one, lang),
        children=(
            Node(label=text("explain.formula", lang, formula=one.written[lang])), *children,
            Node(label=text("explain.snapshot", lang, name=facts.name, hash=facts.hash[:12])),
        ),
    )  # fmt: skip


def explain_stage(assessment: Assessment, commodity: str, stage: str, *, lang: Lang | None = None) -> Node:
    """Explain the risk of one stage: the score and weight of each of its axes; what is missing stands there too.

    Parameters
    ----------
    assessment : Assessment
        Of one importer and year.
    commodity : str
        Any of its names.
    stage : str
        upstream, intermediate or final.

    Raises
    ------
    UserError
        A name that is not known, or that this assessment does not hold.
    """
    lang = lang or default_lang()
    key = names.commodity(commodity)
    check_view(stage, STAGES)
    if key not in assessment.chain["commodity"].values:
        raise UserError("not_in_assessment", word=commodity)
    at = {"commodity": [key]}
    single = Assessment(assessment.chain.sel(at), assessment.dataset.sel(at), scoring=assessment.scoring)
    row = next(r for r in single.stages(lang) if r["stage"] == stage)
    weights = single.dataset["weight"].isel(commodity=0)
    children = [
        Node(one.name[lang], r["score"], "1", note=" · ".join(p for p in (
            text("explain.weight", lang, weight=f"{float(weights.sel(indicator=one.key)):.3f}"),
            text(f"status.{r['status']}", lang), r["reason"] or "") if p))
        for r in single.records(lang) if (one := find_indicator(r["indicator"])).stage == stage
    ]  # fmt: skip
    band = "" if row["risk_low"] is None or row["risk_high"] - row["risk_low"] < 5e-4 else text(
        "explain.band", lang, low=f"{row['risk_low']:.3f}", high=f"{row['risk_high']:.3f}")  # fmt: skip
    chain = assessment.chain
    return Node(
        label=text("explain.figure", lang, commodity=names.label(key, lang), indicator=text(f"stage.{stage}", lang),
                   year=int(chain["year"]), importer=names.label(str(chain["importer"].values), lang)),
        value=row["risk"], unit="1", note=band,
        children=(Node(text("explain.stage_formula", lang)), *children),
    )  # fmt: skip


def _headline(row: dict[str, Any], one: Indicator, lang: Lang) -> str:
    band = ""
    if row["raw"] is not None and (row["raw_low"], row["raw_high"]) != (row["raw"], row["raw"]):
        band = text("explain.band", lang, low=f"{row['raw_low']:.3f}", high=f"{row['raw_high']:.3f}")
    score = "" if row["score"] is None else text("explain.score", lang, score=f"{row['score']:.3f}")
    covered = ""
    if row["coverage"] is not None and one.coverage:
        covered = text(
            "explain.coverage", lang, percent=f"{100 * row['coverage']:.0f}", covers=one.coverage_means[lang]
        )
    status = text(f"status.{row['status']}", lang)
    return " · ".join(p for p in (band, score, status, covered, row["reason"]) if p)


def published_as(row: dict[str, Any], lang: Lang) -> str:
    """Return what the publisher printed: in which file of which edition, where, and the file's hash."""
    printed = "" if _absent(row.get("published")) else str(row["published"])
    unit = "" if _absent(row.get("published_unit")) else f" {row['published_unit']}"
    where = [str(row["file"])]
    if not _absent(row.get("place")):
        where.append(str(row["place"]))
    if not _absent(row.get("sha256")):
        where.append("sha256 " + " ".join(one[:12] for one in str(row["sha256"]).split()))
    return text("explain.published", lang, printed=(printed or "-") + unit, edition=row["edition"],
                file="; ".join(where), publisher=row["publisher"])  # fmt: skip


def _absent(value: object) -> bool:
    return value is None or value != value or value == ""


class _Tracer:
    """Gathers the inputs of one figure; lives for one call of `explain`."""

    def __init__(self, facts: FactBase, chain: Any, commodity: str, step: Step, question: Question, lang: Lang) -> None:
        self.facts, self.chain, self.commodity, self.step = facts, chain, commodity, step
        self.question, self.lang = question, lang
        self.totals_only = False
        """The indicator reads world totals without the countries."""

    def inputs(self, name: str) -> list[Node]:
        one = declared(name)
        gather: dict[Trace | None, Callable[[], list[Node]]] = {
            "figures": lambda: self.country_figures(one.stands_on[0]),
            "whole": lambda: self.totals(one.stands_on[0]) if self.totals_only else [],
            "whole_before": lambda: self.totals(one.stands_on[0], LIFE_SPAN),
            "supply": self.supply,
            "refined": self.refined,
            "prices": self.prices,
            "scrap": self.scrap,
            "mines": self.mines,
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

    def country_figures(self, table: str) -> list[Node]:
        rows = self._rows(selection.country_figures(self.facts, table, self.question))
        step: Step = "ore" if table == "reserves" else self.step
        rows = [r for r in rows if r["step"] == step]
        whole = float(view(self.chain, "reserves_total" if table == "reserves" else "total", step).item())
        unit = "t" if table == "reserves" else "t/yr"
        nodes = []
        for row in sorted(rows, key=lambda r: (r["country"] in names.AGGREGATES, -(r["value"] or 0.0))):
            share = (row["value"] or 0.0) / whole if whole == whole else 0
            note = self.t("share", percent=f"{100 * share:.1f}") if row["country"] not in names.AGGREGATES else ""
            label = self.t("aggregate." + row["country"]) if row["country"] in names.AGGREGATES else self.country(row)
            nodes.append(self.fact(table, row, label, unit, note=note))
        total = Node(self.t("total"), number(whole), unit, note=self.t("total_rule"))
        return [Node(self.t(table, step=text(f"step.{step}", self.lang)), children=(total, *nodes))]

    def totals(self, table: str, before: int = 0) -> list[Node]:
        question = Question((self.commodity,), tuple(y - before for y in self.question.years), self.question.as_of)
        step = "ore" if table == "reserves" else self.step
        rows = self._rows(selection.country_figures(self.facts, table, question))
        unit = "t" if table == "reserves" else "t/yr"
        nodes = [
            self.fact(table, r, self.t("aggregate.WLD") if r["country"] == names.WORLD else self.country(r), unit)
            for r in rows if r["step"] == step
        ]  # fmt: skip
        label = self.t(table, step=text(f"step.{step}", self.lang))
        return [Node(f"{label} ({question.years[0]})", children=tuple(nodes))]

    def supply(self) -> list[Node]:
        home = {str(self.chain["importer"].values): names.members(str(self.chain["importer"].values))}
        flows = self._rows(trade_flows(self.facts, self.question, home))
        flows = [r for r in flows if r["step"] == self.step]
        amount = view(self.chain, "sourcing").sel(step=self.step, commodity=self.commodity)
        whole = float(amount.sum())
        by_mass = bool(self.chain["by_mass"].sel(step=self.step, commodity=self.commodity).item())
        unit = "t/yr" if by_mass else "kUSD/yr"
        dims = selection.governance(self.facts, self.question)
        nodes = []
        for country in amount["country"].values[np.argsort(-amount.fillna(0).values)]:
            value = float(amount.sel(country=country))
            if not value > 0:
                continue
            g = float(self.chain["governance"].sel(country=country))
            parts = [self._flow(r, unit) for r in flows if r["country"] == country]
            if bool(self.chain["home"].sel(country=country).item()):
                parts.append(Node(self.t("home_production"), value, unit, note=self.t("home_valued")))
            six = [self._dimension(r) for r in self._rows(dims[dims["country"] == country])]
            note = self.t("share", percent=f"{100 * value / whole:.1f}")
            nodes.append(
                Node(names.label(str(country), self.lang), value, unit, note=note, children=(
                    *parts,
                    Node(self.t("governance"), number(g), "1", note=self.t("governance_rule"), children=tuple(six)),
                ))
            )  # fmt: skip
        return [
            Node(
                self.t("supply", step=text(f"step.{self.step}", self.lang)), number(whole), unit, children=tuple(nodes)
            )
        ]

    def _flow(self, row: dict[str, Any], unit: str) -> Node:
        by_mass = unit == "t/yr"
        printed = row["published"] if by_mass else row["value_kusd"]
        shown = {
            **row,
            "value": row["quantity"] if by_mass else row["value_kusd"],
            "published": None if printed is None else f"{printed:,.3f}",
            "published_unit": "t" if by_mass else "kUSD",
            "published_commodity": row["hs6"],
            "flag": None,
        }
        return self.fact("trade", shown, self.t("flow", hs6=row["hs6"]), unit)

    def _dimension(self, row: dict[str, Any]) -> Node:
        shown = {
            **row,
            "value": row["estimate"],
            "published": f"{row['estimate']:.6f}",
            "step": row["dimension"],
            "published_commodity": "-",
        }
        return self.fact("governance", shown, self.t(f"wgi.{row['dimension']}"), "1",
                         note=self.t("standard_error", value=f"{row['standard_error']:.3f}"))  # fmt: skip

    def refined(self) -> list[Node]:
        produced = self._rows(selection.country_figures(self.facts, "production", self.question))
        produced = [r for r in produced if r["step"] == "refined"]
        if produced:
            self.step = "refined"
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

    def scrap(self) -> list[Node]:
        rows = self._rows(selection.scrap(self.facts, self.question))
        nodes = [
            self.fact("recycling", {**r, "step": r["series"], "country": "EUU"}, str(r["series"]), "1",
                      note=self.t("declared") if r["declared"] else self.t("other_compilation"))
            for r in rows
        ]  # fmt: skip
        return [Node(self.t("scrap"), children=tuple(nodes))]

    def mines(self) -> list[Node]:
        rows = self._rows(selection.mines(self.facts, self.question))
        nodes = [self.fact("mines", r, str(r["mine"]), "t/yr") for r in rows]
        return [Node(self.t("mines"), children=tuple(nodes))]

    def country(self, row: dict[str, Any]) -> str:
        return names.label(str(row["country"]), self.lang)

    @staticmethod
    def _rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
        return [{str(k): (None if v != v else v) for k, v in row.items()} for row in frame.to_dict("records")]
