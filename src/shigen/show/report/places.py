"""The words of markets, countries and projects, for the report and the command line; and their parts of the report."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from shigen.base import names
from shigen.base.i18n import Lang, joined, signless, text
from shigen.base.numbers import amount, money
from shigen.outlook.projects import KINDS, Project

if TYPE_CHECKING:
    from shigen.study.run import Run

BASES: Final = ("content", "oxide", "product", "gross", "unstated")
SHOWN: Final = 12
"""Countries in the table of the report."""
LONG: Final = 100
"""Outlines are paths of more characters than this."""


def listed(keys: Sequence[str], lang: Lang) -> str:
    """Join the names of commodities or countries."""
    return joined([names.label(key, lang) for key in keys], lang)


def growth(row: Mapping[str, Any], lang: Lang) -> str:
    """Return growth with its span; a dash where there is none."""
    if row["growth"] is None:
        return "–"
    return text("market.growth_span", lang, percent=signless(f"{100 * row['growth']:+.1f}"), first=row["growth_from"],
                last=row["growth_to"])  # fmt: skip


def absent(row: Mapping[str, Any], lang: Lang) -> list[str]:
    """Return what a market block lacks, each with its reason in words."""
    sentences = []
    if row["value_absent"]:
        sentences.append(text("market.no_value", lang, reason=text(f"market_absent.{row['value_absent']}", lang)))
    if row["traded_absent"]:
        codes = joined([f"HS {code}" for code in row["traded_lacking"]], lang)
        reason = text(f"traded_absent.{row['traded_absent']}", lang, codes=codes)
        sentences.append(text("market.no_trade", lang, reason=reason))
    if row["reserve_life_absent"]:
        reason = text(f"reserve_life_absent.{row['reserve_life_absent']}", lang)
        sentences.append(text("market.no_life", lang, reason=reason))
    return sentences


def sentence(row: Mapping[str, Any], lang: Lang) -> str:
    """Return the market of a commodity in words; empty without a figure of production."""
    if row["top1"] is None:
        return ""
    words = text("market.sentence", lang, year=row["production_year"], tonnes=amount(row["production_t"]),
                 step=text(f"step.{row['step']}", lang), producers=row["producers"],
                 country=names.label(row["top1_country"], lang), top1=f"{100 * row['top1']:.0f}",
                 top3=f"{100 * row['top3']:.0f}")  # fmt: skip
    if row["value_musd"] is not None:
        words += text("market.sentence_value", lang, series=row["price_series"], price=amount(row["price_usd_per_t"]),
                      value=money(row["value_musd"], lang))  # fmt: skip
    if row["growth"] is not None:
        words += text("market.sentence_growth", lang, first=row["growth_from"], last=row["growth_to"],
                      percent=signless(f"{100 * row['growth']:+.1f}"))  # fmt: skip
    if row["traded_share"] is not None:
        words += text("market.sentence_traded", lang, percent=f"{100 * row['traded_share']:.0f}")
    return words.strip()


def market_row(row: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Return the market of a commodity with its words."""
    return {**row, "sentence": sentence(row, lang), "absent": absent(row, lang), "growth_told": growth(row, lang),
            "top1_name": names.label(row["top1_country"], lang) if row["top1_country"] else ""}  # fmt: skip


def flag_word(flag: str, lang: Lang) -> str:
    """Return the kind of a figure in words: a flag, or a status where that says more; empty for a published figure."""
    if not flag or flag == "official":
        return ""
    return text(f"status.{flag}" if flag in ("proxy", "partial", "shared_code") else f"flag.{flag}", lang)


def measured(row: Mapping[str, Any], lang: Lang) -> str:
    """Return the tonnes of a project with what they are; a dash where there are none."""
    if row["t_per_year"] is None:
        return "–"
    of = row["of"] or ""
    of = text(f"project_basis.{of}", lang) if of in BASES else of
    key = "project.measured_of" if of else "project.measured"
    return text(key, lang, tonnes=amount(row["t_per_year"]), of=of,
                measure=text(f"project_measure.{row['measure']}", lang))  # fmt: skip


def operator(row: Mapping[str, Any]) -> str:
    """Return who runs a site, without the list of its owners that some tables add."""
    return str(row["owner"] or "").split(" | owners:")[0]


def part(result: "Run", lang: Lang) -> dict[str, Any]:
    """Return what the report shows of countries and projects."""
    leading = [page.country for page in result.pages]
    rows = [row for i, row in enumerate(result.countries) if i < SHOWN or row["country"] in leading]
    return {
        "countries": [{**row, "name": names.label(row["country"], lang),
                       **{key: listed(row[key], lang) for key in LISTS}} for row in rows],
        "pages": [{"key": page.country, "name": names.label(page.country, lang), "governance": page.governance,
                   "shares": [share_row(row, lang) for row in page.shares],
                   "imports": [share_row(row, lang) for row in page.imports],
                   "measures": page.measure_rows(lang)}
                  for page in result.pages],
        "projects": [project_row(one, lang) for one in result.projects if one.kind != "site"],
        "held": _by_commodity(result.projects, lang),
    }  # fmt: skip


LISTS: Final = ("largest_producer_of", "largest_holder_of", "largest_supplier_of")
"""Columns of a country that hold commodities."""


def share_row(row: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    """Return a share of a country's page with its words: of which commodity, at which step, of which kind."""
    step = text("panel.reserves", lang) if row["step"] == "reserves" else text(f"step.{row['step']}", lang)
    return {**row, "name": names.label(row["commodity"], lang), "step_name": step,
            "flag_word": flag_word(row["flag"], lang)}  # fmt: skip


def project_row(project: Project, lang: Lang) -> dict[str, Any]:
    """Return the row of a project with its words."""
    row = project.row(lang)
    return {**row, "commodity_name": names.label(project.commodity, lang),
            "country_name": names.label(project.country, lang), "measured": measured(row, lang),
            "recalled": project.confidence == "recalled"}  # fmt: skip


def _by_commodity(projects: Sequence[Project], lang: Lang) -> list[dict[str, Any]]:
    """Return a row a commodity: how many sites and projects, and of which countries the sites are."""
    by_commodity: dict[str, dict[str, Any]] = {}
    for project in projects:
        row = by_commodity.setdefault(project.commodity, {"name": names.label(project.commodity, lang), "where": {},
                                                          **dict.fromkeys(KINDS, 0)})  # fmt: skip
        row[project.kind] += 1
        if project.kind == "site":
            row["where"][project.country] = row["where"].get(project.country, 0) + 1
    for row in by_commodity.values():
        most = sorted(row["where"].items(), key=lambda item: -item[1])
        row["where"] = joined([f"{names.label(country, lang)} {count}" for country, count in most], lang)
    return list(by_commodity.values())


def shared_paths(page: str) -> str:
    """Return a page in which an outline that several pictures draw alike stands once."""
    seen: dict[str, int] = {}
    for shape in re.findall(rf'<path [^>]*?\bd="([^"]{{{LONG},}})"', page):
        seen[shape] = seen.get(shape, 0) + 1
    ids = {shape: f"outline-{i}" for i, (shape, n) in enumerate(seen.items()) if n > 1}

    def used(match: re.Match[str]) -> str:
        key = ids.get(match[2])
        return match[0] if key is None else f'<use href="#{key}"{match[1]}{match[3]}/>'

    page = re.sub(rf'<path((?: [^>]*?)?) d="([^"]{{{LONG},}})"([^>]*?)/?>(?:</path>)?', used, page)
    held = "".join(f'<path id="{key}" d="{shape}"/>' for shape, key in ids.items())
    return page.replace("<!--OUTLINES-->", f'<svg width="0" height="0" aria-hidden="true"><defs>{held}</defs></svg>')
