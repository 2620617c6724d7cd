"""Whatever is sent to the API, it answers as its description says, and never with a fault of ours."""

from typing import Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from shigen.show.web.app import create_app
from shigen.show.web.guard import Rules

pytestmark = pytest.mark.long

OPERATIONS: Final = [
    (path, method, mode) for path, methods in create_app().openapi()["paths"].items()
    for method, one in methods.items() for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or one.get("parameters") or "requestBody" in one
]  # fmt: skip
"""Each with what fits its description, and with what does not, where there is anything to send."""
EXAMPLES: Final = 12
FEWER: Final = {"/api/v1/why": 3, "/api/v1/studies": 2, "/api/v1/markets": 6, "/api/v1/tables": 6,
                "/api/v1/packages": 6}  # fmt: skip
"""Examples of operations that take long."""
CHECKS: Final = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def described() -> schemathesis.BaseSchema:
    """The description of an application of its own in memory: its life begins and ends with every call."""
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(Rules(hosts=("testserver",))))


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, path: str, method: str, mode: GenerationMode
) -> None:
    operation = described[path][method.upper()]
    answered: list[int] = []

    @settings(max_examples=FEWER.get(path, EXAMPLES), deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def sent(case: schemathesis.Case) -> None:
        response = case.call(timeout=300)  # the first call computes a whole study
        answered.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    sent()
    assert answered
    assert max(answered) < 500
