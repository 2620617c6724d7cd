"""Why a stage of a mineral stands where it does: the axis that pulls most, and who is behind it."""

from typing import Any, Final

from shigen.base.names import OTHER
from shigen.model.evaluate import PARTIAL_BELOW
from shigen.model.indicators import indicators
from shigen.model.records import number
from shigen.model.views import steps_of
from shigen.study.evidence import Evidence
from shigen.study.message import Figure, Name, Said, Value, Words

BASE: Final = {"scenario": "base"}
"""Rows of today, in the tables that hold other scenarios too."""
ABSENT: Final = ("no_data", "shared_code")
"""Statuses of what has no figure of the mineral itself."""
NOTHING: Final = Words({"ja": "", "en": ""})


def why(held: Evidence, commodity: str, stage: str) -> tuple[Said, str] | None:
    """Return the sentence on the axis of a stage with the largest weight × score, and its address; None without one."""
    row = held.first("stages", **BASE, commodity=commodity, stage=stage)
    data = held.run.now.dataset.sel(commodity=commodity)
    pull = {key: number(data["weight"].sel(indicator=key) * data["score"].sel(indicator=key)) or 0.0
            for key in (row["used"] if row else ())}  # fmt: skip
    if not pull or not max(pull.values()) > 0:
        return None
    key = max(pull, key=lambda one: pull[one])
    return _said(held, commodity, key), f"{commodity}/{key}"


def _said(held: Evidence, commodity: str, key: str) -> Said:
    one = indicators()[key]
    at = {**BASE, "commodity": commodity, "indicator": key}
    record = held.matching("records", **at)[0]
    raw = held.figure("records", "raw", "two", **at)
    values: dict[str, Value] = {"commodity": Name(commodity), "axis": axis(key), "raw": raw, "note": note(record)}
    reads = one.reads[0]
    if reads == "scrap_share":
        rest = held.figure("records", "raw", "rest", **at)
        return Said("message.why_scrap", {"commodity": Name(commodity), "rest": rest, "note": note(record)})
    if reads == "price":
        return Said("message.why_price", values)
    lead = leader(held, commodity, key)
    if lead is None:
        return Said("message.why_plain", values)
    country, share = lead
    kind = "imports" if reads == "sourcing" else reads
    return Said(f"message.why_{kind}", {**values, "country": country, "share": share})


def axis(key: str) -> Name:
    """Return the name of an axis inside a sentence; the whole name of an indicator that is none."""
    return Name(key, "message_axis") if indicators()[key].axis else Name(key, "indicator")


def note(record: dict[str, Any]) -> Value:
    """Return in brackets how far a figure can be trusted; nothing where it is in order."""
    return NOTHING if record["status"] == "ok" else Said("message.note", {"status": Name(record["status"], "status")})


def status_of(record: dict[str, Any]) -> Said:
    """Return an axis with its status in brackets."""
    return Said("message.axis_status", {"axis": axis(record["indicator"]), "status": Name(record["status"], "status")})


def leader(held: Evidence, commodity: str, key: str) -> tuple[Name, Figure] | None:
    """Return the country with the largest share behind an axis of concentration or governance.

    None without one; of imports also where the recorded flows are less than PARTIAL_BELOW of what home takes, or not
    those of the mineral alone: their leader may not be that of all.
    """
    one = indicators()[key]
    record = held.matching("records", **BASE, commodity=commodity, indicator=key)[0]
    if one.reads[0] == "sourcing":
        if record["status"] != "ok" or record["seen"] is None or record["seen"] < PARTIAL_BELOW:
            return None
        panel = f"imports_{one.step}"
    elif one.reads[0] == "production":
        panel = f"production_{steps_of(held.run.chain, one.step)[commodity]}"
    elif one.reads[0] == "reserves" and record["status"] != "partial":
        panel = "reserves"
    else:
        return None
    at = {"commodity": commodity, "panel": panel, "rank": 0}
    row = held.first("suppliers", **at)
    if row is None or row["country"] == OTHER:
        return None
    return Name(row["country"]), held.figure("suppliers", "share", "percent", **at)
