"""Page API: every operation of the OpenAPI document, its parameters, examples and mistakes, in both languages."""

import json
import re
import shlex
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsers import Browser
from fastapi import FastAPI

from shigen.base.i18n import LANGS, Lang, catalogue, text
from shigen.show.web.pages.docs import API, operation_key


def operations(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, one) for path, methods in app.openapi()["paths"].items() for method, one in methods.items()]


def shown(browser: Browser, lang: Lang) -> str:
    answer = browser(lang).get("/docs")
    assert answer.status_code == 200
    return unescape(answer.text)


@pytest.mark.parametrize("lang", LANGS)
def test_every_operation_stands_with_path_and_words(app: FastAPI, browser: Browser, lang: Lang) -> None:
    html = shown(browser, lang)
    for path, method, _ in operations(app):
        key = operation_key(path, method)
        part = html.split(f'id="{key.replace("_", "-")}"', 1)[1].split("</section>", 1)[0]
        assert f'<span class="method">{method.upper()}</span> <code>{path}</code>' in part
        assert f"<p>{text(f'web.docs.operation.{key}', lang)}</p>" in part


def test_words_of_operations_are_those_of_the_openapi_document(app: FastAPI) -> None:
    for path, method, one in operations(app):
        assert one["summary"] == text(f"web.docs.operation.{operation_key(path, method)}", "en")


@pytest.mark.parametrize("lang", LANGS)
def test_every_parameter_and_field_is_told_of_in_words(app: FastAPI, lang: Lang) -> None:
    lacking = []
    for path, method, one in operations(app):
        for parameter in one.get("parameters", ()):
            keys = {f"web.docs.parameter.{operation_key(path, method)}_{parameter['name']}",
                    f"web.docs.parameter.{parameter['name']}"}  # fmt: skip
            lacking += [f"{path}: {parameter['name']}"] if not keys & set(catalogue(lang)) else []
    schemas = app.openapi()["components"]["schemas"]
    for name in ("WhatIfSpec", "LeverSpec"):
        lacking += [f for f in schemas[name]["properties"] if f"web.docs.field.{f}" not in catalogue(lang)]
    assert lacking == []


def test_no_word_is_left_of_an_operation_parameter_or_field_that_is_gone(app: FastAPI) -> None:
    every = operations(app)
    known = {f"operation.{operation_key(path, method)}" for path, method, _ in every}
    for path, method, one in every:
        for parameter in one.get("parameters", ()):
            name = parameter["name"]
            known |= {f"parameter.{name}", f"parameter.{operation_key(path, method)}_{name}"}
    schemas = app.openapi()["components"]["schemas"]
    known |= {f"field.{field}" for name in ("WhatIfSpec", "LeverSpec") for field in schemas[name]["properties"]}
    held = {key.removeprefix("web.docs.") for key in catalogue("en")
            if key.startswith(("web.docs.operation.", "web.docs.parameter.", "web.docs.field."))}  # fmt: skip
    assert held - known == set()


def test_parameters_stand_with_type_default_and_limits(browser: Browser) -> None:
    html = shown(browser, "en")
    part = html.split('id="get-facts"', 1)[1].split("</section>", 1)[0]
    assert "<td>integer 1–10,000</td><td>1000</td>" in part
    assert "<code>format</code>" in part  # among the common ones
    assert "<td>json | csv</td><td>json</td>" in html.split('id="common"', 1)[1].split("</section>", 1)[0]
    assert "(required)" in html.split('id="get-why"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize("lang", LANGS)
def test_every_problem_that_an_answer_may_name_is_where_its_type_leads(browser: Browser, lang: Lang) -> None:
    html = shown(browser, lang)
    problem = browser(lang, accept="application/json").get("/api/v1/assessments?commodity=galium").json()
    address, anchor = problem["type"].split("#")
    assert address == "/docs"
    keys = {key.split(".")[1] for key in catalogue("en") if key.startswith("error.") and key.endswith(".fact")}
    assert len(keys) > 100
    for key in keys:
        assert html.count(f'<dt id="problem-{key}">') == 1
        words = catalogue(lang)
        assert words.get(f"error.{key}.fact_http", words[f"error.{key}.fact"]) in html
    assert f'id="{anchor}"' in html


@pytest.mark.parametrize("lang", LANGS)
def test_the_form_of_a_mistake_is_the_one_that_is_sent(browser: Browser, lang: Lang) -> None:
    html = shown(browser, lang)
    part = html.split('id="problems"', 1)[1]
    example = json.loads(part.split("<pre", 1)[1].split(">", 1)[1].split("</pre>", 1)[0])
    sent = browser(lang, accept="application/json").get("/api/v1/assessments?commodity=galium").json()
    assert example == sent


def test_every_line_for_a_shell_works_as_it_stands(browser: Browser) -> None:
    client = browser(accept="application/json")
    lines = re.findall(r"<pre[^>]*>(curl .*?)</pre>", shown(browser, "en"))
    assert len(lines) > 20
    for line in lines:
        words = shlex.split(line)
        address = urlsplit(words[1])
        assert address.netloc == "testserver"
        asked = f"{address.path}?{address.query}"
        if "-d" in words:
            body = words[words.index("-d") + 1]
            answer = client.post(asked, content=body, headers={"content-type": "application/json"})
        else:
            answer = client.get(asked)
        assert answer.status_code == 200, line


def test_the_columns_of_each_csv_are_those_that_it_has(app: FastAPI, browser: Browser) -> None:
    client = browser()
    html = shown(browser, "en")
    tried = 0
    for path, method, one in operations(app):
        if method != "get" or "text/csv" not in one["responses"]["200"]["content"]:
            continue
        part = html.split(f'id="{operation_key(path, method).replace("_", "-")}"', 1)[1].split("</section>", 1)[0]
        (address,) = re.findall(r'<a href="(/[^"]*)">Open</a>', part)
        asked = re.sub(r"table=production&?", "", address) if path == f"{API}facts" else address
        asked = re.sub(r"(commodity|country)=\w+&?", "", asked) if path == f"{API}facts" else asked
        answer = client.get(asked + ("&" if "?" in asked else "?") + "format=csv")
        (told,) = re.findall(r'<p class="columns"><code>(.*?)</code></p>', part)
        assert told.replace(", ", ",") == answer.text.lstrip("\ufeff").splitlines()[0], path
        tried += 1
    assert tried == 23
