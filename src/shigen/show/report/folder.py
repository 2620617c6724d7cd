"""Write the folder of a study whole: to a temporary name first, then renamed; only a study's folder is replaced."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, default_lang
from shigen.base.whole import replacing_folder, scratch, unwritable, where
from shigen.figures.coverage import covered
from shigen.figures.own.sheets import tables_in
from shigen.model.packages import package_rows
from shigen.model.records import meta
from shigen.model.revisions import revised
from shigen.model.unread import rows_read
from shigen.outlook.demand_tables import meta as demand_meta
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.demand_tables import summary
from shigen.show.charts import Chart, faces, kinds, world
from shigen.show.charts import coverage as coverage_chart
from shigen.show.charts import history as history_chart
from shigen.show.charts import revisions as revisions_chart
from shigen.show.charts import suppliers as suppliers_chart
from shigen.show.charts import years as years_chart
from shigen.show.charts.drawing import Drawer
from shigen.show.charts.screening import LISTS, PERIODIC
from shigen.show.report import demand, html, observatory, tables, technology
from shigen.study.file import Study
from shigen.study.flow import Result

MARK: Final = "shigen-study"
"""Value of `kind` in study.json: what tells a study's folder from any other."""
CHARTS: Final = (
    "profile", "heatmap", "demand", "suppliers", "history", "years", "price", "map", "governance_map", "coverage",
    "revisions", "periodic", "lists", "demand_growth", "scrap", "timeline", "policy_matrix", "trends", "power_map",
    "recycling_flow",
)  # fmt: skip
"""Kinds of charts in a report, to be compiled while its figures are computed."""


def check_place(out: Path) -> None:
    """Refuse a place that cannot hold the folder, before anything is computed.

    Raises
    ------
    UserError
        No parent folder, no right to write, or a folder that is not a study's.
    """
    place = where(out)
    if not place.parent.is_dir():
        raise UserError("out_parent", word=str(place.parent))
    _only_a_study(place)
    try:
        with scratch(place.parent):
            pass
    except OSError as error:
        raise unwritable(out, error) from error


def _only_a_study(place: Path) -> None:
    if os.path.lexists(place) and not is_study(place):
        raise UserError("out_not_a_study", word=str(place))


def is_study(folder: Path) -> bool:
    """Tell whether a folder was written by a study."""
    try:
        return bool(json.loads((folder / "study.json").read_text("utf-8")).get("kind") == MARK)
    except (OSError, ValueError, AttributeError):
        return False


def write(result: Result, out: Path, drawer: Drawer, *, tell: Callable[[str], None], lang: Lang | None = None) -> Path:
    """Write the folder of a study, its charts drawn by `drawer`; return its path.

    `lang` is that of the tables that have no ending for it; the user's when not given.

    Raises
    ------
    UserError
        See `check_place`; or the disk is full, or a file of the user's own figures is gone. Nothing is written then.
    """
    check_place(out)
    tell("charts")
    pictures: dict[Lang, dict[str, html.Picture]] = {}
    for code in LANGS:
        charts = _charts(result, code)
        pictures[code] = {
            name: html.Picture(drawn, chart.rows, chart.source_line)
            for (name, chart), drawn in zip(charts.items(), drawer.draw(list(charts.values())), strict=True)
        }
    tell("report")
    with replacing_folder(out, check=_only_a_study) as folder:
        pages, rules = {}, {}
        for code in LANGS:
            # Written while the workers draw; while they cut its font down, the next page and the tables are.
            pages[code] = html.page(result, code, pictures[code])
            letters = "".join(sorted(set(pages[code])))
            rules[code] = [drawer.start(faces.rule, letters, weight) for weight in faces.WEIGHTS]
        tables.write(result, folder, lang or default_lang())
        (folder / "figures").mkdir()
        for code in LANGS:
            for name, picture in pictures[code].items():
                (folder / "figures" / f"{name}.{code}.svg").write_text(picture.svg_text, "utf-8")
        (folder / "study.toml").write_text(_with_overlay(result.study, folder).to_toml(), "utf-8")
        content = json.dumps(as_json(result), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / "study.json").write_text(content + "\n", "utf-8")
        for code in LANGS:
            font = "".join(rule.result() for rule in rules[code])
            (folder / f"report.{code}.html").write_text(pages[code].replace(html.FONT, font), "utf-8")
    return out


def _with_overlay(study: Study, folder: Path) -> Study:
    """Copy the user's own figures into the folder; return the study that finds them there."""
    kept = []
    for number, file in enumerate(study.overlay, start=1):
        # The name stays, since it is the name of the edition; the number keeps two of one name apart.
        kept.append(f"overlay/{number}/{Path(file).name}")
        (folder / "overlay" / str(number)).mkdir(parents=True)
        if Path(file).is_dir():
            (folder / kept[-1]).mkdir()
            for table in tables_in(Path(file)):
                shutil.copyfile(table, folder / kept[-1] / table.name)
        else:
            shutil.copyfile(file, folder / kept[-1])
    return study.model_copy(update={"overlay": kept})


def _charts(result: Result, lang: Lang) -> dict[str, Chart]:
    """Return every chart of the report in one language, by name."""
    records = result.now.records("en")
    heat = kinds()["heatmap"]
    found = {"overview": Chart(heat, heat.rows(result.now, lang=lang), lang, _editions(records), "overview")}
    rows = {
        "profile": kinds()["profile"].rows(result.now, result.after, lang=lang),
        "suppliers": suppliers_chart.labelled(result.suppliers, lang),
        "years": years_chart.labelled(result.suppliers_over_years, lang),
        "price": kinds()["price"].rows(result.now, lang=lang),
        "history": history_chart.labelled(result.history.records(lang), lang),
    }
    found |= technology.charts(lang, facts=result.facts)
    past = result.history.records("en")
    for kind, made in ((PERIODIC, PERIODIC.rows), (LISTS, LISTS.rows)):
        titles = tuple(result.screening.lists)
        found[kind.key] = Chart(kind, made(result.screening, lang), lang, titles, kind.key)
    found |= demand.charts(result, lang)
    whole = {
        "coverage": coverage_chart.labelled(covered(result.study.commodities, result.facts), lang),
        "revisions": revisions_chart.labelled(revised(result.study.commodities, result.facts), lang),
    }
    found |= {name: Chart(kinds()[name], own, lang, _editions(past), name) for name, own in whole.items() if own}
    found |= observatory.charts(lang, facts=result.facts)
    found |= _maps(result, records, lang)
    for commodity in result.study.commodities:
        for name, every in rows.items():
            own = [row for row in every if row["commodity"] == commodity]
            told = [r for r in (past if name in ("history", "years") else records) if r["commodity"] == commodity]
            if own:
                found[f"{commodity}.{name}"] = Chart(kinds()[name], own, lang, _editions(told), f"{commodity}-{name}")
    return found


def _maps(result: Result, records: list[dict[str, Any]], lang: Lang) -> dict[str, Chart]:
    """Return the map of each mineral and that of governance."""
    found = {}
    risk = world.governance_rows(result.now, lang=lang)
    if risk:
        cited = world.cited(world.GOVERNANCE, records, risk)
        found["governance_map"] = Chart(world.GOVERNANCE, risk, lang, cited, "governance_map")
    for commodity in result.study.commodities:
        made = [r for r in result.suppliers_over_years if r["commodity"] == commodity and
                r["year"] == result.study.year]  # fmt: skip
        rows = world.labelled(made, [one for one in result.projects if one.commodity == commodity], lang)
        if rows:
            cited = world.cited(world.MAP, [r for r in records if r["commodity"] == commodity], rows)
            found[f"{commodity}.map"] = Chart(world.MAP, rows, lang, cited, f"{commodity}-map")
    return found


def _editions(records: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(edition for record in records for edition in record["sources"]))


def as_json(result: Result) -> dict[str, Any]:
    """Return what study.json holds: all of a study."""
    return {
        "kind": MARK,
        "version": __version__,
        "study": result.study.model_dump(mode="json", exclude_none=True, exclude={"overlay"}),
        "meta": meta(result.now),
        "snapshot": {"name": result.facts.name, "sha256": result.facts.hash},
        "own": {"read": rows_read(result.facts), "unread": [one.to_dict("en") for one in result.unread]},
        "records": [row for one in result.scenarios() for row in one.records("en")],
        "stages": [row for one in result.scenarios() for row in one.stages("en")],
        "history": result.history.records("en"),
        "suppliers": result.suppliers,
        "screening": result.screening.to_dict("en"),
        "demand": {
            "meta": demand_meta(result.demand),
            "summary": summary(result.demand, "en"),
            "home": summary(result.home_demand, "en"),
            "records": [*demand_rows(result.demand), *demand_rows(result.home_demand)],
            "scrap": result.stocks.rows(result.demand.dataset["year"].values.tolist()),
        },
        "policies": observatory.as_json(result, "en"),
        "technology": technology.whole(result),
        "types": [v.row("en") for v in result.verdicts],
        "packages": package_rows(result.verdicts, result.packages, "en"),
        "levers": result.effects,
        "warnings": result.after.warnings("en"),
        "ledger": result.ledger.rows("en") if result.ledger else [],
        "markets": result.markets.rows("en"),
        "countries": result.countries,
        "country_pages": [page.to_dict() for page in result.pages],
        "projects": [one.row("en") for one in result.projects],
    }
