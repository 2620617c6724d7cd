"""Every verb × view × format × language of the command line ends in a result.

All of it is read from the commands themselves: verbs from their tree, formats and views from what a verb answers to one
that there is not, flags from its options. A new verb, view, format or flag is walked without being named here; a new
argument that must be given fails until SAMPLES has a word for it.
"""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from front import call, warm
from test_trade import release

from shigen.base.errors import UserError
from shigen.base.i18n import LANGS, Lang
from shigen.figures.exports import FORMATS as EXPORT_FORMATS
from shigen.model.levers import lever_kinds
from shigen.show.cli.app import build
from shigen.show.cli.output import FORMATS
from shigen.show.documents.formats import FORMATS as DOCUMENTS

FILES = Path(__file__).parent / "sources" / "files"

SAMPLES: dict[str, list[list[str]]] = {
    "commodities": [["gallium"]],
    "commodity": [["gallium"]],
    "words": [["geopolrisk", "cobalt", "gallium"]],
    "lever commodity": [["tungsten"]],
    "disrupt commodities": [["Mg"]],
    "country": [[], ["CHN"]],
    "indicator": [["production_concentration"]],
    "address": [["production:gallium:CHN:refined:2024:MCS 2026"]],
    "key": [[key] for key in lever_kinds()],
    "kind": [["heatmap"]],
    "source": [["usgs_mcs"]],
    "name": [["embedded"]],
    "against": [[]],
    "file": [["{study}"]],
    "study": [["{study}"]],
    "folder": [["{tmp}/new"]],
    "trade index folder": [["{release}"]],
    "out": [["{tmp}/new.xlsx"]],
}
"""Words for arguments, by name or by verb and name; several where a verb answers differently."""
OPTIONS: dict[str, list[str]] = {
    "lever size": ["--size", "0.25"],
    "lever host": ["--host", "JPN"],
    "ledger years": ["--years", "2023:2024"],
    "study out": ["--out", "{tmp}/new"],
    "report out": ["--out", "{tmp}/new"],
    "data update from_": ["--from", f"{FILES}/usgs_mcs/MCS2026_excerpt.zip"],
    "trade index out": ["--out", "{tmp}/index"],
    "countries commodity": ["--commodity", "gallium"],
    "projects commodity": ["--commodity", "gallium"],
    "serve port": ["--port", "0"],
    "disrupt draws": ["--draws", "16"],
    "serve browser": ["--no-browser"],
}
"""Options that a verb needs, or that keep it quick, by verb and name."""
VIEWS: dict[str, list[str]] = {"backtest judged": ["--against", "{recorded}"]}
"""What a view needs besides."""
NOT_WALKED = {"quiet", "version", "browser", "accept_sums"}
"""Flags that change no result: what is said beside it, or what is let through."""


def filled(words: list[str], tmp: Path) -> list[str]:
    """Return words with the files that they name, which are made."""
    study = tmp / "small.toml"
    study.write_text('commodities = ["gallium"]\n', "utf-8")
    return [word.format(tmp=tmp, study=study, release=release(tmp / "baci")) for word in words]


def recorded(tmp: Path) -> Path:
    """Return a folder with a forecast on record."""
    call("backtest", "--record", str(tmp / "recorded"), "--lang", "en")
    return tmp / "recorded"


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
    for name, one in (inner or {}).items():
        yield from leaves(one, (*path, name))


VERBS = {" ".join(path): verb for path, verb in leaves(typer.main.get_command(build("en")))}


def known(verb: str, option: str, tmp: Path) -> list[str]:
    """Return what an option takes, as the verb tells who gives something else."""
    words = arguments(verb, tmp)[0]
    with pytest.raises(UserError) as refused:
        typer.main.get_command(build("en"))([*words, f"--{option}", "?"], standalone_mode=False)
    return str(refused.value.values["known"]).split(", ")


def arguments(verb: str, tmp: Path) -> list[list[str]]:
    """Return the ways to call a verb: its words, its arguments and what it needs."""
    ways = [verb.split()]
    for one in VERBS[verb].params:
        own = f"{verb} {one.name}"
        if one.param_type_name == "argument":
            samples = SAMPLES.get(own, SAMPLES.get(one.name))
            assert samples is not None, f"{verb} has no way to be called: SAMPLES needs a word for {one.name}"
            ways = [[*way, *filled(words, tmp)] for way in ways for words in samples]
        elif own in OPTIONS:
            ways = [[*way, *filled(OPTIONS[own], tmp)] for way in ways]
        else:
            assert not one.required, f"{verb} has no way to be called: OPTIONS needs words for {one.name}"
    return ways


def variants(verb: str, tmp: Path) -> Iterator[tuple[list[str], str]]:
    """Yield every way to call a verb, with the format that it then answers in (empty where it has none)."""
    names = {one.name for one in VERBS[verb].params}
    views = [["--view", view, *(word.format(recorded=recorded(tmp)) for word in VIEWS.get(f"{verb} {view}", ()))]
             for view in known(verb, "view", tmp)] if "view" in names else [[]]  # fmt: skip
    flags = [[max(one.opts, key=len)] for one in VERBS[verb].params
             if getattr(one, "is_flag", False) and one.name not in NOT_WALKED]  # fmt: skip
    formats = known(verb, "format", tmp) if "format" in names else [""]
    for way in arguments(verb, tmp):
        for more in [*views, *flags]:
            for form in formats:
                yield [*way, *more, *(["--format", form] if form else [])], form


@pytest.fixture(scope="module", autouse=True)
def _warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with warm():
        yield


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the verbs that change the store one of their own; keep a server from serving for ever."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)
    monkeypatch.setattr("shigen.show.web.serve._tell", lambda *_: None)
    monkeypatch.setattr("shigen.show.web.answers.first_steps", lambda *_: ())


@pytest.mark.parametrize("verb", VERBS)
def test_every_view_format_and_language_of_a_verb_ends_in_a_result(verb, undrawn, tmp_path, monkeypatch) -> None:
    walked = 0
    for lang in LANGS:
        home = tmp_path / lang
        home.mkdir()
        if verb in ("data update", "data use"):
            monkeypatch.setenv("SHIGEN_DATA", str(home / "data"))
        for words, form in list(variants(verb, home)):
            code, out, err = call(*words, "--lang", lang)
            assert code == 0, (words, err)
            assert "Traceback" not in err
            check(verb, words, form, out, lang)
            if (home / "new").exists():
                shutil.rmtree(home / "new")
            (home / "new.xlsx").unlink(missing_ok=True)
            walked += 1
    assert walked >= len(LANGS)


def check(verb: str, words: list[str], form: str, out: str, lang: Lang) -> None:
    if form == "json":
        assert json.loads(out, parse_constant=pytest.fail) or verb == "data diff"
    elif form == "csv" and verb != "data export":
        head, *rows = csv.reader(io.StringIO(out.removeprefix("\ufeff")))
        assert len(head) > 1
        assert {len(row) for row in rows} <= {len(head)}
    elif verb != "serve":
        assert out.strip(), words
        assert "{" not in out.replace("{reporter}", ""), words
        assert lang == "en" or any("ぁ" <= letter <= "ヿ" or "一" <= letter <= "龥" for letter in out), words


def test_views_and_formats_are_those_that_are_declared(tmp_path) -> None:
    # What a verb tells is what the walk takes: it must be what is declared.
    from shigen.model.drivers_records import COLUMNS as DRIVER_VIEWS
    from shigen.model.method_records import VIEWS as METHOD_VIEWS
    from shigen.model.odds_records import COLUMNS as ODDS_VIEWS
    from shigen.outlook.policies import VIEWS as POLICY_VIEWS
    from shigen.show.cli.backtest import VIEWS as BACKTEST_VIEWS
    from shigen.show.cli.demand import VIEWS as DEMAND_VIEWS
    from shigen.show.cli.disrupt import VIEWS as DISRUPT_VIEWS
    from shigen.show.cli.replays import VIEWS as REPLAY_VIEWS
    from shigen.show.cli.uncertainty import CHECKED, DESIGNS
    from shigen.show.report.technology import VIEWS as TECHNOLOGY_VIEWS

    declared = {"policies": POLICY_VIEWS, "demand": DEMAND_VIEWS, "technology": TECHNOLOGY_VIEWS,
                "methods": METHOD_VIEWS, "backtest": BACKTEST_VIEWS, "disrupt": DISRUPT_VIEWS,
                "replays": REPLAY_VIEWS,
                "uncertainty": [*ODDS_VIEWS, *DRIVER_VIEWS, DESIGNS, *CHECKED]}  # fmt: skip
    with_views = {verb for verb, one in VERBS.items() if any(p.name == "view" for p in one.params)}
    assert with_views == set(declared)
    assert all(known(verb, "view", tmp_path) == list(views) for verb, views in declared.items())
    for verb, one in VERBS.items():
        if any(p.name == "format" for p in one.params):
            own = {"data export": EXPORT_FORMATS, "report": tuple(DOCUMENTS)}
            assert tuple(known(verb, "format", tmp_path)) == own.get(verb, FORMATS)


def test_a_verb_without_a_way_to_be_called_is_named(tmp_path, monkeypatch) -> None:
    app = typer.Typer()

    @app.command()
    def one(colour: str) -> None:
        pass

    @app.command()
    def two(shade: str = typer.Option(...)) -> None:
        pass

    made = {" ".join(path): verb for path, verb in leaves(typer.main.get_command(app))}
    monkeypatch.setattr("test_every_verb.VERBS", made)
    with pytest.raises(AssertionError, match="one has no way to be called: SAMPLES needs a word for colour"):
        arguments("one", tmp_path)
    with pytest.raises(AssertionError, match="two has no way to be called: OPTIONS needs words for shade"):
        arguments("two", tmp_path)
