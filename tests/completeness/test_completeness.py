"""One walk over the registries: whatever lacks a name, a reference or a hand-worked case, in one failure."""

import doctest
import re
import string
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from shigen.base import names
from shigen.base.declare import STATUSES
from shigen.base.i18n import LANGS, catalogue
from shigen.figures.schema import tables
from shigen.model import candidates as cand
from shigen.model import indicators as ind
from shigen.model.variables import VARIABLES
from shigen.show.charts.kind import kinds

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "shigen"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_texts() -> None:
    ja, en = catalogue("ja"), catalogue("en")
    assert set(ja) == set(en)
    assert [k for k in ja if placeholders(ja[k]) != placeholders(en[k])] == []
    assert [k for k in ja if bool(ja[k]) != bool(en[k])] == []


def test_every_text_that_the_code_names_is_there() -> None:
    named = set()
    for file in SOURCE.rglob("*.py"):
        named |= set(re.findall(r"\btext\(\s*\"([a-z_]+\.[a-z_.0-9]+)\"", file.read_text("utf-8")))
    for file in SOURCE.rglob("*.html"):
        named |= set(re.findall(r"\bt\(\"([a-z_]+\.[a-z_.]+)\"[,)]", file.read_text("utf-8")))
    assert len(named) > 60
    assert named - set(catalogue("en")) == set()


def test_every_error_that_the_code_raises_has_a_message() -> None:
    raised = set()
    for file in SOURCE.rglob("*.py"):
        raised |= set(re.findall(r"UserError\(\s*\"([a-z_0-9]+)\"", file.read_text("utf-8")))
    assert len(raised) > 15
    assert {f"error.{key}.fact" for key in raised} - set(catalogue("en")) == set()


def test_no_text_is_left_over() -> None:
    code = "\n".join(f.read_text("utf-8") for e in ("py", "html") for f in SOURCE.rglob(f"*.{e}"))
    # Words that a quote or a brace opens, by what comes after them: read once, of some thousand texts.
    words = set(re.findall(r"(?<=[\"'{])([\w.-]+)(?=([\"'{ ]))", code))
    whole = {word for word, end in words if end in "\"'"}
    going_on = {word for word, end in words if end in '"{'}
    families = {word for word, _ in words if word.endswith(".")} | set(re.findall(r"[\w-]+\.(?=\{)", code))
    unused = []
    for key in catalogue("en"):
        group, _, last = key.rpartition(".")
        starts = {key[: n + 1] for n in range(len(group), len(key)) if key[n] == "_"}
        built = {f"{group}.", f"{group.split('.')[0]}."} & families
        if not ({key, last} & whole or built or starts & going_on):
            unused.append(key)
    assert unused == []


def test_indicators_are_complete() -> None:
    hand = (ROOT / "tests" / "test_indicators.py").read_text("utf-8")
    lacking = []
    for key, one in ind.indicators().items():
        doc = one.doc
        lacking += [f"{key}: name in {lang}" for lang in LANGS if not one.name.get(lang)]
        lacking += [f"{key}: origin in {lang}" for lang in LANGS if not one.origin.get(lang)]
        lacking += [f"{key}: formula in {lang}" for lang in LANGS if not one.written.get(lang)]
        notes = " ".join(doc.split("-----\n")[-2].split())
        lacking += [f"{key}: formula as in the notes"] if not notes.startswith(one.written["en"]) else []
        lacking += [f"{key}: {part}" for part in ("Parameters", "Returns", "Notes", "Examples") if part not in doc]
        lacking += [f"{key}: reference"] if not re.search(r"\(\d{4}\)", one.reference) else []
        lacking += [f"{key}: hand-worked case"] if key not in hand and f"ind.{key}" not in hand else []
        lacking += [f"{key}: unit of an argument"] if "[" not in doc.split("Parameters")[1].split("Returns")[0] else []
    assert lacking == []


def test_six_axes_in_the_order_of_the_study() -> None:
    assert [i.axis for i in ind.indicators().values() if i.axis] == [1, 2, 3, 4, 5, 6]
    text = catalogue("ja")
    assert [text[f"axis.{k}"] for k in ind.axes()] == [
        "埋蔵寡占度", "生産寡占度", "輸入ガバナンス（精鉱）", "輸入ガバナンス（製錬品）", "ヒストリカルボラティリティ",
        "スクラップ等再生",
    ]  # fmt: skip


def test_statuses_have_words_and_meanings() -> None:
    for status in STATUSES:
        assert f"status.{status}" in catalogue("ja")
        assert f"status_means.{status}" in catalogue("ja")


def test_every_chart_is_a_valid_spec() -> None:
    # Charts are compiled unchecked where they are drawn; here each part is held against its schema.
    for kind in kinds().values():
        for lang in LANGS:
            assert kind.spec(lang).to_dict(validate=True), (kind.key, lang)


def test_variables_declare_units_and_dims() -> None:
    allowed = {"commodity", "country", "step", "lag", "mine", "area"}
    assert [n for n, v in VARIABLES.items() if not v.unit or not v.meaning or set(v.dims) - allowed] == []


@pytest.mark.parametrize("module", [ind, cand])
def test_docstring_examples_run(module) -> None:
    failed, tried = doctest.testmod(module, extraglobs={"xr": xr, "np": np})
    assert failed == 0
    assert tried >= 6


def test_every_table_has_a_name_in_both_languages() -> None:
    assert [name for name in tables() if any(f"table.{name}" not in catalogue(lang) for lang in LANGS)] == []


def test_commodities_are_named_once_in_both_languages() -> None:
    seen: dict[str, str] = {}
    for key, one in names.commodities().items():
        for word in {one.key, one.symbol, one.en, one.ja, *one.aliases} - {""}:
            folded = word.casefold()
            assert seen.setdefault(folded, key) == key, word
    assert len([c for c in names.commodities().values() if c.meti13]) == 13
    assert len(names.commodities()) >= 33


def test_floors_of_the_house() -> None:
    done = subprocess.run(
        ["lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src")},
    )
    assert done.returncode == 0, done.stdout


def test_import_is_light() -> None:
    heavy = ("xarray", "duckdb", "altair", "pandas", "numpy", "dask", "vl_convert", "typer", "jinja2")
    code = f"import sys, shigen; dir(shigen); print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_lead_somewhere() -> None:
    import shigen

    for name in shigen.__all__:
        assert getattr(shigen, name) is not None


def test_no_machine_path_and_no_registry_host_in_the_tree() -> None:
    # Built from parts, so that this file does not name what it forbids.
    forbidden = re.compile("|".join(["/" + "work/", "/" + "root/", "pypi" + r"\.org", "python" + "hosted"]))
    aside = {".git", ".venv", "site", "build", "dist", "__pycache__", "shigen-study"}
    found = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if aside & set(inside) or any(p.endswith(("_cache", ".egg-info")) or p == ".hypothesis" for p in inside):
            continue
        if (
            path.is_file()
            and path.suffix not in {".parquet", ".png", ".svg"}
            and forbidden.search(path.read_text("utf-8", errors="ignore"))
        ):
            found.append(str(path.relative_to(ROOT)))
    assert found == []
