"""Which editions feed a study, with publisher, title, terms and address."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from shigen import __version__

if TYPE_CHECKING:
    from shigen.study.run import Run


def sources(result: "Run", records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every edition that feeds the report, with publisher, title, terms and address."""
    used = {e for r in (*records, *result.history.records("en")) for e in r["sources"]}
    used |= {e for one in result.methods for r in one.records("en") for e in r["sources"]}
    used |= {one.source for one in result.projects if one.kind == "site"}
    return [{"edition": k, **v} for k, v in result.facts.editions.items() if k in used]


def inputs_hash(result: "Run") -> str:
    """Return the hash of all that a report follows from: the study as resolved, the earlier one, figures, program."""
    study = result.study.model_dump(mode="json", exclude_none=True, exclude={"overlay", "against"})
    earlier = result.study.earlier(result.year)
    inputs = [study, result.facts.mark, __version__, *([earlier.mark] if earlier else [])]
    held = json.dumps(inputs, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(held.encode()).hexdigest()
