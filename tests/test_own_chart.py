"""A chart is one declared function: complete, and found by every door, also when declared outside the program."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import shigen
from shigen.base.i18n import LANGS, Lang
from shigen.show.charts import theme
from shigen.show.charts.drawing import Drawer
from shigen.show.charts.given import Given
from shigen.show.charts.kind import KINDS, TAKES, Kind, in_no_study, kinds, parameters
from shigen.show.charts.words import width, wrapped
from shigen.show.report import folder
from shigen.show.web.app import create_app
from shigen.show.web.guard import Rules
from shigen.study import file as study_file
from shigen.study.run import Run


def bars(lang: Lang) -> Any:
    import altair as alt

    return (
        alt.Chart(alt.NamedData("rows")).mark_bar().encode(x="tonnes:Q", y="name:N").configure(**theme.config(lang))
    )  # fmt: skip


@pytest.fixture
def own() -> Iterator[Kind]:
    """Declare a chart as a researcher would, and take it back."""

    @shigen.chart_kind(
        key="named_output", per="commodity",
        name={"ja": "国別の内訳がある生産量", "en": "Output that is named by country"},
        cites=("A notebook",), spec=bars,
    )  # fmt: skip
    def named_output(assessments: "Sequence[shigen.Assessment]") -> list[dict[str, Any]]:
        return [
            {"commodity": str(key), "name": str(key), "tonnes": float(one.chain["production"].sel(commodity=key).sum())}
            for one in assessments for key in one.chain["commodity"].values
        ]  # fmt: skip

    yield KINDS["named_output"]
    del KINDS["named_output"]


def test_every_kind_declares_all() -> None:
    lacking = []
    for key, kind in kinds().items():
        lacking += [f"{key}: name in {lang}" for lang in LANGS if not kind.name.get(lang)]
        lacking += [f"{key}: says nothing of its rows"] if not kind.rows.__doc__ else []
        lacking += [f"{key}: takes {name}" for name in kind.takes if name not in TAKES]
        lacking += [f"{key}: cites {name}" for name in parameters(kind.cites) if name not in (*TAKES, "rows")]
        lacking += [f"{key}: own"] if kind.own else []
    assert lacking == []
    assert len(kinds()) == 40


def test_a_door_gives_charts_everything() -> None:
    with pytest.raises(ValueError, match="this one lacks: assessments, commodities, country"):
        Given({"facts": lambda: None, "demand": lambda: None})


def test_no_skin_knows_a_chart_by_a_list_of_keys() -> None:
    # Pages name the charts that they show; nothing else holds more than one key.
    shown = Path(shigen.__file__).parent / "show"
    files = [*(shown / "charts").glob("*.py"), *(shown / "report").glob("*.py"), shown / "web" / "figures.py",
             shown / "web" / "charts.py"]  # fmt: skip
    holds = re.compile(r"\(" + r",\s*".join([r"\"(?:" + "|".join(kinds()) + r")\""] * 2))
    assert [path.name for path in files if holds.search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("lang", LANGS)
def test_library_draws_it_and_cites_what_it_says(assessed: "shigen.Assessment", own: Kind, lang: Lang) -> None:
    drawn = shigen.chart("named_output", assessed, lang=lang, commodity="Co")
    assert [row["commodity"] for row in drawn.rows] == ["cobalt"]
    assert drawn.rows[0]["tonnes"] == pytest.approx(float(assessed.chain["production"].sel(commodity="cobalt").sum()))
    assert drawn.sources == ("A notebook",)
    assert "<svg" in drawn.svg()
    # Without a commodity all of them stand side by side.
    assert len(shigen.chart("named_output", assessed, lang=lang).rows) == assessed.chain.sizes["commodity"]
    assert own.own


def test_an_unknown_key_is_told_the_own_chart_too(own: Kind) -> None:
    with pytest.raises(shigen.UserError) as caught:
        shigen.chart("named_outputs")
    assert f"Charts: {', '.join(sorted(kinds()))}." in caught.value.message("en")
    assert own.key in caught.value.message("en")


def test_web_answers_it_at_its_address(own: Kind) -> None:
    with TestClient(create_app(Rules(hosts=("testserver",)))) as client:
        address = f"/charts/{own.key}"
        rows = list(csv.DictReader(io.StringIO(client.get(f"{address}.csv?commodity=Ga").text.lstrip("\ufeff"))))
        assert [row["commodity"] for row in rows] == ["gallium"]
        assert client.get(f"{address}.svg?commodity=gallium").text.startswith("<svg")
        assert client.get(f"{address}.json?commodity=gallium").json()["source"].endswith("A notebook")
        page = client.get(f"{address}?commodity=gallium&lang=en").text
        assert "Output that is named by country: Gallium" in page
        assert f"{address}.png?" in page
        assert client.get(f"{address}.csv").status_code == 422  # of which mineral?


def test_report_draws_it_and_shows_it(own: Kind, drawer: Drawer, tmp_path: Path) -> None:
    asked = study_file.read(None, {}).model_copy(update={"commodities": ["gallium", "cobalt"]})
    folder.write(Run(asked), tmp_path / "study", drawer, tell=lambda _: None)
    for key, title in (("gallium", "Gallium"), ("cobalt", "Cobalt")):
        for lang in LANGS:
            assert "<svg" in (tmp_path / "study" / "figures" / f"{key}.{own.key}.{lang}.svg").read_text("utf-8")
        assert f"<h3>Output that is named by country: {title}</h3>" in (
            tmp_path / "study" / "report.en.html"
        ).read_text("utf-8")
    assert "独自に追加した図" in (tmp_path / "study" / "report.ja.html").read_text("utf-8")


def declare(key: str, rows: Any, **more: Any) -> None:
    shigen.chart_kind(**{"key": key, "per": "whole", "name": {"ja": "図", "en": "Chart"}, "cites": (), "spec": bars,
                         **more})(rows)  # fmt: skip


def one_bar(lang: Lang) -> list[dict[str, Any]]:
    return [{"name": lang, "tonnes": 1}]


def two_bars(lang: Lang) -> list[dict[str, Any]]:
    return [{"name": lang, "tonnes": 2}]


def takes(parameter: str) -> Any:
    """Return a function whose one parameter has this name."""
    space: dict[str, Any] = {}
    exec(f"def made({parameter}): return []", space)  # noqa: S102 - the name of a parameter is what is tested
    return space["made"]


@pytest.mark.parametrize(
    ("key", "rows", "more", "message"),
    [
        ("Bars", one_bar, {}, "the key of a chart is lower-case letters"),
        ("bars", one_bar, {"name": {"ja": "図"}}, "the chart 'bars' has no name in: en"),
        ("bars", takes("prices"), {}, "the chart 'bars' takes prices; there is: lang, commodity,"),
        ("bars", takes("rows"), {}, "the chart 'bars' takes rows; there is: lang, commodity,"),
        ("bars", one_bar, {"cites": takes("prices")}, "the chart 'bars' takes prices; there is: lang"),
        ("heatmap", one_bar, {}, "the chart 'heatmap' is declared twice"),
    ],
)
def test_a_declaration_that_cannot_be_drawn_is_refused(key: str, rows: Any, more: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        declare(key, rows, **more)
    assert "bars" not in kinds()
    assert not kinds()["heatmap"].own


def test_a_cell_that_runs_again_declares_its_chart_anew() -> None:
    try:
        declare("bars", one_bar, files=in_no_study)
        declare("bars", two_bars, files=in_no_study)
        assert shigen.chart("bars", lang="en").rows == [{"name": "en", "tonnes": 2}]
    finally:
        del KINDS["bars"]


def test_a_chart_of_assessments_asks_for_one() -> None:
    with pytest.raises(shigen.UserError) as caught:
        shigen.chart("heatmap")
    assert caught.value.message("en") == (
        'The chart "heatmap" shows an assessment, and none is given. Give one: '
        'chart("heatmap", assess(load("JPN"))).'
    )  # fmt: skip


def test_charts_cite_what_their_rows_rest_on(assessed: "shigen.Assessment") -> None:
    revised = shigen.chart("revisions", assessed, lang="en", commodity="cobalt")
    assert set(revised.sources) == {row["edition"] for row in revised.rows}
    # Trade of another mineral is no source of the map of cobalt.
    mapped = shigen.chart("imports_map", assessed, lang="en", commodity="cobalt")
    rested = {e for row in assessed.records("en") if row["commodity"] == "cobalt" for e in row["sources"]}
    assert set(mapped.sources) <= {*rested, "Natural Earth"}
    # Ranks and stage risks rest on the indicators, not on every table that was read.
    heat = shigen.chart("heatmap", assessed, lang="en")
    assert list(heat.sources) == list(dict.fromkeys(e for row in assessed.records("en") for e in row["sources"]))


def test_lines_break_where_they_end_well_and_stay_within_their_width() -> None:
    # Ten full letters; a Latin one is half as wide, so that 20 of them fit.
    assert wrapped("End-of-life vehicle act: dismantlers", 10) == "End-of-life vehicle\nact: dismantlers"
    assert wrapped("備蓄、増強（検討中）", 5) == "備蓄、増強\n（検討中）"
    # What has no such place stays whole; in prose it breaks between any two letters, but never before a small kana.
    assert wrapped("サプライチェーン", 4) == "サプライチェーン"
    assert wrapped("サプライチェーン", 4, near=2) == "サプライ\nチェーン"
    assert wrapped("サプライチェーン", 5, near=2) == "サプライ\nチェーン"
    assert all(width(line) <= 5 for line in wrapped("レアアース磁石の回収と再資源化", 5, near=3).split("\n"))
