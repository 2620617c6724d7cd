"""The rows behind what home takes and uses, and behind its minerals' by-product share: figures without a country."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from shigen.base import names
from shigen.base.declare import STEPS, Step
from shigen.base.i18n import Lang, text
from shigen.figures import selection, splits
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.figures.trade_parameter import FREE, MEMBER, MOST
from shigen.model.records import number
from shigen.model.sight import SIGHTS
from shigen.model.views import view
from shigen.study.tracer import Node, inputs, published_as


def taken(facts: FactBase, chain: Any, question: Question, step: Step, lang: Lang) -> tuple[Node, ...]:
    """Return what home takes as `seen` is measured by; nothing where nobody says what home takes.

    In tonnes: home demand with its row. By value, or where only the most that is seen is known: what is recorded, and
    home's totals with their rows.

    Parameters
    ----------
    facts : FactBase
        What the chain was loaded from.
    chain : xarray.Dataset
        Of one commodity, importer and year.
    question : Question
        What the chain was asked for.
    step : Step
        The step of the axis.
    """
    return (*_in_tonnes(facts, chain, question, lang), *_by_value(facts, chain, question, step, lang))


def _in_tonnes(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return home demand with its row; nothing where nobody prints it."""
    value = number(chain["home_takes"].item())
    return tuple(Node(text("explain.taken", lang), value, "t/yr", children=(fact,))
                 for fact in _demand(facts, chain, question, lang))  # fmt: skip


def consumed(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return apparent consumption with the row that prints it, else with the imports that it is summed from."""
    value = number(view(chain, "consumption").item())
    printed = tuple(_demand(facts, chain, question, lang))
    if printed or value is None:
        return (Node(text("explain.consumption", lang), value, "t/yr", children=printed),)
    key = str(chain["commodity"].item())
    flows = (node for step in STEPS for node in inputs(facts, chain, key, {"imports_tonnes": step}, question, lang))
    return (Node(text("explain.consumption", lang), value, "t/yr", note=text("explain.consumption_summed", lang),
                 children=tuple(node for node in flows if node.children)),)  # fmt: skip


def by_product(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return the share of primary output that is won as a by-product, as it is printed; nothing where it is not."""
    del chain
    rows = selection.companionality(facts, question).to_dict("records")
    return tuple(
        Node(text("explain.companionality", lang), number(row["value"]), "1",
             note="" if row["flag"] == "official" else text(f"flag.{row['flag']}", lang),
             published=published_as({str(name): value for name, value in row.items()}, lang))
        for row in rows
    )  # fmt: skip


def substitution(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return the substitution index as the EU prints it; nothing where it does not."""
    del chain
    rows = selection.substitution(facts, question).to_dict("records")
    return tuple(
        Node(text("explain.substitution", lang), number(row["value"]), "1", note=str(row["through"]),
             published=published_as({str(name): value for name, value in row.items()}, lang))
        for row in rows
    )  # fmt: skip


def relied(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return net import reliance at each step with the imports that it is computed from; nothing where it is not."""
    key = str(chain["commodity"].item())
    steps: tuple[Step, ...] = STEPS
    values = {step: number(view(chain, "step_reliance", step).item()) for step in steps}
    return tuple(
        Node(text("explain.step_reliance", lang, step=text(f"step.{step}", lang)), value, "1",
             children=tuple(inputs(facts, chain, key, {"imports_tonnes": step}, question, lang)))
        for step, value in values.items() if value is not None
    )  # fmt: skip


def traded(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return the trade parameter of suppliers of which it is not 1, or of which it may be another since."""
    del facts, question
    home, since = chain["home_market"], chain["restricted_since"].squeeze("commodity")
    nodes = [Node(text("explain.trade_member", lang), MEMBER, "1")] if bool(home.any()) else []
    for step in STEPS:
        value = chain["trade_printed"].squeeze("commodity").sel(step=step)
        for country in map(str, chain["country"].values):
            one, later = float(value.sel(country=country)), bool(since.sel(country=country))
            if not bool(home.sel(country=country)) and one == one and (one > FREE or later):
                label = text("explain.trade_printed", lang, country=names.label(country, lang),
                             step=text(f"step.{step}", lang))  # fmt: skip
                note = text("explain.trade_since", lang, most=MOST) if later else ""
                nodes.append(Node(label, one, "1", note=note))
    return tuple(nodes)


Rows = Callable[[FactBase, Any, Question, Lang], tuple[Node, ...]]
BESIDE: Final[Mapping[str, Rows]] = {"consumption": consumed, "companionality": by_product,
                                     "substitution": substitution, "trade_parameter": traded,
                                     "step_reliance": relied}  # fmt: skip
"""What a formula reads that no country stands behind, with what tells its rows."""


def _demand(facts: FactBase, chain: Any, question: Question, lang: Lang) -> list[Node]:
    """Return home demand as it is printed."""
    rows = selection.home_demand(facts, question, [str(chain["importer"].values)])
    nodes = []
    for row in ({str(k): (None if v != v else v) for k, v in row.items()} for row in rows.to_dict("records")):
        year = int(str(row["fact_year"]))
        told = ["home_demand", str(row["commodity"]), str(row["home"]), "use", str(year), str(row["edition"])]
        address = "" if row["kind"] == "study" else ":".join(told)  # the study's table has no addresses
        flag = "" if row["flag"] == "official" else text(f"flag.{row['flag']}", lang)
        note = " · ".join(part for part in (str(row[f"basis_{lang}"]), flag) if part)
        kind = text(f"home_kind.{row['kind']}", lang)
        nodes.append(Node(f"{kind} ({year})", number(row["value"]), "t/yr", note=note, address=address,
                          published=published_as(row, lang)))  # fmt: skip
    return nodes


def _by_value(facts: FactBase, chain: Any, question: Question, step: Step, lang: Lang) -> list[Node]:
    """Return what home takes by value: all of it, or the least that it can be; nothing where tonnes tell."""
    by, most = SIGHTS[int(view(chain, "sight_by", step).item())], float(view(chain, "seen_at_most", step).item())
    if by == "tonnes" or most != most:
        return []
    tracked = float((view(chain, "recorded", step).sum("country") + view(chain, "unseen", step)).item())
    whole = tracked + float(chain["imports_estimated"].sel(step=step).sum())
    recorded = Node(text("explain.taken_recorded", lang), number(tracked), "kUSD/yr")
    importer = names.members(str(chain["importer"].values))
    rows = [row for row in splits.totals(facts, question).to_dict("records")
            if row["step"] == step and row["importer"] in importer and row["exporter"] == names.WORLD]  # fmt: skip
    year = int(chain["totals_year"].sel(step=step).item())
    return [Node(text("explain.taken_by_value" if by == "value" else "explain.taken_at_least", lang, year=year),
                 number(whole), "kUSD/yr", children=(recorded, *(_total(row, lang) for row in rows)))]  # fmt: skip


def _total(row: dict[Any, Any], lang: Lang) -> Node:
    """Return a total of home, with its row."""
    told = ("trade_totals", row["hs6"], row["exporter"], row["importer"], int(row["fact_year"]), row["edition"])
    label = text("explain.total_of_importer", lang, country=names.label(str(row["importer"]), lang))
    return Node(f"{label} (HS {row['hs6']})", number(row["value_kusd"]), "kUSD/yr", address=":".join(map(str, told)),
                published=published_as(row, lang))  # fmt: skip
