"""Has Chromium on Linux trust an authority as its settings would: in the user's own NSS database.

``python -m tests.browser.trust HOME CERTIFICATE`` does what ``certutil -A -t C,,`` does, with the library that Chromium
itself cannot start without: a bare machine has no certutil.
"""

import ctypes
import sys
from pathlib import Path

# CERTDB_VALID_CA and CERTDB_TRUSTED_CA, for servers' certificates alone.
TRUSTED_FOR_SERVERS = 0x08 | 0x10
NO_TOKEN = 0


class Item(ctypes.Structure):
    """NSS' SECItem."""

    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("len", ctypes.c_uint))


class Trust(ctypes.Structure):
    """NSS' CERTCertTrust."""

    _fields_ = (("servers", ctypes.c_uint), ("mail", ctypes.c_uint), ("code", ctypes.c_uint))


def trust(home: Path, certificate: bytes) -> None:
    """Trust a certificate (DER) in a home's database, which is made; raises OSError where NSS refuses."""
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True)
    nss = _library()
    _must(nss.NSS_InitReadWrite(f"sql:{folder}".encode()) == 0, nss)
    slot, database = nss.PK11_GetInternalKeySlot(), nss.CERT_GetDefaultCertDB()
    _must(nss.PK11_InitPin(slot, None, b"") == 0, nss)
    item = Item(0, certificate, len(certificate))
    taken = nss.CERT_NewTempCertificate(database, ctypes.byref(item), None, 0, 1)
    _must(bool(taken), nss)
    _must(nss.PK11_ImportCert(slot, taken, NO_TOKEN, b"festival", 0) == 0, nss)
    _must(nss.CERT_ChangeCertTrust(database, taken, ctypes.byref(Trust(TRUSTED_FOR_SERVERS, 0, 0))) == 0, nss)


def _library() -> ctypes.CDLL:
    nss = ctypes.CDLL("libnss3.so")
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, name).restype = pointer
    nss.PK11_InitPin.argtypes = [pointer, text, text]
    nss.CERT_NewTempCertificate.argtypes = [pointer, pointer, text, number, number]
    nss.PK11_ImportCert.argtypes = [pointer, pointer, ctypes.c_ulong, text, number]
    nss.CERT_ChangeCertTrust.argtypes = [pointer, pointer, pointer]
    return nss


def _must(went_well: bool, nss: ctypes.CDLL) -> None:
    if not went_well:
        raise OSError(f"NSS refused: {nss.PORT_GetError()}")


if __name__ == "__main__":
    trust(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes())
