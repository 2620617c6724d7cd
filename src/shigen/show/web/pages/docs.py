"""API: every operation, its parameters and examples, and every mistake, from the application's own OpenAPI document."""

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from shigen.base import names
from shigen.base.errors import UserError, suggest
from shigen.base.i18n import Lang, catalogue, text
from shigen.show.web.problems import details
from shigen.show.web.route import PROBLEM
from shigen.show.web.visit import Visit

API: Final = "/api/v1/"
CSV: Final = "text/csv"
COMMON: Final = ("importer", "year", "edition", "basis", "format", "lang")
"""Parameters that mean the same wherever they stand; they are told of once."""
SHOWN: Final = ("table", "commodity", "country")
"""Parameters that an example gives where it may."""
LOCAL: Final = "http://127.0.0.1:8765/"
"""Where a server is that was started without options."""


def page(visit: Visit, described: Mapping[str, Any], *, base: str = LOCAL) -> dict[str, Any]:
    """Return operations with parameters and examples, the fields of what is sent, and the form of mistakes.

    Parameters
    ----------
    visit : Visit
        In whose language it is told.
    described : mapping
        The OpenAPI document.
    base : str
        Address of the server, for examples.
    """
    every = [
        _operation(path, method, one, visit.lang, base.rstrip("/"))
        for path, methods in described["paths"].items() for method, one in methods.items()
    ]  # fmt: skip
    schemas = described["components"]["schemas"]
    wrong = UserError("unknown_commodity", word="galium", suggestions=suggest("galium", names.commodities()))
    return {
        "common": _common(every), "operations": [one for one in every if one["path"].startswith(API)],
        "service": [one for one in every if not one["path"].startswith(API)],
        "bodies": [(name, _fields(schemas[name], visit.lang)) for name in ("WhatIfSpec", "LeverSpec")],
        "problem": _shown(details(wrong, 422, f"{API}assessments", visit.lang)),
        "statuses": [(code, visit.t(f"web.status.{code}")) for code in PROBLEM],
        "problems": problems(visit.lang),
    }  # fmt: skip


def _operation(path: str, method: str, one: Mapping[str, Any], lang: Lang, base: str) -> dict[str, Any]:
    """Return an operation as the page shows it, with an example that can be sent."""
    parameters = one.get("parameters", ())
    bodies = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples", {})
    body = next((example["value"] for example in bodies.values()), None)
    answers = one["responses"]["200"]["content"]
    sent = path + _asked(parameters)
    for parameter in parameters:
        if parameter["in"] == "path":
            sent = sent.replace(f"{{{parameter['name']}}}", quote(str(parameter["schema"]["examples"][0])))
    name = operation_key(path, method)
    return {
        "id": name.replace("_", "-"), "method": method.upper(), "path": path,
        "summary": _text_or(f"web.docs.operation.{name}", one["summary"], lang),
        "parameters": [_parameter(parameter, name, lang) for parameter in parameters],
        "body": None if body is None else _shown(body), "sent": sent, "curl": _curl(base + sent, body),
        "media": list(answers), "csv": answers.get(CSV, {}).get("example", "").replace(",", ", "),
    }  # fmt: skip


def operation_key(path: str, method: str) -> str:
    """Return the name of an operation in the catalogue: `get_countries_country`."""
    bare = path.removeprefix(API).strip("/")
    return "_".join([method, *(part.strip("{}") for part in bare.split("/"))])


def _common(operations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters that mean the same everywhere, in the order of COMMON."""
    parameters = {one["name"]: one for operation in operations for one in operation["parameters"] if one["common"]}
    return [parameters[name] for name in COMMON]


def _asked(parameters: Sequence[Mapping[str, Any]]) -> str:
    """Return the query of an example: what must be there, and what shows best what is asked."""
    pairs = [
        (one["name"], one["schema"]["examples"][0]) for one in parameters
        if one["in"] == "query" and "examples" in one["schema"] and (one.get("required") or one["name"] in SHOWN)
    ]  # fmt: skip
    return f"?{urlencode(pairs, doseq=True)}" if pairs else ""


def _curl(address: str, body: Any) -> str:
    """Return a line for a shell."""
    if body is None:
        return f"curl {shlex.quote(address)}"
    return f"curl {address} -H 'Content-Type: application/json' -d {shlex.quote(json.dumps(body, ensure_ascii=False))}"


def _parameter(one: Mapping[str, Any], operation: str, lang: Lang) -> dict[str, Any]:
    """Return a parameter in words: one of its own operation where its meaning differs there."""
    schema, name = one["schema"], one["name"]
    own, common = f"web.docs.parameter.{operation}_{name}", f"web.docs.parameter.{name}"
    differs = own in catalogue(lang)
    return {
        "name": name, "where": text(f"web.docs.in_{one['in']}", lang), "required": bool(one.get("required")),
        **_type_cells(schema), "about": _text_or(own if differs else common, one.get("description", ""), lang),
        "common": name in COMMON and not differs,
    }  # fmt: skip


def _type_cells(schema: Mapping[str, Any]) -> dict[str, str]:
    """Return type, default and examples of a value; empty where it has none."""
    examples = schema.get("examples", [])
    flat = [word for example in examples for word in (example if isinstance(example, list) else [example])]
    default = schema.get("default")
    usual = default if isinstance(default, str) else "" if default in (None, []) else json.dumps(default)
    return {"type": _type(schema), "default": usual, "examples": ", ".join(map(str, flat))}


def _type(schema: Mapping[str, Any]) -> str:
    """Return what a value may be: `integer 1–10000`, `json | csv`, `string[]`."""
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"] if one.get("type") != "null")
    if "enum" in schema:
        return " | ".join(schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        most = f" ≤ {schema['maxItems']}" if "maxItems" in schema else ""
        return f"{_type(schema['items'])}[]{most}"
    low, high = schema.get("minimum"), schema.get("maximum")
    limits = "" if low is None else f" ≥ {low:,}" if high is None else f" {low:,}–{high:,}"
    return str(schema.get("type", "")) + limits


def _fields(schema: Mapping[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """Return the fields of what is sent as JSON."""
    required = schema.get("required", ())
    return [
        {"name": name, "required": name in required, **_type_cells(one),
         "about": _text_or(f"web.docs.field.{name}", one.get("description", ""), lang)}
        for name, one in schema["properties"].items()
    ]  # fmt: skip


def problems(lang: Lang) -> list[dict[str, str]]:
    """Return every mistake that an answer may name, in the order of the alphabet."""
    words = catalogue(lang)
    keys = sorted(key.split(".")[1] for key in words if key.startswith("error.") and key.endswith(".fact"))
    return [
        {
            "key": key,
            **{
                part: words.get(f"error.{key}.{part}_http", words.get(f"error.{key}.{part}", ""))
                for part in ("fact", "expected", "mend")
            },
        }
        for key in keys
    ]


def _text_or(key: str, otherwise: str, lang: Lang) -> str:
    """Return a text of the catalogue, or what the OpenAPI document says."""
    return text(key, lang) if key in catalogue(lang) else otherwise


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
