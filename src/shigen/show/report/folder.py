"""Write the folder of a study whole: to a temporary name first, then renamed; only a study's folder is replaced."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang
from shigen.base.whole import unwritable
from shigen.figures.coverage import covered
from shigen.model.effects import EFFECT_COLUMNS
from shigen.model.packages import PACKAGE_COLUMNS, package_rows
from shigen.model.records import RECORD_COLUMNS, STAGE_COLUMNS, meta
from shigen.model.revisions import revised
from shigen.model.typology import TYPE_COLUMNS
from shigen.model.unread import rows_read
from shigen.outlook.ahead import AHEAD_COLUMNS
from shigen.outlook.countries import COLUMNS as COUNTRY_COLUMNS
from shigen.outlook.demand import LAST
from shigen.outlook.demand_tables import ROW_COLUMNS, SUMMARY_COLUMNS, summary
from shigen.outlook.demand_tables import meta as demand_meta
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.inputs import COLUMNS as INPUT_COLUMNS
from shigen.outlook.markets import COLUMNS as MARKET_COLUMNS
from shigen.outlook.observatory import MEASURE_COLUMNS
from shigen.outlook.policies import policies
from shigen.outlook.projects import COLUMNS as PROJECT_COLUMNS
from shigen.outlook.stocks import COLUMNS as SCRAP_COLUMNS
from shigen.show.charts import Chart, kinds, world
from shigen.show.charts import coverage as coverage_chart
from shigen.show.charts import history as history_chart
from shigen.show.charts import revisions as revisions_chart
from shigen.show.charts import suppliers as suppliers_chart
from shigen.show.charts import years as years_chart
from shigen.show.charts.drawing import Drawer
from shigen.show.charts.screening import LISTS, PERIODIC
from shigen.show.report import demand, html, observatory, technology
from shigen.show.report.rows import to_csv
from shigen.study.file import Study
from shigen.study.flow import Result
from shigen.study.ledger import COLUMNS as LEDGER_COLUMNS

MARK: Final = "shigen-study"
"""Value of `kind` in study.json: what tells a study's folder from any other."""


def check_place(out: Path) -> None:
    """Refuse a place that cannot hold the folder, before anything is computed.

    Raises
    ------
    UserError
        No parent folder, no right to write, or a folder that is not a study's.
    """
    if not out.parent.is_dir():
        raise UserError("out_parent", word=str(out.parent))
    if out.exists() and not is_study(out):
        raise UserError("out_not_a_study", word=str(out))
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}."):
            pass
    except OSError as error:
        raise unwritable(out, error) from error


def is_study(folder: Path) -> bool:
    """Tell whether a folder was written by a study."""
    try:
        return bool(json.loads((folder / "study.json").read_text("utf-8")).get("kind") == MARK)
    except (OSError, ValueError, AttributeError):
        return False


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `out` when all went well, and vanishes when not."""
    temporary = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    try:
        yield temporary
        temporary.chmod(0o755)
        if out.exists():
            old = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.old."))
            out.rename(old / "was")
            temporary.rename(out)
            shutil.rmtree(old)
        else:
            temporary.rename(out)
    finally:
        if temporary.exists():
            shutil.rmtree(temporary)


def write(result: Result, out: Path, drawer: Drawer, *, tell: Callable[[str], None]) -> Path:
    """Write the folder of a study, its charts drawn by `drawer`; return its path.

    Raises
    ------
    UserError
        See `check_place`.
    """
    check_place(out)
    tell("charts")
    charts = {(lang, name): chart for lang in LANGS for name, chart in _charts(result, lang).items()}
    drawn = dict(zip(charts, drawer.draw(list(charts.values())), strict=True))
    pictures: dict[Lang, dict[str, html.Picture]] = {lang: {} for lang in LANGS}
    for (lang, name), chart in charts.items():
        pictures[lang][name] = html.Picture(drawn[lang, name], chart.rows, chart.source_line)
    tell("report")
    with replacing(out) as folder:
        _tables(result, folder)
        (folder / "figures").mkdir()
        for lang in LANGS:
            for name, picture in pictures[lang].items():
                (folder / "figures" / f"{name}.{lang}.svg").write_text(picture.svg_text, "utf-8")
            page = html.page(result, lang, pictures[lang])
            (folder / f"report.{lang}.html").write_text(page, "utf-8")
        (folder / "study.toml").write_text(_with_overlay(result.study, folder).to_toml(), "utf-8")
        content = json.dumps(as_json(result), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / "study.json").write_text(content + "\n", "utf-8")
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
            for table in sorted(Path(file).glob("*.csv")):
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
    found |= technology.charts(lang)
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
    found |= observatory.charts(lang)
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


def _tables(result: Result, folder: Path) -> None:
    first = int(result.demand.dataset["year"].min())
    records, stages = result.now.records("en"), result.now.stages("en")
    (folder / "profiles.csv").write_text(to_csv(records, RECORD_COLUMNS), "utf-8", newline="")
    (folder / "stages.csv").write_text(to_csv(stages, STAGE_COLUMNS), "utf-8", newline="")
    for name, rows, columns in (
        ("types", [v.row("en") for v in result.verdicts], (*TYPE_COLUMNS, "moved")),
        ("packages", package_rows(result.verdicts, result.packages, "en"), PACKAGE_COLUMNS),
        ("levers", result.effects, (*EFFECT_COLUMNS, *AHEAD_COLUMNS)),
        ("demand", [*demand_rows(result.demand), *demand_rows(result.home_demand)], ROW_COLUMNS),
        ("scrap", result.stocks.rows(range(first, LAST + 1)), SCRAP_COLUMNS),
        ("demand_summary", summary(result.demand, "en"), SUMMARY_COLUMNS),
        ("demand_inputs", [row.row("en") for row in result.demand.inputs.rows], INPUT_COLUMNS),
        ("ledger", result.ledger.rows("en") if result.ledger else [], LEDGER_COLUMNS),
        ("policies", policies(lang="en"), MEASURE_COLUMNS),
        ("markets", result.markets.rows("en"), MARKET_COLUMNS),
        ("countries", result.countries, COUNTRY_COLUMNS),
        ("projects", [one.row("en") for one in result.projects], PROJECT_COLUMNS),
    ):
        (folder / f"{name}.csv").write_text(to_csv(rows, columns), "utf-8", newline="")
    sources = html.sources(result, records)
    about = ("edition", "publisher", "title", "file", "terms", "address", "through", "sha256")
    (folder / "sources.csv").write_text(to_csv(sources, about), "utf-8", newline="")


def as_json(result: Result) -> dict[str, Any]:
    """Return what study.json holds: all of a study."""
    return {
        "kind": MARK,
        "version": __version__,
        "study": result.study.model_dump(mode="json", exclude_none=True, exclude={"overlay"}),
        "meta": meta(result.now),
        "snapshot": {"name": result.facts.name, "sha256": result.facts.hash},
        "own": {"read": rows_read(result.facts), "unread": [one.to_dict("en") for one in result.unread]},
        "records": result.now.records("en"),
        "stages": result.now.stages("en"),
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
        "ledger": result.ledger.rows("en") if result.ledger else [],
        "markets": result.markets.rows("en"),
        "countries": result.countries,
        "country_pages": [page.to_dict() for page in result.pages],
        "projects": [one.row("en") for one in result.projects],
    }
