"""What charts cite: functions whose parameters name what they look at, for `cites` of a declaration."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shigen.model.records import editions_of, meta, ordered

if TYPE_CHECKING:
    from shigen.model.criticality import Assessment


def figures(assessments: "Sequence[Assessment]", commodity: str | None = None) -> tuple[str, ...]:
    """Return what figures of assessments come from: the indicators of one commodity, or every table that was read."""
    if commodity is not None:
        return editions(assessments, commodity)
    read = [citing for one in assessments for citing in meta(one)["editions"].values()]
    return tuple(dict.fromkeys(name for citing in read for name in citing))


def past_figures(past: "Sequence[Assessment]", commodity: str | None = None) -> tuple[str, ...]:
    """Return what figures over the years come from."""
    return figures(past, commodity)


def indicators(assessments: "Sequence[Assessment]", commodity: str | None = None) -> tuple[str, ...]:
    """Return the editions that indicators come from, of one commodity or of all, and no other that was read."""
    return editions(assessments, commodity)


def editions(
    assessments: "Iterable[Assessment]", commodity: str | None, only: Sequence[str] | None = None
) -> tuple[str, ...]:  # fmt: skip
    """Return the editions that indicators come from, or these of them, in the order of an assessment's rows."""
    named: dict[str, None] = {}
    for one in assessments:
        sources = one.dataset["sources"]
        minerals, measures = ([str(key) for key in sources[dim].values] for dim in ("commodity", "indicator"))
        wanted = {"commodity": [at for at, key in enumerate(minerals) if commodity in (None, key)],
                  "indicator": [at for at, key in enumerate(measures) if only is None or key in only]}  # fmt: skip
        bits = sources.isel(wanted).transpose(*ordered(map(str, sources.dims))).values.ravel().tolist()
        named |= dict.fromkeys(edition for each in dict.fromkeys(bits) for edition in editions_of(one.chain, each))
    return tuple(named)


def edition_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the editions that the rows name, and no other."""
    return sorted({row["edition"] for row in rows if row["edition"]})
