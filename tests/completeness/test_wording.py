"""What a reader of Japanese meets: no key, no English source string, numbers, days and terms in one form, one style.

Each rule is a kind of fault that was found by a reader once. The report, every page of the workbench and every verb of
the command line are read as they are shown.
"""

import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from front import call
from reading import JAPANESE, blocks

from shigen.base import numbers
from shigen.base.i18n import LANGS, Lang, catalogue, shown_date, signless, source_words
from shigen.figures.store import current
from shigen.model.disruption import answers, parameters
from shigen.show.charts.drawing import Drawer
from shigen.show.cli.lines import divided

ROOT = Path(__file__).parents[2]
Texts = list[tuple[str, str]]

BANNED = {
    "測り方": "算定方法の変更", "計算方法の変更": "計算式の変更", "原材料コスト": "原料コスト",
    "それに応える": "対応する対策", "供給網": "サプライチェーン", "金属シリコン": "金属けい素",
    "金属ケイ素": "金属けい素", "貿易比率": "世界輸入量／生産量", "充足": "データあり", "一部のみ": "一部あり",
    "概観": "概要", "プロファイル": "6指標のレーダーチャート", "海外へ流出": "海外へ輸出",
    "国外流出": "国外への輸出", "手作業のため": "手間とコスト", "デューディリジェンス": "デュー・ディリジェンス",
    "（天然黒鉛）": "グラファイト（黒鉛）", "geo-intel": "国境線：Natural Earth",
    "基準が数値をまたいで": "基準を反対側まで動かすと", "shigen assumption": "本ツールの想定",
    "METI FY20": "経済産業省 令和2年度委託調査", "slide 1": "経済産業省 令和2年度委託調査", "t/yr": "t/年",
    "kUSD": "千米ドル", "自国の輸入": "（国名）の輸入", "[demand": "分析ファイル",
}  # fmt: skip
"""What is not said, and what is said instead."""

KEY = re.compile(r"(?<![\w./:=-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w./:=-])")
FORMULA = re.compile(r"Σ|[A-Za-z]_[a-z]\b")
PERCENT = re.compile(r"\d ?%(?! ?[A-Za-z])")
ZERO = re.compile(r"(?<![\d.,A-Za-z])[-+]0(?:\.0+)?(?![\d.,])")
DAY = re.compile(r"(?<![\d-])(?:19|20)\d\d-[01]\d-[0-3]\d(?![\d-])")
POLITE = re.compile(r"(?:です|ます|ました|ません|でした|ください|でしょう)$")
PLAIN = re.compile(
    r"(?:する|した|される|された|れる|いる|ある|ない|なる|なった|いた|である|できる|図る|大きい|小さい|考える)$"
)
FUNCTION = r"(?:the|of|to|is|are|from|with|by|and|in|as|no|not|a|for)"
ENGLISH = re.compile(rf"(?:[A-Za-z]+ )+{FUNCTION} (?:[A-Za-z]+ ?)+")
BROKEN = re.compile(r"^[、。，．）」』］】〕％]")


def clean(texts: Texts, rule: "re.Pattern[str]", *, japanese: bool = True) -> list[str]:
    """Return the texts in which a rule finds something; of Japanese alone unless asked otherwise."""
    return [f"{tag}: {said}" for tag, said in dict.fromkeys(texts)
            if rule.search(said) and (not japanese or JAPANESE.search(said))]  # fmt: skip


def mixed(texts: Texts) -> list[str]:
    """Return the texts of which one sentence is polite and another plain; what stands in brackets does not count."""
    found = []
    for _, said in dict.fromkeys(texts):
        bare = re.sub(r"（[^（）]*）|「[^「」]*」", "", said)
        sentences = [one.strip() for one in re.split(r"[。\n]", bare)]
        polite = [one for one in sentences if POLITE.search(one)]
        plain = [one for one in sentences if PLAIN.search(one) and not POLITE.search(one)]
        if polite and plain:
            found.append(said)
    return found


def faults(texts: Texts) -> dict[str, list[str]]:
    """Return every fault of every kind."""
    banned = [f"{word} → {right}: {said}" for word, right in BANNED.items() for _, said in texts if word in said]
    return {kind: found for kind, found in {
        "key": [one for one in clean(texts, KEY, japanese=False) if not FORMULA.search(one)],
        "percent": clean(texts, PERCENT), "zero": clean(texts, ZERO, japanese=False), "term": banned,
        "mixed": mixed(texts), "same": [said for _, said in texts if re.search(r"(\S+) → \1(?!\S)", said)],
    }.items() if found}  # fmt: skip


@pytest.fixture(scope="module")
def report(studied: Path) -> Texts:
    return blocks((studied / "report.ja.html").read_text("utf-8"))


def test_a_study_tells_its_three_most_important_messages(undrawn: Drawer, tmp_path: Path) -> None:
    file = tmp_path / "two.toml"
    file.write_text('commodities = ["gallium", "cobalt"]\nfirst_year = 2023\n[uncertainty]\ndraws = 0\n', "utf-8")
    code, out, err = call("study", str(file), "--out", str(tmp_path / "out"), "--quiet", "--lang", "ja")
    assert code == 0, err
    assert out.count("でリスクが最も高いのは") == 3


def test_the_report_is_in_words(report: Texts) -> None:
    assert len(report) > 1500
    # Sources of measures are addresses of files; they are cited as they are.
    cited = re.compile(r"JOGMEC|METI/ANRE")
    told = [(tag, said) for tag, said in report if not cited.search(said)]
    assert faults(told) == {}


def test_the_report_has_no_day_of_iso_and_no_english_prose(report: Texts) -> None:
    prose = [(tag, said) for tag, said in report if tag in ("p", "li", "dd", "caption", "h2", "h3")]
    assert clean(prose, DAY) == []
    english = [one for one in clean(prose, ENGLISH) if not re.search(r"IEA|Heim|CC BY|USGS|Global|doi:", one)]
    assert english == []


PAGES = (
    "/", "/minerals", "/minerals/gallium", "/policies?a=recycling:cobalt::0.3", "/compare", "/screening", "/demand",
    "/observatory?view=matrix", "/observatory?view=elsewhere", "/countries", "/countries/CHN", "/markets", "/data",
    "/hindcast", "/backtest", "/replays", "/methods", "/trace/gallium/production_concentration", "/changes", "/nowhere",
    "/disruption?commodity=gallium",
)  # fmt: skip


@pytest.fixture(scope="module")
def pages() -> Iterator[dict[str, Texts]]:
    from starlette.testclient import TestClient

    from shigen.show.web.app import create_app
    from shigen.show.web.guard import Rules

    with TestClient(create_app(Rules(hosts=("testserver",)))) as client:
        asked = {"accept-language": "ja", "accept": "text/html"}
        yield {page: blocks(client.get(page, headers=asked).text) for page in PAGES}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_in_words(pages: dict[str, Texts], page: str) -> None:
    assert faults(pages[page]) == {}
    assert clean([one for one in pages[page] if one[0] in ("p", "li", "dd")], DAY) == []


VERBS = (
    "types ガリウム リン", "lever cobalt stockpile --size 60", "ledger ガリウム --years 2023:2024", "markets ガリウム",
    "explain gallium production_concentration", "demand ガリウム", "policies --commodity gallium", "countries CHN",
    "technology --view minerals", "screen", "data check",
)  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_answers_in_words(verb: str, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    from shigen.show.cli.main import main

    monkeypatch.setenv("SHIGEN_LANG", "ja")
    with pytest.raises(SystemExit) as ended:
        main([*verb.split(), "--lang", "ja"])
    out = capsys.readouterr().out
    assert ended.value.code == 0
    # An address of a figure is what `why` takes: it stands in a line of its own.
    lines = [("line", line.strip(" │├└─")) for line in out.splitlines() if ":" not in line.replace("://", "")]
    assert faults(lines) == {}
    assert [line for _, line in lines if BROKEN.search(line)] == []


def test_texts_are_in_one_style() -> None:
    told = [(key, said) for key, said in catalogue("ja").items()]
    assert mixed(told) == []
    assert [f"{key}: {word}" for key, said in told for word in BANNED if word in said and "cited" not in key
            and not key.startswith(("error.", "rule.", "cli."))] == []  # fmt: skip
    assert [key for key, said in told if PERCENT.search(said) and "単位" not in said] == []


def test_what_is_printed_is_never_markup(capsys: pytest.CaptureFixture[str]) -> None:
    from shigen.show.cli import output

    shown = output.render(output.table("[bold]t[/bold]", [("[demand]", "left")], [["volume:car:::2000"]]), "[red]x")
    assert [word for word in ("[bold]t[/bold]", "[demand]", "volume:car:::2000", "[red]x") if word not in shown] == []


def test_help_shows_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    from shigen.show.cli.main import main

    for lang, word in (("en", "A study file whose [demand]"), ("ja", "需要の設定と鉱種を読み込む分析ファイル")):
        with pytest.raises(SystemExit):
            main(["demand", "--help", "--lang", lang])
        assert word in re.sub(r"[\s│]+", " ", capsys.readouterr().out)


def test_japanese_lines_break_where_they_may() -> None:
    line = "2018～2024年の平均は、13.0％です（前年比）。100日以内に。"
    for width in range(13, 40):  # 2018～2024年 is 12 cells wide
        ends = [0, *divided(line, width), len(line)]
        parts = [line[a:b] for a, b in pairwise(ends)]
        assert "".join(parts) == line
        assert [one for one in parts if BROKEN.search(one)] == []
        assert all(any(word in one for one in parts) for word in ("2018～2024年", "13.0％", "100日"))


@pytest.mark.parametrize(("shown", "wanted"), [("-0.000", "0.000"), ("+0.0 %", "0.0 %"), ("-0.001", "-0.001"),
                                               ("+10", "+10"), ("0", "0"), ("", "")])  # fmt: skip
def test_a_zero_has_no_sign(shown: str, wanted: str) -> None:
    assert signless(shown) == wanted


def test_numbers_are_written_alike() -> None:
    assert numbers.plain(9933.0) == "9,933"
    assert numbers.plain(1040.0) == "1,040"
    assert numbers.arrow(0.3884, 0.3884, "figure") == "0.388"
    assert numbers.arrow(None, None, "tonnes") == "–"
    assert numbers.arrow(0.484, 0.479, "figure") == "0.484 → 0.479"
    # 36,481 million USD are 365 times 100 million.
    assert numbers.money(36481, "ja") == "365億米ドル"
    assert numbers.money(36481, "en") == "36,481 million USD"


@pytest.mark.parametrize(("date", "wanted"), [("2020-09-03", "2020年9月3日"), ("2018-09", "2018年9月"),
                                              ("2012", "2012年"), ("2018/8 or 8", "2018/8または8")])  # fmt: skip
def test_days_are_written_as_a_language_writes_them(date: str, wanted: str) -> None:
    assert shown_date(date, "ja") == wanted
    assert shown_date(date, "en") == date


def test_sources_say_in_japanese_what_is_said_of_them() -> None:
    assert source_words("METI FY2020 study, slide 1.1 B", "ja") == "経済産業省 令和2年度委託調査 1.1"
    both = source_words("Federal Register; METI FY2020 study", "ja")
    assert both == "Federal Register；経済産業省 令和2年度委託調査"
    assert source_words("MCS 2026; CC BY 4.0", "ja") == "MCS 2026; CC BY 4.0"
    keyed = source_words("CHN-2026-01-06: MOFCOM Announcement No. 1 of 2026 names no mineral; Federal Register", "ja")
    assert keyed == "CHN-2026-01-06：中国商務部公告2026年第1号（鉱種の明示なし）；Federal Register"
    assert source_words("shigen assumption", "en") == "shigen assumption"


def test_notes_of_stops_and_what_is_ours_of_editions_are_in_japanese() -> None:
    held = fetched("select note from disruption_parameters where note <> '' and parameter <> 'event_days'")
    # What the model says itself where no figure is held.
    held += [*re.findall(r'note="([^"]+)"', inspect.getsource(parameters)), parameters.OF_A_FORM, answers.OF_ORE]
    assert [one for one in held if not JAPANESE.search(source_words(one, "ja"))] == []
    assert len(held) > 30
    ours = fetched("select title from editions where publisher in ('METI', 'shigen', 'Company reports')")
    ours += fetched("select edition from editions where publisher in ('METI', 'shigen')")
    assert [one for one in ours if not JAPANESE.search(source_words(one, "ja"))] == []
    rests = fetched("select source from measure_forms")
    assert [one for one in rests if not JAPANESE.search(source_words(one, "ja"))] == []


def fetched(query: str) -> list[str]:
    return [str(one) for (one,) in current().fetch(query)]


@pytest.mark.parametrize("lang", LANGS)
def test_every_assumption_has_a_name(lang: Lang) -> None:
    from shigen.outlook.inputs import Inputs

    rows = Inputs({"growth:existing::gallium::": 0.01, "volume:car:::STEPS:2040": 90.0}).rows
    told = [row.name(lang) for row in rows]
    assert len(set(told)) == len(told) > 300
    assert [one for one in told if KEY.search(one) or (lang == "ja" and not JAPANESE.search(one))] == []
