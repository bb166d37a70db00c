"""Work that takes a processor a tenth of a second or more: beside the loop that serves everybody, if there is one."""

import sys
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def run(function: Callable[P, R], *args: P.args, **arguments: P.kwargs) -> R:
    """Call ``function`` and return its result, in a real thread where this process is patched to be green.

    The function must not wait for anything green: no database, no request.
    """
    if not _is_green():
        return function(*args, **arguments)
    from eventlet import tpool

    result: R = tpool.execute(function, *args, **arguments)
    return result


def _is_green() -> bool:
    # Asked for, never imported: only the serving entry point may bring eventlet in.
    eventlet = sys.modules.get("eventlet")
    return eventlet is not None and bool(eventlet.patcher.is_monkey_patched("socket"))
