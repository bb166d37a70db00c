"""The festival's own certificates: an authority that phones are told to trust, and the laptop's, which it signs.

Both lie in the data folder's ``keys``, for their owner alone, and in no backup.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from festival import private_file
from festival.data_folder import FolderTrouble

AUTHORITY_LASTS = timedelta(days=3650)
# Apple's systems take no certificate of longer than 398 days.
LEAF_LASTS = timedelta(days=390)
RENEW_BEFORE = timedelta(days=30)
# A phone's clock may be a day behind.
SLACK = timedelta(days=2)
# All that the authority may vouch for: names that exist in local networks alone, and addresses of such networks. Who
# steals its key can therefore pretend to be no site of the internet. Not critical: a system that does not know this
# rule would otherwise refuse the authority as a whole.
LOCAL_NAMES = ("localhost", "local", "lan", "home", "internal", "home.arpa")
LOCAL_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)

_Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs the laptop's certificate."""

    certificate: x509.Certificate
    key: _Key

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its certificate, as phones show it."""
        return fingerprint(self.certificate)


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, in pairs."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def authority(data: Path, now: datetime) -> Authority:
    """Return the festival's authority, made at first, and anew when it nears its end; raises FolderTrouble."""
    path = data / "keys" / "authority.pem"
    if path.exists():
        kept = _read_authority(path)
        if now + LEAF_LASTS < kept.certificate.not_valid_after_utc:
            return kept
    made = _new_authority(now)
    private_file.keep(path, _pem(made.key) + made.certificate.public_bytes(Encoding.PEM))
    return made


def authority_certificate(data: Path) -> x509.Certificate | None:
    """Return what phones are to trust, None where there never was https."""
    path = data / "keys" / "authority.pem"
    return x509.load_pem_x509_certificate(path.read_bytes()) if path.exists() else None


def leaf(data: Path, names: Iterable[str], now: datetime) -> Path:
    """Return the file with the laptop's key and certificate for ``names`` (addresses too).

    It is made anew where it lacks one of them, is not this authority's, or ends soon.
    """
    signer = authority(data, now)
    path = data / "keys" / "https.pem"
    wanted = sorted({name.strip("[]") for name in names if may_vouch_for(name)})
    if not path.exists() or not _serves(path, signer, wanted, now):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = _signed(signer, key, wanted, now)
        chain = certificate.public_bytes(Encoding.PEM) + signer.certificate.public_bytes(Encoding.PEM)
        private_file.keep(path, _pem(key) + chain)
    return path


def names_in(certificate: x509.Certificate) -> frozenset[str]:
    """Return the names and addresses that a certificate is for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return frozenset(str(name.value) for name in names)


def may_vouch_for(name: str) -> bool:
    """Return whether a name or an address, as it is or in an http address, is one of a local network."""
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name.isascii() and any(name == local or name.endswith(f".{local}") for local in LOCAL_NAMES)
    return any(address in ipaddress.ip_network(network) for network in LOCAL_NETWORKS)


def _serves(path: Path, signer: Authority, wanted: list[str], now: datetime) -> bool:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        # Cut short by a bad disk: another one costs nobody anything.
        return False
    lasts = now + RENEW_BEFORE < certificate.not_valid_after_utc
    same = _key_id(certificate, x509.AuthorityKeyIdentifier) == _key_id(signer.certificate, x509.SubjectKeyIdentifier)
    # One for more addresses than there are now is left alone: a network that comes back needs no other.
    return lasts and same and names_in(certificate) >= set(wanted)


def _key_id(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> bytes | None:
    found: bytes | None = getattr(
        certificate.extensions.get_extension_for_class(kind).value,
        "key_identifier" if kind is x509.AuthorityKeyIdentifier else "digest",
    )
    return found


def _new_authority(now: datetime) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    # Its day tells two of them apart in a phone's list.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"老街坊 Laojiefang {now:%Y-%m-%d}")])
    builder = _blank(name, name, key, now, AUTHORITY_LASTS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    limits = x509.NameConstraints(permitted_subtrees=_permitted(), excluded_subtrees=None)
    builder = builder.add_extension(limits, critical=False)
    return Authority(builder.sign(key, hashes.SHA256()), key)


def _permitted() -> list[x509.GeneralName]:
    networks = [x509.IPAddress(ipaddress.ip_network(network)) for network in LOCAL_NETWORKS]
    return [*map(x509.DNSName, LOCAL_NAMES), *networks]


def _signed(signer: Authority, key: _Key, names: list[str], now: datetime) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Laojiefang")])
    builder = _blank(subject, signer.certificate.subject, key, now, LEAF_LASTS)
    builder = builder.add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    of_signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    return builder.add_extension(of_signer, critical=False).sign(signer.key, hashes.SHA256())


def _blank(
    subject: x509.Name, issuer: x509.Name, key: _Key, now: datetime, lasts: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(
        issuer_name=issuer,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - SLACK,
        not_valid_after=now + lasts,
    )
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _read_authority(path: Path) -> Authority:
    pem = path.read_bytes()
    try:
        key = load_pem_private_key(pem, password=None)
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        # Phones trust this one: only a person may decide to have another.
        raise FolderTrouble(
            f"证书的钥匙坏了，删掉它再开，手机要重新装一次证书：{path} / the key of the certificates is damaged,"
            f" delete it and start again, phones then have to install the new certificate: {path}"
        ) from error
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(certificate, key)


def _pem(key: _Key) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
