"""One random overlay through the product's own door, held against the second computation."""

import math
from pathlib import Path
from typing import Any

import overlay_oracle as oracle
from xarray import Dataset

import shigen
from shigen.base.errors import UserError
from shigen.figures.factbase import embedded
from shigen.figures.own.layers import lay
from shigen.figures.own.overlay import read_overlay
from shigen.model.unread import unread

AXES = ("production_concentration", "ore_import_governance", "refined_import_governance", "scrap_recovery")


def compared(seed: int, folder: Path) -> tuple[str, int]:
    """Return "refused" or "equal", and how many figures were compared; fail where one differs."""
    case = oracle.made(seed)
    if not any(case.rows.values()):
        return "refused", 0
    try:
        facts = lay(embedded(), read_overlay(case.write(folder)))
    except UserError:
        return "refused", 0
    chain = shigen.load(case.importer, year=case.year, commodities=[case.commodity], basis="imports_only", facts=facts)
    records = {r["indicator"]: r for r in shigen.assess(chain, indicators=list(AXES)).records("en")}
    expected = {
        "production_concentration": oracle.production(case), "scrap_recovery": (oracle.scrap(case), None),
        **{f"{step}_import_governance": oracle.imports(case, step, _estimated(chain, step))
           for step in ("ore", "refined")},
    }  # fmt: skip
    count = sum(_same(seed, case, records[key], *expected[key]) for key in AXES)
    told = [one.to_dict(lang) for one in unread([chain], facts) for lang in ("en", "ja")]  # none without its reason
    assert all(row["reason"] for row in told)
    facts.connection.close()
    return "equal", count


def _estimated(chain: Dataset, step: str) -> dict[str, float]:
    """Return what is estimated to arrive at a step, by partner [kUSD/yr]."""
    flows = chain["imports_estimated"].sel(step=step).isel(commodity=0)
    return {str(country): value for country, value in zip(flows["country"].values, flows.values.tolist(), strict=True)
            if value > 0}  # fmt: skip


def _same(seed: int, case: oracle.Case, found: dict[str, Any], raw: float | None, covered: float | None) -> int:
    if found["status"] == "not_applicable":  # a step without trade, or below 1 % of intake: said, and not scored
        return 0
    told = (seed, case, found, raw, covered)
    if raw is None or found["raw"] is None:
        assert raw is None, told
        assert found["raw"] is None, told
        return 1
    assert math.isclose(found["raw"], raw, rel_tol=1e-12, abs_tol=1e-12), told
    if covered is not None:
        assert math.isclose(found["coverage"], covered, rel_tol=1e-12, abs_tol=1e-12), told
    return 1
