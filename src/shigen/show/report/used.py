"""Which editions feed a study, with publisher, title, terms and address."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shigen.study.run import Run


def sources(result: "Run", records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every edition that feeds the report, with publisher, title, terms and address."""
    used = {e for r in (*records, *result.history.records("en")) for e in r["sources"]}
    used |= {e for one in result.methods for r in one.records("en") for e in r["sources"]}
    used |= {one.source for one in result.projects if one.kind == "site"}
    return [{"edition": k, **v} for k, v in result.facts.editions.items() if k in used]
