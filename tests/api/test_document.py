"""The OpenAPI document and the API are of one mind."""

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
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
