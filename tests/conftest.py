"""What the tests share: databases, the application on them, the cast, and a real server."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jinja2 import StrictUndefined

from app import Application, create_app
from festival.cards import IssuedCard
from festival.settings import Settings
from festival.storage.engine import Database
from tests.cast import Cast, Client
from tests.databases import PostgresServer, PostgresTemplate, SqliteTemplate
from tests.running import Server, free_port
from tests.turns import Turns
from web import limits

# For tables of inputs whose answer no database can change; everything else runs on both.
ON_SQLITE = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that run alone come last: until then all processes are at work."""
    items.sort(key=_is_alone)


def pytest_configure(config: pytest.Config) -> None:
    """Name what failed at once."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Named(config))


class Named:
    """Names each test that failed when it has: a run that is cut short has said which."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the name on a line of its own."""
        if report.failed:
            reporter = self._config.pluginmanager.get_plugin("terminalreporter")
            reporter.write_line(f"\n{report.nodeid} ({report.when})", red=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Wait for the test's turn, before its time is taken."""
    with Turns.of(item.config).turn(alone=_is_alone(item)):
        return (yield)


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this session."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    """The festival with its cast as a SQLite file."""
    return SqliteTemplate(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> PostgresTemplate:
    """The festival with its cast as a PostgreSQL database."""
    return PostgresTemplate(postgres_server)


@pytest.fixture(params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest) -> Any:
    """The festival with its cast, on each database."""
    name = "sqlite_template" if request.param == "sqlite" else "postgres_template"
    return request.getfixturevalue(name)


@pytest.fixture
def database_url(template: Any, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own."""
    with template.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of this test's own: the example festival and the cast, nobody checked in yet."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def application(database: Database, tmp_path: Path) -> Iterator[Application]:
    """The application with its writer at work."""
    with at_work(database, tmp_path) as working:
        yield working


@contextmanager
def at_work(database: Database, folder: Path) -> Iterator[Application]:
    """Give an application on ``database`` whose writer works; ended at the end."""
    limits._calls.storage.reset()
    made = create_app(Settings(data=folder), database, b"a key for tests")
    # A name that no view gives is a mistake; in service it must not cost an organiser the page.
    made.flask.jinja_env.undefined = StrictUndefined
    writer = threading.Thread(target=made.house.writer.serve, name="writer")
    writer.start()
    yield made
    made.house.writer._queue.put(None)
    writer.join(timeout=10)
    assert not writer.is_alive()


@dataclass(frozen=True)
class Company:
    """The cast at work on one application: a client for each station, a card for each person."""

    application: Application
    cast: Cast

    def client(self, name: str | None, language: str | None = None) -> Client:
        """Return the station of that name; None is somebody without a token."""
        token = None if name is None else self.cast.tokens[name]
        return Client(self.application.flask, token, language)

    def card(self, name: str) -> IssuedCard:
        """Return somebody's card."""
        return self.cast.cards[name]

    def __getattr__(self, name: str) -> Any:
        """Give a client or a card by name."""
        if name in self.cast.tokens:
            return self.client(name)
        if name in self.cast.cards:
            return self.cast.cards[name].code
        raise AttributeError(name)


@pytest.fixture
def company(application: Application, template: Any) -> Company:
    """The cast: ``company.clinic.check_in(company.zhang)``."""
    return Company(application, template.cast)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """The real server, running on a new folder; whatever is left of it at the end is killed."""
    running = Server(tmp_path / "data").start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with both ports; https stands in ``options``."""
    data = tmp_path_factory.mktemp("https") / "data"
    server = Server(data, options=("--https", "--https-port", str(free_port())))
    server.start()
    yield server
    server.kill()
