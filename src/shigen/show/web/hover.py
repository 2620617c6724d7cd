"""A compiled chart whose marks tell which row they show, so that a live view can say what stands under the pointer."""

from collections.abc import Mapping
from typing import Any, Final

from shigen.show.charts.kind import Rows
from shigen.show.charts.theme import with_rows

ROW: Final = "row_"
"""Column that numbers the rows, from 1 on since Vega takes 0 for nothing; it goes wherever a row goes."""
DRAWS_ONE: Final = frozenset({"symbol", "rect", "arc", "path", "shape", "rule", "text"})
"""Marks of which each item shows one row."""
DRAWS_MANY: Final = frozenset({"line", "area"})
"""Marks of which one item goes through many rows; unseen points at each of them answer the pointer."""
REACH: Final = 160
"""Area of an unseen point [px²]."""

Mark = dict[str, Any]


def hovering(vega: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart with its rows numbered and its marks telling their numbers."""
    rows: Rows = next((one.get("values", []) for one in vega["data"] if one["name"] == "rows"), [])
    numbered = with_rows(dict(vega), [{**row, ROW: place} for place, row in enumerate(rows, start=1)])
    data = [{**one, "transform": [_looking_up(step) for step in one["transform"]]} if "transform" in one else one
            for one in numbered["data"]]  # fmt: skip
    return {**numbered, "data": data, "marks": _telling(vega["marks"])}


def _looking_up(step: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a step of a chart's data; one that takes columns of the rows over takes their numbers too."""
    if step.get("type") != "lookup" or step.get("from") != "rows" or "values" not in step:
        return step
    named = {"as": [*step["as"], ROW]} if "as" in step else {}
    return {**step, "values": [*step["values"], ROW], **named}


def _telling(marks: list[Mark]) -> list[Mark]:
    """Return marks that tell their rows, those inside groups among them."""
    told: list[Mark] = []
    for mark in marks:
        inner: Mark = {"marks": _telling(mark["marks"])} if "marks" in mark else {}
        kind, drawn = mark["type"], mark.get("encode", {}).get("update", {})
        if kind in DRAWS_ONE and "from" in mark:
            update = {**drawn, "tooltip": {"signal": f"datum.{ROW}"}}
            inner |= {"encode": {**mark.get("encode", {}), "update": update}}
        told.append({**mark, **inner})
        if kind in DRAWS_MANY and "x" in drawn and "y" in drawn:
            told.append(_points(mark, drawn))
    return told


def _points(line: Mark, drawn: Mapping[str, Any]) -> Mark:
    """Return unseen points at the rows of a line; one without a place has no size, in the corner."""
    there = drawn.get("defined", {}).get("signal", "true")
    at = {axis: [{"test": there, **drawn[axis]}, {"value": 0}] if isinstance(drawn[axis], dict) else drawn[axis]
          for axis in ("x", "y")}  # fmt: skip
    return {"type": "symbol", "from": line["from"], "encode": {"update": {
        **at, "size": [{"test": there, "value": REACH}, {"value": 0}], "fill": {"value": "black"},
        "opacity": {"value": 0}, "tooltip": {"signal": f"datum.{ROW}"}}}}  # fmt: skip
