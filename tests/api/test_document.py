"""The OpenAPI document and the API are of one mind."""

import os
import re
import subprocess
import sys

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


def test_no_made_up_call_breaks_the_server_or_leaves_the_document(server: Server) -> None:
    token = server.pair("organiser")
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.address}/api/v1/openapi.json"]
    command += ["--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--max-examples", "25"]
    # Closing down would leave only refusals to look at; it has tests of its own.
    command += ["--seed", "2017", "--exclude-path", "/edition/close", "--phases", "examples,coverage,fuzzing"]
    # start.py asks for ":replace", an encoding without a name, which schemathesis takes for the name.
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    # A station that was shut out on the way would have heard nothing but 401.
    assert server.request("GET", "/api/v1/station", token=token)[0] == 200
