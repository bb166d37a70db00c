"""`start.py pair`: a pairing code for a device, in one short transaction beside a running server."""

import argparse
import json
from typing import Any

from commands.place import ACTOR, NotDone, open_existing, settings_of
from festival import stations
from festival.clock import to_text, utc_now
from festival.errors import CannotKeep, Reason, Refusal


def add_to(commands: Any) -> argparse.ArgumentParser:
    """Add the command; return its parser."""
    pair: argparse.ArgumentParser = commands.add_parser("pair", help="给一台设备一个配对码 / make a pairing code")
    pair.add_argument("--kind", choices=[kind.value for kind in stations.PAIRABLE], default="booth")
    pair.add_argument("--booth", action="append", default=[], help="摊位 slug，可以写几个 / may be repeated")
    pair.add_argument("--json", action="store_true")
    pair.set_defaults(command=run)
    return pair


def run(chosen: argparse.Namespace) -> None:
    """Print a new pairing code; raises NotDone and CannotKeep."""
    database = open_existing(settings_of(chosen))
    try:
        with database.writing() as db:
            invitation = stations.invite(db, kind=chosen.kind, slugs=chosen.booth, actor=ACTOR, now=utc_now())
    except CannotKeep:
        raise
    except Refusal as refusal:
        raise NotDone(why_not(refusal.reason)) from refusal
    database.dispose()
    if chosen.json:
        print(json.dumps({"pairing_code": invitation.code, "expires_at": to_text(invitation.expires_at)}))
    else:
        print(f"配对码 Pairing code: {invitation.code}  （十分钟内用一次 once, within ten minutes）")


def why_not(reason: Reason) -> str:
    """Return the sentence for a pairing code that could not be made."""
    if reason is Reason.UNKNOWN_BOOTH:
        return "没有这个摊位 / there is no such booth"
    return "给摊位的设备要写明摊位：--booth clinic / a booth's device needs its booth: --booth clinic"
