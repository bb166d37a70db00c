import pytest

from launch.arguments import OPTIONS, Wanted, help_text, parse
from launch.talk import Problem


def test_no_words_mean_serve() -> None:
    assert parse([]) == Wanted("serve")


def test_serving_options_are_handed_on_as_they_were_typed() -> None:
    typed = ["--data", "a b", "--port=8001", "--host", "0.0.0.0", "--database", "postgresql://x/y"]
    switches = ["--no-browser", "--admin-on-lan", "--kiosk"]
    assert parse(typed + switches) == Wanted("serve", (*typed, *switches))


@pytest.mark.parametrize("command", ["test", "pair", "bench", "password", "wipe"])
def test_what_follows_a_command_is_its_own_affair(command: str) -> None:
    assert parse([command, "--json", "-k", "x", "--help"]) == Wanted(command, ("--json", "-k", "x", "--help"))


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        (["--prot", "8000"], "--prot"),
        (["sevre"], "sevre"),
        (["serve"], "serve"),
        (["--kiosk", "pair"], "pair"),
        (["--kiosk=yes"], "--kiosk"),
        (["--port"], "--port"),
        (["--port="], "--port"),
        (["--data", "--kiosk"], "--data"),
        (["--port", "0"], "0"),
        (["--port", "65536"], "65536"),
        (["--port", "9" * 5000], "99999"),
        (["--port", "八千"], "八千"),
        (["--port", "８０００"], "８０００"),
    ],
)
def test_a_mistake_gets_one_line_and_status_2(typed: list[str], named: str) -> None:
    with pytest.raises(Problem) as raised:
        parse(typed)
    assert raised.value.status == 2
    assert named in str(raised.value)
    assert "\n" not in str(raised.value)


def test_help_names_every_option() -> None:
    for option in OPTIONS:
        assert f"{option.name} {option.value}".rstrip() in help_text()
        assert option.zh in help_text()
        assert option.en in help_text()
