"""The same as slow_fsync.c where no compiler is: stands in SQLite's own door to the disk (its VFS).

Python imports a module of this name before anything else; bench/shim.py puts this folder first in the path.
"""

import ctypes
import os
import time

# Taken now, before the server patches them.
_sleep, _write, _clock = time.sleep, os.write, time.monotonic_ns
_longer = float(os.environ.get("LAOJIEFANG_SYNC_MILLISECONDS") or 0) / 1000
_drop = bool(os.environ.get("LAOJIEFANG_SYNC_DROP"))
_log_path = os.environ.get("LAOJIEFANG_SYNC_LOG")
_log = os.open(_log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if _log_path else None

_Open = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _Vfs(ctypes.Structure):
    """sqlite3_vfs up to xOpen."""

    _fields_ = (
        ("numbers", ctypes.c_int * 3),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
    )


class _Methods(ctypes.Structure):
    """sqlite3_io_methods of version 3, the newest."""

    _fields_ = (
        ("version", ctypes.c_int),
        ("before_sync", ctypes.c_void_p * 4),
        ("sync", ctypes.c_void_p),
        ("after_sync", ctypes.c_void_p * 12),
    )


_watched: dict[int, _Methods] = {}
_paths: dict[int, bytes] = {}
_keep: list[object] = []


def _watch() -> None:
    import _sqlite3

    find = ctypes.CDLL(_sqlite3.__file__).sqlite3_vfs_find
    find.restype = ctypes.POINTER(_Vfs)
    vfs = find(None).contents
    really_open = _Open(vfs.open)

    def open_watched(door: int, path: int | None, file: int, flags: int, out_flags: int | None) -> int:
        outcome: int = really_open(door, path, file, flags, out_flags)
        if outcome == 0 and path:
            _paths[file] = ctypes.string_at(path)
            _replace_sync(file)
        return outcome

    callback = _Open(open_watched)
    _keep.extend([callback, really_open])
    vfs.open = ctypes.cast(callback, ctypes.c_void_p)


def _replace_sync(file: int) -> None:
    pointer = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p)).contents
    methods = pointer.value
    assert methods is not None
    if methods not in _watched:
        copy = _Methods.from_buffer_copy((ctypes.c_char * ctypes.sizeof(_Methods)).from_address(methods))
        really_sync = _Sync(copy.sync)

        def sync_watched(file: int, flags: int) -> int:
            outcome: int = 0 if _drop else really_sync(file, flags)
            if _longer:
                _sleep(_longer)
            if _log is not None:
                _write(_log, b"%d %s\n" % (_clock(), _paths.get(file, b"")))
            return outcome

        callback = _Sync(sync_watched)
        _keep.extend([callback, really_sync])
        copy.sync = ctypes.cast(callback, ctypes.c_void_p).value
        _watched[methods] = copy
    pointer.value = ctypes.addressof(_watched[methods])


if _drop:
    os.fsync = lambda fd: None  # noqa: ARG005
_watch()
