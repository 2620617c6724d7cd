"""Explain demand: a year's tonnes ← parts and uses ← assumptions and facts ← the publisher's row.

Facts are asked from `selection` as the projection asks them; assumptions are the rows that it read.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.errors import UserError
from shigen.base.i18n import Lang, default_lang, source_words, text
from shigen.figures import selection
from shigen.figures.selection import Question
from shigen.model.assumptions import stated_growth
from shigen.model.records import number
from shigen.outlook.demand import LAST, Demand
from shigen.outlook.demand_tables import concerning
from shigen.outlook.history import LONG_SERIES
from shigen.outlook.inputs import ECONOMY, Input
from shigen.outlook.volumes import SERIES
from shigen.study.tracer import Node, published_as

if TYPE_CHECKING:
    import pandas as pd

YEARLY: Final = "t/yr"


def explain_demand(
    found: Demand, commodity: str, *, year: int = LAST, scenario: str | None = None, lang: Lang | None = None
) -> Node:
    """Explain one figure of a demand result.

    Parameters
    ----------
    found : Demand
        From `shigen.demand`.
    commodity : str
        Any of its names.
    year : int
        From the base year to 2050.
    scenario : str, optional
        Key of a scenario; the deciding one when not given.

    Raises
    ------
    UserError
        The result does not hold that mineral, year or scenario.
    """
    key, lang, scenario = names.commodity(commodity), lang or default_lang(), scenario or found.choices.scenario
    data = found.dataset
    for dim, word in (("commodity", key), ("year", year), ("scenario", scenario)):
        if word not in data[dim].values:
            raise UserError("not_in_assessment", word=str(word))
    return _DemandTracer(found, key, year, scenario, lang).tree()


class _DemandTracer:
    """Gathers what one figure of demand is made of; lives for one call of `explain_demand`."""

    def __init__(self, found: Demand, commodity: str, year: int, scenario: str, lang: Lang) -> None:
        self.found, self.key, self.year, self.lang = found, commodity, year, lang
        self.own = found.dataset.sel(commodity=commodity)
        self.scenario = found.inputs.scenarios[scenario]
        self.rows = concerning(found, [commodity])

    def t(self, key: str, **values: object) -> str:
        return text(f"explain.{key}", self.lang, **values)

    def tree(self) -> Node:
        at = {"scenario": self.scenario.key, "year": self.year}
        total = self.found.total.sel(at).sel(commodity=self.key)
        parts = [self.existing()]
        for use in self.found.inputs.uses.values():
            amount = self.own["demand"].sel(at).sel(use=use.key, part=use.part, bound="central")
            if use.part != "existing" and bool(amount.notnull()):
                colon = "：" if self.lang == "ja" else ": "
                label = f"{text(f'part.{use.part}', self.lang)}{colon}{use.name[self.lang]}"
                series = SERIES.get(use.volume, (use.volume,))
                read = [row for row in self.rows if row.use == use.key or (row.kind == "volume" and row.use in series)]
                parts.append(Node(label, number(amount), YEARLY, children=self.assumptions(read)))
        home = [self.home()] if self.found.region != names.WORLD else []
        return Node(
            self.t("demand", commodity=names.label(self.key, self.lang), year=self.year,
                   region=text("demand.world", self.lang) if not home else names.label(self.found.region, self.lang),
                   scenario=self.scenario.short[self.lang]),
            number(total.sel(bound="central")), YEARLY,
            note=self.t("band", low=f"{float(total.sel(bound='low')):,.0f}",
                        high=f"{float(total.sel(bound='high')):,.0f}"),
            children=(Node(self.t("demand_formula")), *home, *parts,
                      Node(self.t("snapshot", name=self.found.inputs.facts.name,
                                  hash=self.found.inputs.facts.hash[:12]))),
        )  # fmt: skip

    def existing(self) -> Node:
        amount = self.own["demand"].sel(part="existing", use="existing", scenario=self.scenario.key, year=self.year)
        growth = self.own["growth"].sel(bound="central")
        used, left_out = (self.own["past"].values[self.own[name].values] for name in ("used", "left_out"))
        note = self.t("demand_trend", first=used.min(), last=used.max(), count=len(used),
                      left_out=", ".join(map(str, left_out)) or "–") if len(used) else ""  # fmt: skip
        economy = [row for row in self.rows if (row.kind, row.use) == ("growth", ECONOMY)]
        assumed = [row for row in self.rows if (row.kind, row.use) == ("growth", "existing")]
        damping = self.found.choices.damping if economy else 0
        return Node(
            text("part.existing", self.lang), number(amount.sel(bound="central")), YEARLY,
            note=self.t("demand_damping", years=damping) if damping else "",
            children=(self.base(), Node(self.t("demand_growth"), number(growth), "1/yr", note=note),
                      *self.assumptions([*assumed, *economy])),
        )  # fmt: skip

    def base(self) -> Node:
        """Return today's world demand: the assumption of it, else the rows of world output."""
        own = [row for row in self.rows if row.kind == "base" and row.year is not None
               and row.year <= int(self.found.dataset["year"].min())]  # fmt: skip
        history = self.own["history"].dropna("past")
        year, amount = int(history["past"][-1]), float(history[-1])
        if own:
            newest = max(own, key=lambda row: row.year or 0)
            return Node(self.t("demand_base", year=newest.year), newest.value, YEARLY,
                        children=self.assumptions([newest]))  # fmt: skip
        facts = self.found.inputs.facts
        rows = selection.country_figures(facts, "production", Question((self.key,), (year,)))
        rows = rows[rows["fact_year"] == year]
        step = "ore" if (rows["step"] == "ore").any() else "refined"
        children = [self.fact("production", row, names.label(str(row["country"]), self.lang)
                              if row["country"] not in names.AGGREGATES else self.t(f"aggregate.{row['country']}"))
                    for row in _plain(rows[rows["step"] == step])]  # fmt: skip
        editions = self.found.dataset["history"].attrs["editions"][self.key]
        note = LONG_SERIES if not children and LONG_SERIES in editions else ""
        return Node(self.t("demand_base", year=year), amount, YEARLY, note=note, children=tuple(children))

    def home(self) -> Node:
        """Return home demand over the world's, with the figure that it starts from."""
        figure = self.found.known.get(self.key)
        children: list[Node] = []
        if figure is not None:
            counted = str(figure[f"basis_{self.lang}"])
            kind = str(figure["kind"])
            told = f"{text(f'home_kind.{kind}', self.lang)} ({int(figure['fact_year'])})"
            table = "study_demand" if figure["kind"] == "study" else "home_demand"
            children.append(self.fact(table, figure, told, note=counted))
            rate = stated_growth(facts=self.found.inputs.facts).get(self.key, 0.0)
            children.append(Node(self.t("demand_stated"), rate, "1/yr"))
        return Node(self.t("demand_share"), number(self.own["ratio"]), "1", children=tuple(children))

    def fact(self, table: str, row: Mapping[str, Any], label: str, note: str = "") -> Node:
        place = str(row.get("home") or row.get("country"))
        step = "use" if table == "home_demand" else str(row.get("step"))
        address = "" if table == "study_demand" else ":".join([
            table, str(row.get("published_commodity") or self.key), place, step, str(int(row["fact_year"])),
            str(row["edition"])])  # fmt: skip
        flag = "" if row["flag"] == "official" else text(f"flag.{row['flag']}", self.lang)
        value = None if row["value"] is None else number(row["value"])
        return Node(label, value, YEARLY, note=" · ".join(p for p in (note, flag) if p), address=address,
                    published=published_as(dict(row), self.lang))  # fmt: skip

    def assumptions(self, rows: Iterable[Input]) -> tuple[Node, ...]:
        """Return the assumptions that the year reads: of a path, the points before and after it."""
        read = []
        for row in rows:
            if (row.scenario and row.scenario not in self.scenario.lineage) or row.kind == "life":
                continue
            if row.year is not None and row.kind != "base" and not self._near(row):
                continue
            band = "" if row.low == row.high else self.t("band", low=f"{row.low:g}", high=f"{row.high:g}")
            note = " · ".join(p for p in (band, text(f"flag.{row.flag}", self.lang), row.note.get(self.lang, "")) if p)
            source = self.t("assumption", address=row.address, source=source_words(row.source, self.lang))
            read.append(Node(row.name(self.lang), row.value, row.unit, note=note, published=source))
        return tuple(read)

    def _near(self, row: Input) -> bool:
        alike = [one.year for one in self.rows if one.year is not None and (one.kind, one.use, one.technology,
                 one.commodity) == (row.kind, row.use, row.technology, row.commodity)
                 and (not one.scenario or one.scenario in self.scenario.lineage)]  # fmt: skip
        before = max((year for year in alike if year <= self.year), default=None)
        after = min((year for year in alike if year >= self.year), default=None)
        return row.year in (before, after)


def _plain(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [{str(k): (None if v != v else v) for k, v in row.items()} for row in frame.to_dict("records")]
