"""The row behind what home takes, which tells how much of it the figures of an import axis see."""

from typing import Any

from shigen.base.i18n import Lang, text
from shigen.figures import selection
from shigen.figures.factbase import FactBase
from shigen.figures.selection import Question
from shigen.model.records import number
from shigen.study.tracer import Node, published_as


def taken(facts: FactBase, chain: Any, question: Question, lang: Lang) -> tuple[Node, ...]:
    """Return home demand as `seen` is measured by, with its row; nothing where nobody says what home takes.

    Parameters
    ----------
    facts : FactBase
        What the chain was loaded from.
    chain : xarray.Dataset
        Of one commodity, importer and year.
    question : Question
        What the chain was asked for.
    """
    rows = selection.home_demand(facts, question, [str(chain["importer"].values)])
    nodes = []
    for row in ({str(k): (None if v != v else v) for k, v in row.items()} for row in rows.to_dict("records")):
        year = int(str(row["fact_year"]))
        told = ["home_demand", str(row["commodity"]), str(row["home"]), "use", str(year), str(row["edition"])]
        address = "" if row["kind"] == "study" else ":".join(told)  # the study's table has no addresses
        flag = "" if row["flag"] == "official" else text(f"flag.{row['flag']}", lang)
        note = " · ".join(part for part in (str(row[f"basis_{lang}"]), flag) if part)
        kind = text(f"home_kind.{row['kind']}", lang)
        fact = Node(f"{kind} ({year})", number(row["value"]), "t/yr", note=note, address=address,
                    published=published_as(row, lang))  # fmt: skip
        nodes.append(Node(text("explain.taken", lang), number(chain["home_takes"].item()), "t/yr", children=(fact,)))
    return tuple(nodes)
