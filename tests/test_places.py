"""Markets, countries, projects: worked by hand, properties, published figures, errors, and every way in."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from made_chain import COMMODITIES, made_chain

import shigen
from shigen.base.declare import Lever
from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang
from shigen.figures.own.overlay import read_overlay
from shigen.figures.selection import Question
from shigen.figures.world_trade import world_trade
from shigen.model.variables import MAPS
from shigen.outlook.countries import COLUMNS as COUNTRY_COLUMNS
from shigen.outlook.countries import PAGE_COLUMNS, countries, country
from shigen.outlook.markets import COLUMNS, growth, market, markets
from shigen.outlook.projects import COLUMNS as PROJECT_COLUMNS
from shigen.outlook.projects import STAGES, STATUSES, Project, as_lever, projects
from shigen.show.charts import outlines, theme, world
from shigen.show.cli.main import main
from shigen.show.report.places import shared_paths
from shigen.study.run import Run


def napkin() -> xr.Dataset:
    """A chain whose `alpha` is 60, 30 and 10 of 100 t, at 2,000 USD/t."""
    chain = made_chain(3, missing=0.0)
    for name in ("production_map", "reserves_map", "imports_map"):
        chain[name].values[...] = MAPS.index("applicable")
    chain["production"].loc[{"step": "ore"}] = xr.DataArray([60.0, 30.0, 10.0, np.nan], dims="country")
    chain["remainder"].loc[{"step": "ore"}] = 0.0
    chain["price"].loc[{"lag": 0}] = 2000.0
    chain["reserves_remainder"].values[...] = 2500.0 - chain["reserves"].sum("country").values
    return chain


def traded(tonnes: float) -> xr.Dataset:
    one = xr.DataArray([tonnes, np.nan], {"commodity": list(COMMODITIES)}, "commodity")
    return xr.Dataset({"traded": one, "known": one * 0 + 1, "unweighed": one * 0})


def over(*totals: float, years: tuple[int, ...]) -> xr.Dataset:
    parts = [napkin().assign_coords(year=year) for year in years]
    for part, total, year in zip(parts, totals, years, strict=True):
        part["remainder"].values[...] = total - part["production"].sum("country").values
        part["production_year"].values[...] = year
    return xr.concat(parts, "year", coords="minimal", compat="override", data_vars="all")


def test_market_by_hand() -> None:
    # 100 t at 2,000 USD/t; 60, 60 + 30 + 10 of 100; 20 t traded; 2,500 t last 25 years; 100 → 144 in two years is 20 %.
    history = over(100.0, 120.0, 144.0, years=(2022, 2023, 2024))
    found = market(napkin(), history, traded(20.0)).sel(commodity="alpha")
    assert found["value"].item() == 200_000.0
    assert (found["producers"].item(), found["top1"].item(), found["top3"].item()) == (3, 0.6, 1.0)
    assert found["traded_share"].item() == 0.2
    assert found["reserve_life"].item() == 25.0
    assert found["growth"].item() == pytest.approx(0.2)
    assert (found["growth_from"].item(), found["growth_to"].item()) == (2022, 2024)


def test_price_of_other_goods_values_nothing() -> None:
    chain = napkin()
    chain["price_describes"].loc[{"step": "ore"}] = False
    assert np.isnan(market(chain, over(1.0, years=(2024,)), traded(1.0))["value"]).all()


def test_growth_needs_two_years_with_figures_of_their_own() -> None:
    assert np.isnan(growth(over(100.0, years=(2024,)))["growth"]).all()
    carried = over(100.0, 100.0, years=(2023, 2024))
    carried["production_year"].values[...] = 2023
    assert np.isnan(growth(carried)["growth"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_shares_are_shares_and_in_order(seed: int) -> None:
    chain = made_chain(seed)
    found = market(chain, over(1.0, years=(2024,)), traded(1.0))
    known = found["top1"].notnull()
    assert ((found["top1"] <= found["top3"] + 1e-12) | ~known).all()
    assert ((found["top3"] <= 1) | ~known).all()
    assert ((found["producers"] > 0) == known).all()


def test_years_stand_side_by_side_as_one_by_one() -> None:
    both = shigen.load("JPN", years=[2023, 2024], commodities=["gallium", "cobalt"])
    rows = {(r["commodity"], r["year"]): r for r in markets(both, history=both).rows("en")}
    for year in (2023, 2024):
        alone = shigen.load("JPN", year=year, commodities=["gallium", "cobalt"])
        for row in markets(alone, history=both).rows("en"):
            assert row == rows[row["commodity"], year]


def test_published_figures(japan: xr.Dataset) -> None:
    rows = {row["commodity"]: row for row in markets(japan).rows("en")}
    assert tuple(rows["gallium"]) == COLUMNS
    # MCS 2026: world primary gallium 2024 of 848 t, China 839 t; step refined, since gallium has no ore of its own.
    assert (rows["gallium"]["step"], rows["gallium"]["top1_country"]) == ("refined", "CHN")
    assert rows["gallium"]["top1"] == pytest.approx(839 / 848, abs=1e-6)
    # MCS 2025: cobalt reserves of 11,000,000 t; MCS 2026: 302,000 t mined in 2024.
    assert rows["cobalt"]["reserve_life"] == pytest.approx(11e6 / 302e3, rel=1e-6)
    assert rows["cobalt"]["top1_country"] == "COD"
    assert rows["phosphate_rock"]["value_musd"] == pytest.approx(239.218e6 * 152.5 / 1e6)


def test_what_is_missing_says_why(japan: xr.Dataset) -> None:
    rows = {row["commodity"]: row for row in markets(japan).rows("en")}
    assert (rows["rare_earths"]["value_musd"], rows["rare_earths"]["value_absent"]) == (None, "one_member")
    assert (rows["gallium"]["traded_share"], rows["gallium"]["traded_absent"]) == (None, "no_content")
    assert rows["cobalt"]["traded_absent"] == "no_code"
    # The reserves that stand in for palladium are those of all platinum-group metals.
    assert rows["palladium"]["reserve_life"] is None
    for row in rows.values():
        assert bool(row["value_absent"]) == (row["value_musd"] is None)
        assert bool(row["traded_absent"]) == (row["traded_share"] is None)


def test_world_trade_is_the_sum_over_all_importers(facts) -> None:
    found = world_trade(facts, Question(("graphite_natural",), (2024,)))
    plain = facts.query("select sum(quantity_t) as t from trade where year = 2024 and hs6 in ('250410', '250490')")
    assert found["tonnes"].item() == pytest.approx(plain["t"].item())
    assert found["step"].item() == "ore"


def test_country_by_hand() -> None:
    chain = napkin().squeeze()
    chain["imports_value"].values[...] = 0.0
    chain["imports_value"].loc[{"country": "BBB", "step": "ore", "commodity": "alpha"}] = 300.0
    chain["imports_value"].loc[{"country": "CCC", "step": "refined", "commodity": "beta"}] = 100.0
    first, second, *_ = countries(chain)
    assert (first["country"], first["home_imports_kusd"], first["home_import_share"]) == ("BBB", 300.0, 0.75)
    assert (first["largest_supplier_of"], second["largest_supplier_of"]) == (["alpha"], ["beta"])
    leader = next(row for row in countries(chain) if row["country"] == "AAA")
    assert leader["largest_producer_of"] == ["alpha", "beta"]
    assert leader["top_share"] == 0.6


def test_bundled_codes_are_not_counted_for_each_metal(japan: xr.Dataset) -> None:
    rows = countries(japan)
    alone = japan["imports_value"].where(japan["imports_map"] != MAPS.index("shared_code"))
    assert sum(row["home_imports_kusd"] for row in rows) == pytest.approx(float(alone.sum()))
    assert sum(row["home_import_share"] for row in rows) == pytest.approx(1.0)
    assert [tuple(row) for row in rows] == [COUNTRY_COLUMNS] * len(rows)


def test_country_page_of_published_figures(japan: xr.Dataset) -> None:
    page = country("China", japan)
    shares = {(row["commodity"], row["step"]): row for row in page.shares}
    assert shares["gallium", "refined"]["value"] == 839.0
    assert shares["gallium", "refined"]["rank"] == 1
    assert shares["tungsten", "refined"]["flag"] == "proxy"
    assert shares["tantalum", "reserves"]["flag"] == "partial"
    # WGI 2024 update: China, rule of law 2023.
    law = next(row for row in page.governance if row["dimension"] == "rule_of_law")
    assert (law["year"], law["since"]) == (2023, 2014)
    assert law["value"] == pytest.approx(-0.04013, abs=1e-5)
    assert law["trend"] == "steady"
    assert len(page.governance) == 6
    assert len(page.years) == 60
    assert {row["flag"] for row in page.imports if row["commodity"] == "gallium"} == {"shared_code"}


def test_shares_of_all_countries_stay_below_one(japan: xr.Dataset) -> None:
    sums: dict[tuple[str, str], float] = {}
    for key in japan["country"].values:
        for row in country(str(key), japan).shares if key in ("CHN", "COD", "RUS", "AUS", "ZAF", "USA") else ():
            sums[row["commodity"], row["step"]] = sums.get((row["commodity"], row["step"]), 0) + row["share"]
    assert sums
    assert max(sums.values()) <= 1 + 1e-9


def test_measures_are_those_that_the_country_takes_part_in(japan: xr.Dataset) -> None:
    told = {row["title"] for row in country("CHN", japan).rows("en") if row["part"] == "measure"}
    assert any("gallium" in title.lower() for title in told)
    # France: its own, and those of the EU.
    regions = {one["region"] for one in country("FRA", japan).measures}
    assert {"FRA", "EU27"} <= regions
    assert not regions & {"CHN", "AUS"}
    assert {row["status"] for row in country("CHN", japan).rows("ja") if row["part"] == "measure"} <= {
        "in_force", "adopted", "under_way", "announced", "suspended", "completed", "not_yet", "unseen",
        "ended", "unclear",
    }  # fmt: skip


def test_country_without_a_figure_has_governance_alone(japan: xr.Dataset) -> None:
    page = country("Iceland", japan)
    assert (page.shares, page.imports, len(page.governance)) == ([], [], 6)


def test_projects_are_chosen_by_mineral_country_and_status() -> None:
    found = projects(["ガリウム"])
    assert [one.name for one in found] == ["Alcoa-Sojitz gallium (Wagerup)", "METLEN gallium (Agios Nikolaos)"]
    assert {one.country for one in projects(countries=["EU27"])} <= set(shigen.base.names.members("EU27"))
    assert {one.status for one in projects(["cobalt"], statuses=["halted"])} == {"halted"}
    assert projects(["gallium"], statuses=["closed"]) == []
    for one in projects():
        assert one.stage in STAGES
        assert one.status in STATUSES


def test_rows_of_projects_are_whole_in_both_languages() -> None:
    for lang in LANGS:
        rows = [one.row(lang) for one in projects(["gallium", "cobalt", "rare_earths"])]
        assert {tuple(row) for row in rows} == {PROJECT_COLUMNS}
        assert json.dumps(rows, allow_nan=False)
    row = projects(["gallium"])[0].row("ja")
    assert row["japanese_interest"] == "JAGA（双日、JOGMEC）がこれまでの事業費の半額を負担"
    assert (row["t_per_year"], row["measure"], row["of"], row["lever"]) == (
        100.0,
        "planned",
        "Ga",
        "smelter_investment",
    )


def test_memory_is_marked_and_every_row_has_its_source(facts) -> None:
    assert facts.query("select count(*) as n from projects where source is null")["n"].item() == 0
    assert facts.query("select count(*) as n from sites anti join editions using (edition)")["n"].item() == 0
    told = facts.query("select confidence from projects where lower(source) like '%not confirmed%'")
    assert set(told["confidence"]) == {"recalled"}


def test_a_project_becomes_a_policy() -> None:
    wagerup = projects(["gallium"])[0]
    assert as_lever(wagerup, offtake=0.5) == Lever(
        "smelter_investment", "gallium", 100.0, "AUS", 0.5, None, "Alcoa-Sojitz gallium (Wagerup)"
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"status": "operating"}, "M: The status is operating. A policy adds output that is not in the figures yet. "
         "Choose a project that does not run."),
        ({"stage": "recycling"}, "M: The stage is recycling. A policy is an investment in a mine or in a plant. "
         "Where a project is both, say which with stage (mine, plant)."),
        ({"on_basis": False}, "M: No planned tonnes of cobalt on its basis are held. "
         "Give the size yourself with shigen.lever, or in a table of your own."),
    ],
)  # fmt: skip
def test_what_is_no_policy_says_why(changed: dict[str, object], message: str) -> None:
    whole = {"kind": "project", "name": "M", "commodity": "cobalt", "country": "AUS", "stage": "mine",
             "status": "development", "t_per_year": 5.0, "on_basis": True}  # fmt: skip
    with pytest.raises(UserError) as caught:
        as_lever(Project(**whole | changed))  # type: ignore[arg-type]
    assert caught.value.message("en") == message


def test_of_mine_and_plant_the_user_chooses() -> None:
    both = Project("project", "M", "cobalt", "AUS", "mine_and_plant", "study", 5.0, on_basis=True)
    assert [as_lever(both, stage=stage).key for stage in ("mine", "plant")] == ["mine_investment", "smelter_investment"]
    with pytest.raises(UserError, match="The stage is mine_and_plant"):
        as_lever(both)
    with pytest.raises(UserError, match="The stage is mine"):
        as_lever(Project("project", "M", "cobalt", "AUS", "mine", "study", 5.0, on_basis=True), stage="plant")


OWN = "project,commodity,country,step,t_per_year,status,offtake,cost_musd,source\n"


def test_own_table_of_projects(tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text(OWN + "Mine X,Co,オーストラリア,ore,2500,planned,0.4,310,annual report\n", "utf-8")
    one = projects(["cobalt"], own=read_overlay([file]).projects)[0]
    assert (one.kind, one.status, one.stage) == ("own", "development", "mine")
    assert as_lever(one) == Lever("mine_investment", "cobalt", 2500.0, "AUS", 0.4, 310.0, "Mine X")


def test_own_table_is_refused_with_its_rows(tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text(OWN + "A,unobtainium,AUS,ore,5,planned,1,,s\nB,cobalt,AUS,ore,5,planned,1.5,,s\n", "utf-8")
    with pytest.raises(UserError) as caught:
        read_overlay([file])
    told = caught.value.message("en").splitlines()
    assert told[0].startswith("projects.csv, line 2, column commodity: ")
    assert told[1].startswith("projects.csv, line 3, column offtake: ")


def test_mistakes_are_named(japan: xr.Dataset) -> None:
    with pytest.raises(UserError, match="There is no status"):
        projects(statuses=["runing"])
    with pytest.raises(UserError, match="several years or importers"):
        countries(shigen.load("JPN", years=[2023, 2024], commodities=["cobalt"]))
    with pytest.raises(UserError, match="Name one with commodity"):
        shigen.chart("map", shigen.assess(japan))


def ran(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as done:
        main(list(words))
    told = capsys.readouterr()
    assert done.value.code == 0, told.err
    return told.out


@pytest.mark.parametrize(
    ("words", "columns"),
    [
        (("markets", "gallium", "rare_earths"), COLUMNS),
        (("countries", "--commodity", "gallium"), COUNTRY_COLUMNS),
        (("countries", "CHN", "--commodity", "gallium"), PAGE_COLUMNS),
        (("projects", "--commodity", "gallium"), PROJECT_COLUMNS),
    ],
)
def test_verbs_in_every_form(
    words: tuple[str, ...], columns: tuple[str, ...], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert json.loads(ran(capsys, *words, "--format", "json"))
    rows = list(csv.reader(io.StringIO(ran(capsys, *words, "--format", "csv").lstrip("\ufeff"))))
    assert tuple(rows[0]) == columns
    assert len(rows) > 1
    for lang in LANGS:
        assert ran(capsys, *words, "--lang", lang)
    out = tmp_path / "rows.csv"
    assert ran(capsys, *words, "--format", "csv", "--out", str(out)) == ""
    assert out.read_text("utf-8").lstrip("\ufeff").splitlines()[0] == ",".join(columns)


def test_a_mistake_on_the_command_line_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["countries", "Atlantis"], ["projects", "--status", "x"], ["markets", "--format", "pdf"]):
        with pytest.raises(SystemExit) as done:
            main(words)
        assert done.value.code == 2
        assert capsys.readouterr().out == ""


def test_own_projects_come_first_on_the_command_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    file.write_text(OWN + "Mine X,cobalt,AUS,ore,2500,planned,1,,report\n", "utf-8")
    rows = json.loads(ran(capsys, "projects", "--commodity", "cobalt", "--overlay", str(file), "--format", "json"))
    assert (rows[0]["kind"], rows[0]["name"], rows[0]["lever"]) == ("own", "Mine X", "mine_investment")


def test_outlines_name_the_countries() -> None:
    found = outlines.outlines()
    assert {"JPN", "CHN", "COD", "MMR", "FRA", "NOR", "XKX", "TWN", "HUN", ""} <= set(found)
    assert "ATA" not in found
    # The middle of DR Congo lies near its centre (4° S, 23° E).
    x, y = outlines.projected(23.0, -4.0)
    assert abs(found["COD"]["x"] - x) < 15
    assert abs(found["COD"]["y"] - y) < 15
    points = sum(len(ring[0]) for ring in found[""]["geometry"]["coordinates"])
    assert 5_000 < points < 20_000


def test_projection_is_the_published_one() -> None:
    # Equal Earth: the pole is a line 0.59 as long as the equator, 1.3173627591574 high (Šavrič et al. 2019).
    pole, equator = outlines.projected(180.0, 90.0), outlines.projected(180.0, 0.0)
    assert (outlines.MIDDLE[1] - pole[1]) / outlines.SCALE == pytest.approx(1.3173627591574)
    assert (pole[0] - outlines.MIDDLE[0]) / (equator[0] - outlines.MIDDLE[0]) == pytest.approx(0.59, abs=0.01)


def test_neighbours_keep_one_border() -> None:
    # Two squares with a wavy line between them, run through in opposite directions.
    line = [(10.0 + (i % 2) * 0.4, float(i)) for i in range(0, 60, 2)]
    left = np.array([(0.0, 0.0), *line, (0.0, 58.0)])
    right = np.array([(30.0, 58.0), *line[::-1], (30.0, 0.0)])
    points, of = outlines._thinned(np.concatenate([left, right]), np.repeat([0, 1], [len(left), len(right)]))
    inner = [{tuple(p) for p in points[of == ring] if 5 < p[0] < 20} for ring in (0, 1)]
    assert inner[0] == inner[1]


@pytest.mark.parametrize("lang", LANGS)
def test_maps_are_drawn(lang, assessed) -> None:
    told = shigen.chart("map", assessed, lang=lang, commodity="cobalt")
    kinds = {row["kind"] for row in told.rows}
    assert kinds == {"share", "mine", "plant", "project"}
    share = {row["iso3"]: row["share"] for row in told.rows if row["kind"] == "share"}
    assert share["COD"] == pytest.approx(0.748, abs=1e-3)
    assert sum(share.values()) <= 1
    svg = told.svg()
    assert "<svg" in svg
    assert world.BLUES[-1] not in svg  # no country holds all of it
    assert "<svg" in shigen.chart("governance_map", assessed, lang=lang).svg()


def test_sites_that_cannot_be_compared_have_no_size() -> None:
    rows = world.labelled([], projects(["tantalum"]), "en", of="production")
    shared = {one.name for one in projects(["tantalum"]) if one.shared}
    assert shared
    assert {row["t"] for row in rows if row["name"] in shared} == {None}


def test_a_map_gets_only_the_outlines_that_it_needs() -> None:
    vega = {"data": [{"name": "land"}, {"name": "outlines"},
                     {"name": "rows", "values": [{"iso3": "COD"}, {"at": "JPN"}, {"iso3": "???"}]}]}  # fmt: skip
    data = {d["name"]: d["values"] for d in theme.with_outlines(vega)["data"]}
    assert {f["id"] for f in data["outlines"]} == {"COD", "JPN"}
    assert len(data["land"]) == 1
    assert theme.with_outlines({"data": [{"name": "rows", "values": []}]}) == {"data": [{"name": "rows", "values": []}]}


def test_an_outline_stands_once_in_a_page() -> None:
    line = "M" + "1,2L" * 60
    page = f'<!--OUTLINES--><path fill="red" d="{line}"/><path d="{line}" fill="blue"></path><path d="M1,2"/>'
    found = shared_paths(page)
    assert found.count(line) == 1
    assert '<use href="#outline-0" fill="red"/><use href="#outline-0" fill="blue"/><path d="M1,2"/>' in found


def test_public_names_do_what_the_modules_do(japan: xr.Dataset) -> None:
    assert shigen.countries(japan)[0] == countries(japan)[0]
    assert shigen.country("CHN", japan).country == "CHN"
    assert shigen.projects(["gallium"]) == projects(["gallium"])
    assert len(shigen.markets(japan).years()) > len(japan["commodity"])


def test_a_map_without_any_sized_site_is_drawn(assessed) -> None:
    told = shigen.chart("map", assessed, lang="en", commodity="gallium")
    assert not [row for row in told.rows if row.get("t") and row["kind"] != "share"]
    assert "NaN" not in told.svg()
    assert told.png().startswith(b"\x89PNG")


@pytest.mark.parametrize("lang", LANGS)
def test_the_market_of_one_mineral_is_its_row_among_all(whole: Run, lang: Lang) -> None:
    every = {row["commodity"]: row for row in whole.markets.rows(lang)}
    for key in ("gallium", "cobalt"):
        assert repr(whole.markets.row(key, lang)) == repr(every[key])  # absent figures equal nothing, not themselves
