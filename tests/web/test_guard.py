"""Who gets in: hosts, token, origin, size; and what every answer carries."""

import pytest
from starlette.testclient import TestClient

from shigen.base.errors import UserError
from shigen.show.web.app import create_app
from shigen.show.web.guard import MOST_JSON, Rules, language
from shigen.show.web.serve import rules_of

SECRET = "a-long-enough-token"  # noqa: S105


def test_another_host_is_refused(client: TestClient) -> None:
    answer = client.get("/healthz", headers={"host": "evil.example"})
    assert answer.status_code == 421
    assert answer.headers["content-type"] == "application/problem+json"
    assert "not called evil.example" in answer.json()["detail"]


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost", "[::1]:9", "LOCALHOST:80"])
def test_loopback_by_every_name_is_let_in(host: str) -> None:
    assert Rules().knows(host)


@pytest.mark.parametrize("host", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::", "a@b"])
def test_other_names_are_not(host: str) -> None:
    assert not Rules().knows(host)


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/healthz", "/api/v1/commodities", "/nowhere", "/static/app.css"):
        answer = client.get(path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_a_post_from_another_site_is_refused(client: TestClient) -> None:
    body = {"levers": [], "commodities": ["gallium"]}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        assert client.post("/api/v1/whatif", json=body, headers=headers).status_code == 403
    assert client.post("/api/v1/whatif", json=body, headers={"origin": "http://testserver"}).status_code == 200


def test_a_body_over_the_limit_is_refused_whatever_its_header_says(client: TestClient) -> None:
    large = b"x" * (MOST_JSON + 1)
    assert client.post("/api/v1/whatif", content=large).status_code == 413

    def pieces():
        for _ in range(12):
            yield b"x" * 100_000

    answer = client.post("/api/v1/whatif", content=pieces(), headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["detail"] == "What you sent is too large. At most 1.0 MB are taken."


def test_language_of_address_comes_before_that_of_the_browser() -> None:
    assert language("lang=ja", "en") == "ja"
    assert language("lang=xx", "en") == "en"
    assert language("", "fr, ja;q=0.8, en;q=0.5") == "ja"
    assert language("", "") == "en"


def test_mistakes_are_told_in_the_asked_language(client: TestClient) -> None:
    told = client.get("/api/v1/assessments?commodity=galium&lang=ja").json()
    assert told["status"] == 422
    assert "ガリウム" in told["detail"] or "gallium" in told["detail"]
    assert told["title"] == "指定に誤りがあります"
    assert told["errors"][0]["suggestions"][0] == "gallium"


def test_without_the_token_nothing_but_health_is_answered() -> None:
    with TestClient(create_app(Rules(("testserver",), SECRET)), follow_redirects=False) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/", "/api/v1/commodities", "/metrics", "/docs", "/openapi.json"):
            answer = client.get(path)
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer")
        right = {"authorization": f"Bearer {SECRET}"}
        assert client.get("/api/v1/commodities", headers=right).status_code == 200
        assert client.get("/api/v1/commodities", headers={"authorization": f"Bearer {SECRET}x"}).status_code == 401


def test_the_token_typed_into_the_page_opens_it_and_never_lies_in_the_browser() -> None:
    with TestClient(create_app(Rules(("testserver",), SECRET)), follow_redirects=False) as client:
        assert '<form method="post" action="/login"' in client.get("/", headers={"accept": "text/html"}).text
        assert client.post("/login", data={"token": "wrong-token-altogether"}).status_code == 401
        entered = client.post("/login", data={"token": SECRET})
        assert entered.status_code == 303
        cookie = entered.headers["set-cookie"]
        assert SECRET not in cookie
        assert "HttpOnly" in cookie
        assert "samesite=strict" in cookie.casefold()
        assert client.get("/api/v1/commodities").status_code == 200


def test_another_address_than_loopback_needs_a_token() -> None:
    with pytest.raises(UserError) as refused:
        rules_of("0.0.0.0", (), "")
    message = refused.value.message("en")
    assert "SHIGEN_TOKEN" in message
    assert "proxy" in message
    with pytest.raises(UserError, match="16"):
        rules_of("0.0.0.0", (), "short")
    assert rules_of("127.0.0.1", (), "").token == ""
    assert rules_of("0.0.0.0", ("shigen.example",), SECRET).knows("shigen.example:443")


def test_metrics_count_requests_by_route_and_name_no_address(client: TestClient) -> None:
    client.get("/api/v1/explain/gallium/production_concentration")
    told = client.get("/metrics").text
    assert 'route="/api/v1/explain/{commodity}/{measure}"' in told
    assert "/explain/gallium" not in told
    assert "process_resident_memory_bytes" in told
