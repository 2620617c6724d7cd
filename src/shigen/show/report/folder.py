"""Write the folder of a study whole: to a temporary name first, then renamed; only a study's folder is replaced."""

import json
import os
import shutil
from collections.abc import Callable, Container, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final

from shigen import __version__
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang, default_lang
from shigen.base.whole import replacing_folder, scratch, unwritable, where
from shigen.figures.own.sheets import tables_in
from shigen.model.odds_records import draws as meta_of_draws
from shigen.model.packages import package_rows
from shigen.model.records import meta
from shigen.model.reliance import reliance_rows
from shigen.model.unread import rows_read
from shigen.outlook.alerts import restriction_rows
from shigen.outlook.demand_tables import meta as demand_meta
from shigen.outlook.demand_tables import rows as demand_rows
from shigen.outlook.demand_tables import summary
from shigen.outlook.newest import told
from shigen.show.charts import faces
from shigen.show.charts.drawing import Drawer, Here
from shigen.show.charts.kind import kinds as every_kind
from shigen.show.report import html, observatory, published, tables, technology
from shigen.show.report.pictures import charts, given_by, soon
from shigen.study.backtest.come_true import records_in, since
from shigen.study.backtest.recorded import recorded
from shigen.study.backtest.words import came_true
from shigen.study.choices import Study
from shigen.study.messages import messages
from shigen.study.run import Run
from shigen.study.stops.rows import as_json as stops_as_json

Pictures = dict[Lang, dict[str, html.Picture]]
"""Drawn charts by language and name."""
DOCUMENTS: Final = "documents"
"""Folder in that of a study, of documents that are asked for with it."""
UNDRAWN: Final = frozenset({
    "home_demand", "settles", "designs", "effects", "methods", "agreement", "side_by_side", "ledger", "countries",
    "pages", "suppliers", "markets", "elsewhere", "alerts", "unread", "jogmec",
})  # fmt: skip
"""Steps of a run that no picture shows: they are computed while the workers draw."""
APART: Final = ("ledger", "designs", "jogmec", "settles")
"""Those of them that take long and are sent in a moment: another process may compute them (`study.apart`)."""
DRAWN_LATE: Final = frozenset({"draws", "types", "policies", "stops"})
"""Parts of a run that take longest: charts that show none of it are drawn while they are computed."""
MARK: Final = "shigen-study"
"""Value of `kind` in study.json: what tells a study's folder from any other."""


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


def write(
    result: Run, out: Path, drawer: Drawer, *, tell: Callable[[str], None], lang: Lang | None = None,
    besides: Callable[[Pictures], Mapping[str, bytes]] | None = None, steps: Future[dict[str, Any]] | None = None,
) -> Path:  # fmt: skip
    """Write the folder of a study, its charts drawn by `drawer`; return its path.

    What is not computed yet is computed while the workers draw: DRAWN_LATE behind the charts that show none of it,
    and UNDRAWN behind the others.

    `lang` is that of the tables that have no ending for it; the user's when not given. `besides` makes files for the
    folder DOCUMENTS in it from the pictures. `steps` will be steps of the run by name, of those that no picture shows.

    Raises
    ------
    UserError
        See `check_place`; or the disk is full, or a file of the user's own figures is gone. Nothing is written then.
    """
    check_place(out)
    late = {name for name, one in Run.steps().items() if one.part in DRAWN_LATE}
    result.complete(tell, without=UNDRAWN | late)
    pictures = drawing(result, drawer, LANGS, early := soon())
    result.complete(tell, without=UNDRAWN)
    tell("charts")
    for code, more in drawing(result, drawer, LANGS, every_kind().keys() - early).items():
        pictures[code] |= more
    result.__dict__ |= steps.result() if steps else {}
    result.complete(tell)
    tell("report")
    with replacing_folder(out, check=_only_a_study) as folder:
        pages, rules = {}, {}
        for code in LANGS:
            # Written while the workers draw; while they cut its font down, the next page and the tables are.
            pages[code] = html.page(result, code, pictures[code])
            rules[code] = font_of(pages[code], drawer)
        tables.write(result, folder, lang or default_lang())
        (folder / "figures").mkdir()
        for code in LANGS:
            for name, picture in pictures[code].items():
                (folder / "figures" / f"{name}.{code}.svg").write_text(picture.framed, "utf-8")
        (folder / "study.toml").write_text(_with_files(result.study, folder).to_toml(), "utf-8")
        content = json.dumps(as_json(result), ensure_ascii=False, indent=1, allow_nan=False)
        (folder / "study.json").write_text(content + "\n", "utf-8")
        record = recorded(result.facts)
        (folder / record.file).write_text(record.content(), "utf-8")
        for code in LANGS:
            (folder / f"report.{code}.html").write_text(with_font(pages[code], rules[code]), "utf-8")
        if besides is not None:
            (folder / DOCUMENTS).mkdir()
            for name, made in besides(pictures).items():
                (folder / DOCUMENTS / name).write_bytes(made)
    return out


def drawing(
    result: Run,
    drawer: Drawer | Here,
    langs: Sequence[Lang],
    kinds: Container[str] | None = None,
    commodities: Sequence[str] | None = None,
) -> Pictures:
    """Return the pictures of a study by language and name, which `drawer` begins to draw.

    `kinds` are those of the charts that are wanted, and `commodities` the minerals; all when not given.
    """
    given = given_by(result)
    found: Pictures = {code: {} for code in langs}
    for code in langs:
        for key in (key for key in every_kind() if kinds is None or key in kinds):
            # Kind by kind, so that the workers draw while the rows of the next are made.
            of_kind = charts(given, commodities or result.study.commodities, code, {key})
            drawn = drawer.draw(list(of_kind.values()))
            found[code] |= {name: html.Picture(one, chart)
                            for (name, chart), one in zip(of_kind.items(), drawn, strict=True)}  # fmt: skip
    return found


def font_of(page: str, drawer: Drawer | Here) -> list[Future[str]]:
    """Return the rules of a page's font, cut down to its letters by the workers of `drawer`."""
    letters = "".join(sorted(set(page)))
    return [drawer.start(faces.rule, letters, weight) for weight in faces.WEIGHTS]


def with_font(page: str, rules: Sequence[Future[str]]) -> str:
    """Return a page with its font inside."""
    return page.replace(html.FONT, "".join(rule.result() for rule in rules))


def _with_files(study: Study, folder: Path) -> Study:
    """Copy the user's own figures, and the earlier study, into the folder; return the study that finds them there."""
    if study.against:
        # The name stays here too: the texts tell the earlier study by it.
        against = f"against/{Path(study.against).resolve().name}"
        (folder / against).mkdir(parents=True)
        for printed in (Path(study.against) / "study.json", *records_in(Path(study.against))):
            shutil.copyfile(printed, folder / against / printed.name)
        study = study.model_copy(update={"against": against})
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


def as_json(result: Run) -> dict[str, Any]:
    """Return what study.json holds: all of a study."""
    return {
        "kind": MARK,
        "version": __version__,
        "study": result.study.model_dump(mode="json", exclude_none=True, exclude={"overlay", "against"}),
        "meta": meta(result.now),
        "snapshot": {"name": result.facts.name, "sha256": result.facts.hash},
        "own": {"read": rows_read(result.facts), "unread": [one.to_dict("en") for one in result.unread]},
        "messages": [one.row() for one in messages(result)],
        "records": [row for one in result.scenarios() for row in one.records("en")],
        "stages": [row for one in result.scenarios() for row in one.stages("en")],
        "history": result.history.records("en"),
        "suppliers": result.suppliers,
        "reliance": reliance_rows(result.chain, "en"),
        "restrictions": restriction_rows(result.alerts, "en"),
        "screening": told(result.screening, "en"),
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
        "settles": result.settles,
        "uncertainty": None if result.drawn is None else meta_of_draws(result.drawn),
        "designs": {
            "sentence": {code: result.designs.sentence(code) for code in LANGS},
            "rows": result.designs.by_design("en"),
            "ranks": result.designs.by_mineral("en"),
        },
        "packages": package_rows(result.verdicts, result.packages, "en"),
        "levers": result.effects,
        "methods": published.rows(result, "en"),
        "warnings": result.after.warnings("en"),
        "stops": stops_as_json(result.stops, "en"),
        "forecast": on_record(result),
        "ledger": result.ledger.rows("en") if result.ledger else [],
        "markets": result.markets.rows("en"),
        "countries": result.countries,
        "country_pages": [page.to_dict() for page in result.pages],
        "projects": [one.row("en") for one in result.projects],
    }


def on_record(result: Run) -> dict[str, Any]:
    """Return the forecast on record, and what came of that of the earlier study; None where it wrote none."""
    judged = since(result.study.against, result.facts)
    return {"record": recorded(result.facts).as_json(), "judged": judged,
            "sentences": {code: "" if judged is None else came_true(judged, code) for code in LANGS}}  # fmt: skip
