"""What is wrong with what was sent, in words of ours: a body that is no JSON, and every complaint of the types."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError

from shigen.base.errors import UserError, raise_first, suggest, written
from shigen.base.i18n import Lang, text
from shigen.show.web.bodies import WhatIfSpec
from shigen.show.web.problems import Problem
from shigen.study.choices import LeverSpec

_RULES: Final = {
    "int_parsing": "web_whole", "int_type": "web_whole", "int_from_float": "web_whole",
    "float_parsing": "number", "float_type": "number", "finite_number": "number",
    "string_type": "text", "string_too_long": "text", "list_type": "list",
    "dict_type": "web_object", "model_attributes_type": "web_object", "model_type": "web_object",
    "bool_parsing": "bool", "bool_type": "bool", "literal_error": "web_literal",
    "greater_than_equal": "web_least", "less_than_equal": "web_most",
}  # fmt: skip
"""What was expected, by the kind of complaint of the types; `web_value` for any other."""


class Sent(Request):
    """A request whose body is read as JSON in which every name stands once."""

    async def json(self) -> Any:
        """Return the body.

        Raises
        ------
        Problem
            It is no JSON, or a name stands in it twice.
        """
        content = await self.body()
        try:
            return json.loads(content, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            raise Problem(UserError("web_body", line=error.lineno, column=error.colno), 422) from error
        except UnicodeDecodeError as error:
            raise Problem(UserError("web_body_letters"), 400) from error
        except (RecursionError, ValueError) as error:  # ValueError: a number of 5,000 digits
            raise Problem(UserError("web_body_depth"), 400) from error


def check_kind(request: Request) -> None:
    """Refuse a body that does not say that it is JSON.

    Raises
    ------
    Problem
        Its header says otherwise, or nothing.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem(UserError("web_body_kind", word=kind or "-"), 422)


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of a JSON text."""
    whole = dict(pairs)
    if len(whole) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Problem(UserError("web_twice", name=twice, count=names.count(twice)), 422)
    return whole


def of_types(complaints: RequestValidationError, lang: Lang) -> UserError:
    """Return what the types complain of as one error of ours, the first of them where there are many."""
    try:
        raise_first(_each(complaints.errors(), lang))
    except UserError as error:
        return error
    raise ValueError("complaints without a complaint") from complaints


def _each(complaints: Iterable[Any], lang: Lang) -> Iterable[UserError]:
    for one in complaints:
        steps = [str(part) for part in one["loc"] if part not in ("query", "path", "body")]
        name, context = ".".join(steps), one.get("ctx", {})
        if one["type"] == "missing":
            yield UserError("web_lacks", name=name or text("web.body", lang))
        elif one["type"] == "extra_forbidden":
            known = (LeverSpec if steps[0] == "levers" else WhatIfSpec).model_fields
            yield UserError("web_field", suggestions=suggest(steps[-1], known), word=name, known=", ".join(known))
        elif one["type"] == "too_long":
            yield UserError("web_many", name=name, count=context["actual_length"], most=context["max_length"])
        else:
            yield _value(one, name, lang)


def _value(one: Any, name: str, lang: Lang) -> UserError:
    """Return the mistake that a value is not of the kind that is expected."""
    rule = "year" if name == "year" else _RULES.get(one["type"], "web_value")
    context = one.get("ctx", {})
    words = next((str(context[key]) for key in ("expected", "ge", "le") if key in context), "")
    expected = words.replace("'", "").replace(" or ", ", ")
    return UserError("study_value", name=name or text("web.body", lang), value=_shown(one.get("input")),
                     rule=text(f"rule.{rule}", lang, expected=expected))  # fmt: skip


def _shown(value: Any) -> str:
    """Return a value as it was sent: as JSON has it, a text in quotation marks."""
    if isinstance(value, str) or abs(value if isinstance(value, int) else 0) >= 10**18:
        return written(value)
    return json.dumps(value, ensure_ascii=False)
