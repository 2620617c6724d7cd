"""A second, plain computation of what a user's own figures do, by the rule of docs/data.md alone.

It reads the files of the package with DuckDB and counts in Python; it shares no code with the product. Random overlays
come from here too, as CSV files.
"""

import csv
import math
import random
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

PACKAGE = Path(__file__).parents[1] / "src" / "shigen" / "figures" / "package"
MINERALS = ("cobalt", "tungsten", "graphite_natural", "antimony", "gallium", "fluorspar", "rare_earths", "vanadium")
IMPORTERS = ("JPN", "DEU", "USA", "KOR", "RUS")
AGGREGATES = ("WLD", "OTH", "EUU")
COLUMNS = {
    "production": ["action", "commodity", "country", "step", "series", "year", "value", "unit", "source"],
    "trade": ["action", "importer", "exporter", "hs6", "year", "value_kusd", "quantity_t", "source"],
    "governance": ["action", "country", "year", "dimension", "estimate", "source"],
    "recycling": ["action", "commodity", "series", "year", "value", "unit", "source"],
}
DIMENSIONS = (
    "voice_accountability", "political_stability", "government_effectiveness", "regulatory_quality", "rule_of_law",
    "control_of_corruption",
)  # fmt: skip


@dataclass
class Case:
    """One overlay and the question that is asked of it."""

    commodity: str
    importer: str
    year: int
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def write(self, folder: Path) -> list[Path]:
        paths = []
        for table, rows in self.rows.items():
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS[table])
                writer.writeheader()
                writer.writerows(rows)
            paths.append(folder / f"{table}.csv")
        return paths


@cache
def table(name: str) -> list[dict[str, Any]]:
    path = next(PACKAGE / f"{name}{end}" for end in (".parquet", ".csv") if (PACKAGE / f"{name}{end}").exists())
    reader = "read_parquet" if path.suffix == ".parquet" else "read_csv"
    extra = ", nullstr='', types={'hs6': 'VARCHAR'}" if name == "trade" and path.suffix == ".csv" else ""
    extra = ", nullstr='', all_varchar=true" if name in ("supply_map", "editions") else extra
    where = ""
    if name == "trade":
        codes = ", ".join(f"'{r['series']}'" for r in table("supply_map")
                          if r["variable"] == "imports" and r["commodity"] in MINERALS)  # fmt: skip
        homes = ", ".join(f"'{i}'" for i in IMPORTERS)
        where = f" where hs6 in ({codes}) and importer in ({homes}) and year >= 2016"
    found = duckdb.connect().execute(f"select * from {reader}('{path}'{extra}){where}")
    names = [one[0] for one in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@cache
def positions() -> dict[str, float]:
    return {r["edition"]: float(r["position"]) for r in table("editions")}


def mapped(variable: str, commodity: str, step: str | None = None) -> list[dict[str, Any]]:
    return [r for r in table("supply_map") if (r["variable"], r["commodity"]) == (variable, commodity)
            and (step is None or r["step"] == step)]  # fmt: skip


def counting(commodity: str) -> str:
    ore = mapped("production", commodity, "ore")
    return "refined" if ore and ore[0]["status"] == "not_applicable" else "ore"


@cache
def output(commodity: str, step: str) -> tuple[dict[str, Any], ...]:
    (way,) = mapped("production", commodity, step)
    bases = (way["basis"] or "").split("|") if way["basis"] else None
    return tuple(
        r for r in table("production")
        if r["commodity"] == (way["series_commodity"] or commodity) and r["series"] == way["series"]
        and (bases is None or r["basis"] in bases)
    )  # fmt: skip


def factor(commodity: str, step: str) -> float:
    (way,) = mapped("production", commodity, step)
    return float(way["factor"] or 1)


# The rule


def production(case: Case) -> tuple[float | None, float | None]:
    """HHI of production at the step that counts, and the share of the total that is named."""
    step = counting(case.commodity)
    public = output(case.commodity, step)
    own = [r for r in case.rows.get("production", ()) if (r["commodity"], r["step"]) == (case.commodity, step)]
    printed = {r["year"] for r in public}
    whole = {r["year"] for r in own if r["country"] == "WLD" and r["action"] == "add"} - printed
    reach = [y for y in printed | whole if case.year - 2 <= y <= case.year]
    if not reach:
        return None, None
    year, f = max(reach), factor(case.commodity, step)
    newest = max((positions()[r["edition"]] for r in public if r["year"] == year), default=None)
    block = {r["country"]: (r["value"], r["flag"]) for r in public
             if r["year"] == year and positions()[r["edition"]] == newest}  # fmt: skip
    block = {c: (None if v is None else v * f, flag) for c, (v, flag) in block.items()}
    moved, total_given = [], False
    for row in (r for r in own if r["year"] == year):
        before = block.get(row["country"], (None, ""))[0]
        value = None if row["action"] == "withdraw" else float(row["value"]) / f * f
        block[row["country"]] = (value, "user")
        total_given |= row["country"] == "WLD"
        if row["action"] == "replace" and before is not None and row["country"] not in AGGREGATES:
            moved.append(value - before)
    named = [v for c, (v, _) in block.items() if c not in AGGREGATES and v is not None]
    if not named:
        return None, None
    world, flag = block.get("WLD", (None, "bound"))
    other, other_flag = block.get("OTH", (None, "bound"))
    if world is not None and not total_given:
        world = max(0.0, world + math.fsum(moved))
    total = math.fsum(named) + (other if other is not None and other_flag != "bound" else 0.0)
    if world is not None and flag != "bound":
        total = max(total, world)
    if total == 0:
        return None, None
    return math.fsum((v / total) ** 2 for v in named), math.fsum(named) / total


def governed(case: Case) -> dict[str, float]:
    """Governance risk of each country that has six dimensions."""
    public = table("governance")
    held: dict[tuple[str, int], set[str]] = defaultdict(set)
    for r in public:
        held[r["edition"], r["year"]].add(r["dimension"])
    whole = [(y, positions()[e], e) for (e, y), dims in held.items() if len(dims) == 6
             and case.year - 2 <= y <= case.year]  # fmt: skip
    year, _, edition = max(whole)
    six: dict[str, dict[str, float | None]] = defaultdict(dict)
    for r in public:
        if r["edition"] == edition and r["year"] == year:
            six[r["country"]][r["dimension"]] = r["estimate"]
    named = set(six)
    mine: dict[tuple[str, int], dict[str, float | None]] = defaultdict(dict)
    for r in case.rows.get("governance", ()):
        mine[r["country"], r["year"]][r["dimension"]] = None if r["action"] == "withdraw" else float(r["estimate"])
    for (country, y), dims in mine.items():
        if y == year:
            named.add(country)
            six[country].update(dims)
    later = {}
    for (country, y), dims in sorted(mine.items(), key=lambda one: one[0][1]):
        complete = sum(v is not None for v in dims.values()) == 6
        if complete and case.year - 2 <= y <= case.year and (y > year or country not in named):
            later[country] = dims
    six.update(later)
    return {
        c: 1 - (math.fsum(v for v in dims.values() if v is not None) / 6 + 2.5) / 5
        for c, dims in six.items() if sum(v is not None for v in dims.values()) == 6
    }  # fmt: skip


def flows(case: Case, step: str) -> list[tuple[str, str, float | None, float | None]]:
    """Partner, code, kUSD and tonnes of content of each flow."""
    ways = [r for r in mapped("imports", case.commodity, step) if r["status"] in ("applicable", "shared_code", "proxy")]
    found = []
    for way in ways:
        if not int(way["first_year"] or 0) <= case.year <= int(way["last_year"] or 9999):
            continue
        f = None if way["factor"] is None else float(way["factor"])
        at = (case.importer, way["series"], case.year)
        here = [r for r in table("trade") if (r["importer"], r["hs6"], r["year"]) == at]
        edition = max((r["edition"] for r in here), default="")  # all are one release; of two tables the last by name
        cell = {r["exporter"]: (r["value_kusd"], r["quantity_t"]) for r in here if r["edition"] == edition}
        for r in case.rows.get("trade", ()):
            if (r["importer"], r["hs6"], r["year"]) == at:
                gone = r["action"] == "withdraw"
                cell[r["exporter"]] = tuple(None if gone or r[c] in ("", None) else float(r[c])
                                            for c in ("value_kusd", "quantity_t"))  # fmt: skip
        found += [(p, way["series"], v, None if q is None or f is None else q * f) for p, (v, q) in cell.items()]
    return found


def imports(case: Case, step: str, estimated: dict[str, float]) -> tuple[float | None, float | None]:
    """Mean governance of the imports of a step, and the share of them that it covers.

    `estimated` [kUSD/yr] is what the first computation takes to arrive besides, by partner: it is held against flows
    in tests/test_splits.py; here it only counts as the rule says, by value alone.
    """
    ways = [r for r in mapped("imports", case.commodity, step) if r["status"] in ("applicable", "shared_code", "proxy")]
    mass = any(r["measure"] == "mass" for r in ways)
    every, risk = flows(case, step), governed(case)
    pairs = [(p, code, *((q, v) if mass else (v, q))) for p, code, v, q in every]
    both = [(code, m, o) for _, code, m, o in pairs if m is not None and o is not None]
    seen, covered, weighed, unseen, lost = [], [], [], [], False
    for partner, code, m, o in pairs:
        if m is not None:
            seen.append(m)
            if partner in risk:
                covered.append(m)
                weighed.append(m * risk[partner])
        elif o is not None and o > 0:
            of_code = [(a, b) for c, a, b in both if c == code]
            pool = of_code if sum(b for _, b in of_code) > 0 else [(a, b) for _, a, b in both]
            over = math.fsum(b for _, b in pool)
            if over > 0:
                unseen.append(o * math.fsum(a for a, _ in pool) / over)
            else:
                lost = True
    if not mass:
        seen += estimated.values()
        covered += [v for p, v in estimated.items() if p in risk]
        weighed += [v * risk[p] for p, v in estimated.items() if p in risk]
    if not math.fsum(covered) > 0:
        return None, None
    share = 0.0 if lost else math.fsum(covered) / (math.fsum(seen) + math.fsum(unseen))
    return math.fsum(weighed) / math.fsum(covered), share


def scrap(case: Case) -> float | None:
    """One less the regenerated share: the user's, else home's own, else of the declared series."""
    ways = mapped("scrap_share", case.commodity)
    if not ways:
        return None
    (way,) = ways
    commodity, series = way["series_commodity"] or case.commodity, way["series"]
    public = [r for r in table("recycling") if (r["commodity"], r["series"]) == (commodity, series)]
    best = max(public, key=lambda r: (positions()[r["edition"]], r["year"]), default=None)
    found = None if best is None else (best["year"], best["value"])
    own = [r for r in table("home_scrap")
           if (r["home"], r["commodity"], r["counts"]) == (case.importer, case.commodity, "supply")]  # fmt: skip
    near = min(own, key=lambda r: (r["year"] > case.year, abs(r["year"] - case.year)), default=None)
    users = False
    for r in case.rows.get("recycling", ()):
        if (r["commodity"], r["series"] or series) != (commodity, series):
            continue
        same = best is not None and r["year"] == best["year"]
        if (same or r["year"] <= case.year) and (found is None or r["year"] >= found[0]):
            found = (r["year"], None if r["action"] == "withdraw" else float(r["value"]) / 100)
            users = r["action"] != "withdraw"
    if near is not None and not users:
        return float(1 - near["value"])
    return None if found is None or found[1] is None else 1 - found[1]


# Overlays at random


def made(seed: int) -> Case:
    """An overlay of one to seven rows around a question, right or not."""
    rng = random.Random(seed)  # noqa: S311
    case = Case(rng.choice(MINERALS), rng.choice(IMPORTERS), rng.randint(2018, 2024))
    rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = defaultdict(dict)
    for _ in range(rng.randint(1, 4)):
        kind = rng.choice(["production", "production", "trade", "trade", "governance", "recycling"])
        for row in {"production": _output, "trade": _flow, "governance": _six, "recycling": _share}[kind](rng, case):
            key = tuple(
                v for k, v in row.items() if k not in ("action", "value", "value_kusd", "quantity_t", "estimate")
            )
            rows[kind][key] = row
    case.rows = {kind: list(several.values()) for kind, several in rows.items()}
    return case


def _output(rng: random.Random, case: Case) -> list[dict[str, Any]]:
    step = counting(case.commodity)
    year = case.year - rng.choice([0, 0, 0, 1, 1, 2, 3, -1])
    held = sorted({r["country"] for r in output(case.commodity, step) if r["year"] == year})
    action = rng.choice(["replace", "replace", "withdraw", "add"]) if held else "add"
    places = [c for c in ("AUS", "CHE", "NOR", "CAN", "CHN", "WLD") if c not in held] or ["CHE"]
    country = rng.choice(held) if action != "add" else rng.choice(places)
    base = {"commodity": case.commodity, "step": step, "series": "", "year": year, "unit": "t", "source": "me"}
    several = [country]
    if action == "withdraw" and rng.random() < 0.2:  # the whole block
        several = held
    elif action == "add" and not held and rng.random() < 0.5:  # a year of his own, told whole
        several = ["AUS", "CHN", "WLD"]
    if country == "WLD" and action == "replace" and rng.random() < 0.5:
        action = "withdraw"
    return [
        {"action": action, "country": c, **base,
         "value": "" if action == "withdraw" else round(10 ** rng.uniform(0, 5.5), 3)}
        for c in several
    ]  # fmt: skip


def _flow(rng: random.Random, case: Case) -> list[dict[str, Any]]:
    codes = sorted({r["series"] for s in ("ore", "refined") for r in mapped("imports", case.commodity, s)
                    if r["series"]})  # fmt: skip
    if not codes:
        return []
    code, year = rng.choice([*codes, *codes, *codes, "810520"]), case.year - rng.choice([0, 0, 0, 0, 1])
    held = sorted({r["exporter"] for r in table("trade")
                   if (r["importer"], r["hs6"], r["year"]) == (case.importer, code, year)})  # fmt: skip
    action = rng.choice(["replace", "withdraw", "add"]) if held else "add"
    places = [c for c in ("PRK", "ERI", "CHN", "FIN", "COD", "TKL") if c not in held and c != case.importer]
    exporter = rng.choice(held) if action != "add" else rng.choice(places or ["ERI"])
    value, quantity = (round(10 ** rng.uniform(-3, 5), 3) for _ in range(2))
    lacks = rng.random()
    return [{
        "action": action, "importer": case.importer, "exporter": exporter, "hs6": code, "year": year,
        "value_kusd": "" if action == "withdraw" or lacks > 0.85 else value,
        "quantity_t": "" if action == "withdraw" or lacks < 0.3 else quantity, "source": "me",
    }]  # fmt: skip


def _six(rng: random.Random, case: Case) -> list[dict[str, Any]]:
    year = case.year - rng.choice([0, 0, 1, 1, 2])
    country = rng.choice(["AUS", "CHN", "COD", "FIN", "ZAF"])
    dims = DIMENSIONS if rng.random() < 0.6 else rng.sample(DIMENSIONS, rng.randint(1, 5))
    held = {r["dimension"] for r in table("governance") if (r["country"], r["year"]) == (country, year)}
    gone = rng.random() < 0.1
    return [
        {"action": ("withdraw" if gone else "replace") if d in held else "add", "country": country, "year": year,
         "dimension": d, "estimate": round(rng.uniform(-2.5, 2.5), 3), "source": "me"}
        for d in dims
    ]  # fmt: skip


def _share(rng: random.Random, case: Case) -> list[dict[str, Any]]:
    year = rng.choice([2015, 2020, 2023, case.year, case.year + 5])
    ways = mapped("scrap_share", case.commodity)
    keys = {(way["series_commodity"] or case.commodity, way["series"], year) for way in ways}
    held = any((r["commodity"], r["series"], r["year"]) in keys for r in table("recycling"))
    action = rng.choice(["replace", "replace", "withdraw"]) if held else "add"
    return [{"action": action, "commodity": case.commodity, "series": "", "year": year,
             "value": rng.randint(0, 100), "unit": "%", "source": "me"}]  # fmt: skip
