"""The OpenAPI document and the API are of one mind."""

import os
import re
import subprocess
import sys

import pytest

from api.document import document
from festival.errors import Outcome, Reason
from tests.conftest import Company
from tests.running import Server

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_every_route_stands_in_the_document_and_the_other_way_round(company: Company) -> None:
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")), method.lower())
        for rule in company.application.flask.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == {(path, method) for path, calls in document()["paths"].items() for method in calls}


def test_outcomes_and_reasons_are_enums_and_no_reply_is_a_default() -> None:
    answer = document()["components"]["schemas"]["Answer"]["properties"]
    assert answer["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert answer["reason"]["enum"] == [*[reason.value for reason in Reason], None]
    for calls in document()["paths"].values():
        for call in calls.values():
            assert "default" not in call["responses"]


# Closing down would leave only refusals to look at; it has tests of its own.
ALL_BUT_CLOSING = ("--exclude-path", "/edition/close")
SHUT_OUT = "/stations/{station_id}"


@pytest.mark.parametrize(
    ("kind", "booths", "examples", "calls"),
    [
        # The calls that may shut the caller itself out run last and alone: it would hear nothing but 401.
        ("organiser", (), 25, (*ALL_BUT_CLOSING, "--exclude-path", SHUT_OUT)),
        ("organiser", (), 25, ("--include-path", SHUT_OUT)),
        ("booth", ("clinic",), 10, ALL_BUT_CLOSING),
        ("kiosk", (), 10, ALL_BUT_CLOSING),
        pytest.param(
            "organiser",
            (),
            400,
            (*ALL_BUT_CLOSING, "--exclude-path", SHUT_OUT),
            marks=[pytest.mark.long, pytest.mark.timeout(1800)],
        ),
    ],
)
def test_no_made_up_call_breaks_the_server_or_leaves_the_document(
    server: Server, kind: str, booths: tuple[str, ...], examples: int, calls: tuple[str, ...]
) -> None:
    token = server.pair(kind, *booths)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}/api/v1/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", str(examples)]
    command += ["--seed", "2017", "--phases", "examples,coverage,fuzzing", *calls]
    # start.py asks for ":replace", an encoding without a name, which schemathesis takes for the name.
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    if SHUT_OUT not in calls or "--exclude-path" in calls:
        assert server.request("GET", "/api/v1/station", token=token)[0] == 200
