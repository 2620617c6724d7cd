"""Which stop of supply an address asks about: its fields as a study file has them, none of them a study's default."""

from typing import Any, Final

from pydantic import ValidationError

from shigen.base.errors import UserError
from shigen.show.web.asked import Params, number, several
from shigen.study.stops.spec import StopSpec

Stopping = tuple[tuple[str, str], ...]
"""Fields with their words, as the address has them; equal stops are equal."""

REPEATED: Final = ("stops", "against")
WORDS: Final = ("measure", "step", "starts")
RENAMED: Final = {"lost": "kind", "stop_form": "form"}
NUMBERS: Final = ("share", "months", "notice")
FIELDS: Final = (
    "measure",
    *REPEATED,
    "stop_form",
    "step",
    "lost",
    "share",
    "months",
    "notice",
    "leak",
    "horizon",
    "starts",
)
"""Parameters of an address; `lost` is the kind (export or output), `stop_form` the form."""


def stopping_of(params: Params) -> Stopping:
    """Read what an address says of a stop; nothing where it names neither who stops nor a measure.

    Raises
    ------
    UserError
        What is wrong with it.
    """
    pairs = [(key, word) for key in FIELDS if key not in REPEATED and (word := (params.get(key) or "").strip())]
    pairs += [(key, word) for key in REPEATED for word in several(params, key)]
    if not any(key in ("measure", "stops", "lost", "stop_form") for key, _ in pairs):
        return ()
    spec_of(tuple(pairs))
    return tuple(pairs)


def spec_of(pairs: Stopping) -> StopSpec:
    """Return the stop that the words of an address describe.

    Raises
    ------
    UserError
        What is wrong with it.
    """
    given: dict[str, Any] = {key: word for key, word in pairs if key in WORDS}
    given |= {key: number(key, word) for key, word in pairs if key in NUMBERS}
    given |= {key: [word for other, word in pairs if other == key] for key in REPEATED if key in dict(pairs)}
    for key, word in pairs:
        if key in RENAMED:
            given[RENAMED[key]] = word
        elif key == "horizon":
            given["horizon"] = int(number(key, word))
        elif key == "leak":
            given["leak"] = word if word.isalpha() else number(key, word)
    try:
        return StopSpec.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise UserError("study_value", name=".".join(map(str, first["loc"])), value=str(first["input"]),
                        rule=str(first["msg"])) from error  # fmt: skip
