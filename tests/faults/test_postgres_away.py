"""PostgreSQL goes away under a running festival: devices are told, and all goes on once it is back."""

import pytest

from festival.notices import Trouble
from tests.cast import answer, new_nonce
from tests.conftest import Company
from tests.databases import PostgresServer
from web.watch import Watch

pytestmark = [pytest.mark.fault, pytest.mark.parametrize("template", ["postgresql"], indirect=True)]


def test_a_database_that_is_away_is_told_and_found_again(company: Company, postgres_server: PostgresServer) -> None:
    database, nonce = company.application.house.database, new_nonce()
    name = database._writer.url.database
    clinic = company.client("clinic")
    assert answer(clinic.check_in(company.zhang, "clinic")) == (201, "welcome", None)
    postgres_server._run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    postgres_server._run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
    for _ in range(2):
        assert answer(clinic.check_in(company.li, "clinic", nonce=nonce)) == (503, "refused", "cannot_keep")
    assert [notice.trouble for notice in database.notices.current()] == [Trouble.NOT_ANSWERING]
    postgres_server._run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    Watch(company.application.house).look()
    assert not database.notices.stopped()
    assert answer(clinic.check_in(company.li, "clinic", nonce=nonce)) == (201, "welcome", None)
    assert clinic.get("/board").get_json()["visits"] == 2
