"""Undo for what organisers did: the audit log says what was, the capability's own function brings it back."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from festival import accounts, audit, booths, cards, editions, programme, stations, tally, tray, voice
from festival.accounts import AccountLine
from festival.audit import AuditLine
from festival.clock import from_text
from festival.errors import Reason, Refusal


class Why(StrEnum):
    """Why an act stays as it is."""

    NEVER = "never"
    UNDONE = "undone"
    MOVED = "moved"


def _stays(why: Why) -> Refusal:
    return Refusal(Reason.TOO_LATE, why=why)


class _Undo:
    """One entry that is taken back, by whom and when."""

    def __init__(self, db: Connection, line: AuditLine, actor: str, now: datetime) -> None:
        self.db = db
        self.line = line
        self.before, self.after = line.before or {}, line.after or {}
        self.by: dict[str, Any] = {"actor": actor, "now": now}

    @property
    def name(self) -> str:
        """What the entry's thing is called, without its kind."""
        return self.line.thing.rpartition(" ")[2]

    def refuse_unless(self, still_so: bool) -> None:
        """Refuse where something was done since: undoing would take that back too."""
        if not still_so:
            raise _stays(Why.MOVED)


def _account(undo: _Undo) -> AccountLine:
    # A name may hold spaces of its own.
    return accounts.line_of(undo.db, name=undo.line.thing.removeprefix("account "))


def _account_end(undo: _Undo) -> None:
    account = _account(undo)
    undo.refuse_unless(not account.ended)
    accounts.end(undo.db, account_id=account.id, **undo.by)


def _account_bring_back(undo: _Undo) -> None:
    account = _account(undo)
    undo.refuse_unless(account.ended)
    accounts.bring_back(undo.db, account_id=account.id, **undo.by)


def _account_change(undo: _Undo) -> None:
    account = _account(undo)
    undo.refuse_unless({"role": account.role, "booths": account.booths} == undo.after)
    accounts.change(undo.db, account_id=account.id, **undo.before, **undo.by)


def _booth_change(undo: _Undo) -> None:
    was, became = undo.line.differs()
    now_set = booths.now_set(undo.db, slug=undo.name)
    undo.refuse_unless({name: now_set[name] for name in became} == became)
    booths.restore(undo.db, slug=undo.name, values=was, **undo.by)


def _booth_order(undo: _Undo) -> None:
    became = undo.after["order"]
    # Booths added since stand at the end, and stay there.
    undo.refuse_unless(booths.order(undo.db)[: len(became)] == became)
    booths.reorder(undo.db, slugs=undo.before["order"], **undo.by)


def _booth_add(undo: _Undo) -> None:
    undo.refuse_unless(booths.now_set(undo.db, slug=undo.name) == undo.after)
    booths.take_away(undo.db, slug=undo.name, **undo.by)


def _booth_remove(undo: _Undo) -> None:
    fields = {name: value for name, value in undo.before.items() if name != "paused"}
    booths.add(undo.db, values=fields, **undo.by)


def _card_change(undo: _Undo) -> None:
    card, _ = cards.one_line(undo.db, written=undo.name)
    undo.refuse_unless(card.state == undo.after["state"])
    cards.change(undo.db, written=undo.name, values={"state": undo.before["state"]}, **undo.by)


def _card_replace(undo: _Undo) -> None:
    cards.take_back_replacement(undo.db, old=undo.name, new=undo.after["by"], state=undo.before["state"], **undo.by)


def _cards_issue(undo: _Undo) -> None:
    cards.withdraw_unused(undo.db, first=undo.after["first"], last=undo.after["last"], **undo.by)


def _cards_withdraw(undo: _Undo) -> None:
    span = {name: undo.after[name] for name in ("first", "last", "left_out")}
    cards.use_again(undo.db, **span, **undo.by)


def _edition_rename(undo: _Undo) -> None:
    edition = editions.current(undo.db)
    is_now = {"name": edition.name, "name_en": edition.name_en}
    undo.refuse_unless(undo.name == str(edition.id) and is_now == undo.after)
    editions.rename(undo.db, values=undo.before, **undo.by)


def _edition_programme(undo: _Undo) -> None:
    is_now = programme.now_set(undo.db)
    undo.refuse_unless(undo.name == str(editions.current(undo.db).id) and is_now == undo.after)
    programme.set_to(undo.db, values=undo.before, **undo.by)


def _station_rename(undo: _Undo) -> None:
    station_id = int(undo.name)
    undo.refuse_unless(stations.name_of(undo.db, station_id=station_id) == undo.after["name"])
    stations.rename(undo.db, station_id=station_id, name=undo.before["name"], **undo.by)


def _station_revoke(undo: _Undo) -> None:
    stations.let_in_again(undo.db, station_id=int(undo.name), **undo.by)


def _station_invite(undo: _Undo) -> None:
    until = from_text(undo.after["until"])
    stations.cancel(undo.db, number=int(undo.name), expires_at=until, **undo.by)


def _tray_settle(undo: _Undo) -> None:
    tray.reopen(undo.db, scan_id=int(undo.name), log=undo.after, **undo.by)


def _tally_enter(undo: _Undo) -> None:
    tally.take_back(undo.db, log=undo.after, **undo.by)


def _voice_change(undo: _Undo) -> None:
    undo.refuse_unless(voice.heard(undo.db, phrase=undo.name) == undo.after["clip"])
    voice.restore(undo.db, phrase=undo.name, clip=undo.before["clip"], **undo.by)


# How each act is taken back. What is missing here stays: its page says so before.
_HOW: dict[str, Callable[[_Undo], None]] = {
    "account.add": _account_end,
    "account.bring_back": _account_end,
    "account.change": _account_change,
    "account.end": _account_bring_back,
    "booth.add": _booth_add,
    "booth.change": _booth_change,
    "booth.order": _booth_order,
    "booth.remove": _booth_remove,
    "card.change": _card_change,
    "card.replace": _card_replace,
    "cards.issue": _cards_issue,
    "cards.withdraw": _cards_withdraw,
    "edition.programme": _edition_programme,
    "edition.rename": _edition_rename,
    "station.invite": _station_invite,
    "station.rename": _station_rename,
    "station.revoke": _station_revoke,
    "tally.enter": _tally_enter,
    "tray.settle": _tray_settle,
    "voice.record": _voice_change,
    "voice.remove": _voice_change,
    "voice.restore": _voice_change,
}
# Where nothing differs there is nothing to go back to.
_CHANGES = frozenset(
    {
        "account.change",
        "booth.change",
        "booth.order",
        "card.change",
        "edition.programme",
        "edition.rename",
        "station.rename",
    }
)


def can_be_undone(line: AuditLine, now: datetime) -> bool:
    """Return whether an entry is of a kind that can be taken back, and was not yet; a code also ends by itself."""
    return not line.undone and _is_undoable(line) and not _ended_by_itself(line, now)


def _ended_by_itself(line: AuditLine, now: datetime) -> bool:
    return line.act == "station.invite" and now >= from_text((line.after or {})["until"])


def _is_undoable(line: AuditLine) -> bool:
    if line.act not in _HOW:
        return False
    if line.act == "card.change" and "name" in (line.after or {}):
        # The log knows that a name was there, never which.
        return False
    if line.act == "station.invite":
        return "until" in (line.after or {})
    return line.act not in _CHANGES or line.differs()[0] != {}


def undo(db: Connection, *, entry_id: int, actor: str, now: datetime) -> AuditLine:
    """Take back what an entry of the audit log says, and return that entry.

    Raises ``not_found``, ``edition_closed``, and ``too_late`` with ``why`` (a Why): it never could be undone, was
    undone already, or something was done to the thing since. Then nothing has changed.
    """
    line = audit.entry(db, entry_id=entry_id)
    if not _is_undoable(line):
        raise _stays(Why.NEVER)
    if line.undone:
        raise _stays(Why.UNDONE)
    try:
        _HOW[line.act](_Undo(db, line, actor, now))
    except Refusal as refusal:
        if refusal.reason is Reason.EDITION_CLOSED:
            raise
        raise _stays(Why.MOVED) from refusal
    audit.note(db, actor=actor, now=now, act=audit.UNDO, thing=f"entry {entry_id}")
    return line
