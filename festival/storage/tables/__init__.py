"""The tables, one file a capability."""

from festival.storage.tables.accounts import Account, AccountBooth, AuditEntry, SignIn
from festival.storage.tables.base import Base
from festival.storage.tables.booths import Booth, BoothDay, Section
from festival.storage.tables.calls import HelpCall
from festival.storage.tables.cards import Card, Visitor
from festival.storage.tables.check_ins import Scan, Seal, Visit
from festival.storage.tables.editions import Edition, Festival
from festival.storage.tables.stations import PairingCode, Station, StationBooth
from festival.storage.tables.tray import TrayItem
from festival.storage.tables.turnout import BoothSpan, BoothTotal
from festival.storage.tables.voice import Clip

__all__ = [
    "Account",
    "AccountBooth",
    "AuditEntry",
    "Base",
    "Booth",
    "BoothDay",
    "BoothSpan",
    "BoothTotal",
    "Card",
    "Clip",
    "Edition",
    "Festival",
    "HelpCall",
    "PairingCode",
    "Scan",
    "Seal",
    "Section",
    "SignIn",
    "Station",
    "StationBooth",
    "TrayItem",
    "Visit",
    "Visitor",
]
