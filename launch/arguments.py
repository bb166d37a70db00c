"""What may be typed after start.py, checked before the minutes of a first set-up are spent."""

from dataclasses import dataclass

from launch.talk import Problem

COMMANDS = ("serve", "test", "pair", "bench", "password", "backup", "restore", "wipe")


@dataclass(frozen=True)
class Option:
    """One option of the serving command; `value` is the word for its value in the help, "" for a mere switch."""

    name: str
    value: str
    zh: str
    en: str


OPTIONS = (
    Option(
        "--data",
        "FOLDER",
        "数据放在哪里（默认：程序旁边的 data）",
        "where the data lies (default: data, beside start.py)",
    ),
    Option("--port", "N", "端口（默认 8000，海报上印的就是它）", "port (default 8000, the one on the posters)"),
    Option("--host", "ADDRESS", "在哪个地址上开（默认：整个局域网）", "address to listen on (default: the whole LAN)"),
    Option(
        "--name",
        "NAMES",
        "路由器给这台电脑的名字，用逗号分开",
        "the router's names for this laptop, a,b",
    ),
    Option("--database", "URL", "用别的数据库，例如 PostgreSQL", "another database, PostgreSQL for instance"),
    Option("--no-browser", "", "不打开浏览器", "do not open a browser"),
    Option("--admin-on-lan", "", "别的电脑也能打开 /admin", "let other computers open /admin too"),
    Option(
        "--https",
        "",
        "同时开 https，手机摄像头才能用；别的电脑也能打开 /admin",
        "https too, for phones' cameras; opens /admin to the LAN",
    ),
    Option("--https-port", "N", "https 的端口（默认 8443）", "port of https (default 8443)"),
    Option("--no-mdns", "", "不报 laojiefang.local 这个名字", "do not tell the name laojiefang.local"),
    Option("--kiosk", "", "全屏打开签到屏", "open the kiosk full-screen"),
    Option("--styles", "", "打开 /styles 样式页，给改样式的人看", "show /styles, for whoever works on the look"),
    Option("--access-log", "", "打印访问记录，卡号不显示", "print a line for each request, codes hidden"),
    Option(
        "--backups", "FOLDER", "备份放在哪里（默认：数据文件夹旁边）", "where backups lie (default: beside the data)"
    ),
    Option("--volumes", "FOLDER", "把这里面的文件夹当成 U 盘", "take the folders in it for USB sticks"),
)
HEADING = """\
老街坊：社区活动日签到 / Laojiefang: check-in for a neighbourhood's festival day

  python3 start.py [选项 / options]     准备好，然后开始服务 / set up what is missing, then serve
  python3 start.py pair …               给一台设备配对 / pair a device
  python3 start.py password             换一个管理密码 / set another organiser's password
  python3 start.py backup               马上备份一次 / make a backup now
  python3 start.py restore [--list]     用备份恢复 / bring a backup back
  python3 start.py wipe                 抹掉一届里的个人信息 / wipe what is personal in an edition
  python3 start.py test [--long] …      跑全部检查 / run all checks (what follows goes to pytest)
  python3 start.py bench [--full]       量一量速度 / measure the speed

选项 / Options
"""


@dataclass(frozen=True)
class Wanted:
    """A command and what is handed on to it."""

    command: str
    rest: tuple[str, ...] = ()


def help_text() -> str:
    """The whole of --help."""
    left = [f"  {option.name} {option.value}".rstrip() for option in OPTIONS]
    lines = [f"{head:<22}{option.zh} / {option.en}" for head, option in zip(left, OPTIONS, strict=True)]
    return HEADING + "\n".join(lines) + "\n"


def parse(arguments: list[str]) -> Wanted:
    """Returns what is wanted. Raises Problem with status 2 for whatever the serving command does not know.

    The words after a sub-command are its own affair and are handed on untouched.
    """
    if arguments and arguments[0] in COMMANDS[1:]:
        return Wanted(arguments[0], tuple(arguments[1:]))
    check_options(arguments)
    return Wanted("serve", tuple(arguments))


def check_options(arguments: list[str]) -> None:
    """Raises Problem for the first unknown option, missing value or impossible port."""
    known = {option.name: option for option in OPTIONS}
    words = iter(arguments)
    for word in words:
        name, given, value = word.partition("=")
        option = known.get(name)
        if option is None:
            raise wrong(f"不认识 {name}", f"{name} is not known here")
        if not option.value:
            if given:
                raise wrong(f"{name} 后面不用写什么", f"{name} takes no value")
            continue
        value = value if given else next(words, "")
        if not value or (not given and value.startswith("--")):
            raise wrong(f"{name} 后面还少一个 {option.value}", f"{name} needs a {option.value} after it")
        check_value(name, value)


def check_value(name: str, value: str) -> None:
    """Raises Problem when the value of a port is none."""
    if name in ("--port", "--https-port") and not (
        value.isascii() and value.isdigit() and len(value) <= 5 and 0 < int(value) < 65536
    ):
        raise wrong(
            f"端口要在 1 到 65535 之间，不能是 {value[:20]}", f"a port is a number from 1 to 65535, not {value[:20]}"
        )


def wrong(zh: str, en: str) -> Problem:
    """A mistake on the command line."""
    return Problem(f"{zh}；有哪些可写，看 start.py --help。", f"{en}; start.py --help lists what is.", status=2)
