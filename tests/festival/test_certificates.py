"""The festival's authority and the laptop's certificate."""

import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from festival import certificates
from festival.data_folder import FolderTrouble

NOW = datetime(2026, 10, 17, 9, tzinfo=UTC)
NAMES = ["localhost", "laojiefang.local", "127.0.0.1", "::1", "192.168.1.20"]


def chain(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def check(data: Path, subject: x509.DNSName | x509.IPAddress, now: datetime = NOW) -> None:
    """Judge the laptop's certificate as a browser would; raises VerificationError."""
    mine, signer = chain(certificates.leaf(data, NAMES, NOW))
    policy = PolicyBuilder().store(Store([signer])).time(now)
    policy.build_server_verifier(subject).verify(mine, [])


@pytest.mark.parametrize("name", ["localhost", "laojiefang.local"])
def test_a_browser_takes_it_for_each_name(tmp_path: Path, name: str) -> None:
    check(tmp_path, x509.DNSName(name))


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "192.168.1.20"])
def test_a_browser_takes_it_for_each_address(tmp_path: Path, address: str) -> None:
    check(tmp_path, x509.IPAddress(ip_address(address)))


def test_an_address_in_brackets_is_the_address(tmp_path: Path) -> None:
    assert "fd00::5" in certificates.names_in(chain(certificates.leaf(tmp_path, ["[fd00::5]"], NOW))[0])


def test_a_browser_takes_it_for_no_other(tmp_path: Path) -> None:
    with pytest.raises(VerificationError):
        check(tmp_path, x509.IPAddress(ip_address("192.168.1.21")))


def test_no_longer_than_phones_take_and_on_the_whole_day(tmp_path: Path) -> None:
    mine, signer = chain(certificates.leaf(tmp_path, NAMES, NOW))
    assert mine.not_valid_after_utc - mine.not_valid_before_utc <= timedelta(days=397)
    assert mine.not_valid_before_utc <= NOW - timedelta(days=1)
    assert signer.not_valid_after_utc - NOW > timedelta(days=3640)


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    certificates.leaf(tmp_path, NAMES, NOW)
    kept = sorted((tmp_path / "keys").iterdir())
    assert [path.name for path in kept] == ["authority.pem", "https.pem"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept} == {0o600}


def test_it_is_left_alone_until_an_address_is_new(tmp_path: Path) -> None:
    path = certificates.leaf(tmp_path, NAMES, NOW)
    before = path.read_bytes()
    certificates.leaf(tmp_path, NAMES[:3], NOW)
    assert path.read_bytes() == before
    certificates.leaf(tmp_path, [*NAMES, "10.0.0.7"], NOW)
    assert "10.0.0.7" in certificates.names_in(chain(path)[0])


def test_it_is_renewed_before_it_ends_by_the_same_authority(tmp_path: Path) -> None:
    path = certificates.leaf(tmp_path, NAMES, NOW)
    before, signer = chain(path)
    certificates.leaf(tmp_path, NAMES, NOW + timedelta(days=370))
    after, same = chain(path)
    assert same == signer
    assert after.not_valid_after_utc > before.not_valid_after_utc


def test_a_lost_authority_makes_both_anew(tmp_path: Path) -> None:
    before = chain(certificates.leaf(tmp_path, NAMES, NOW))
    (tmp_path / "keys" / "authority.pem").unlink()
    after = chain(certificates.leaf(tmp_path, NAMES, NOW))
    assert before[1] != after[1]
    after[0].verify_directly_issued_by(after[1])


def test_a_damaged_authority_is_never_replaced_in_silence(tmp_path: Path) -> None:
    certificates.leaf(tmp_path, NAMES, NOW)
    path = tmp_path / "keys" / "authority.pem"
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FolderTrouble, match=r"authority\.pem"):
        certificates.leaf(tmp_path, NAMES, NOW)
    assert len(path.read_bytes()) == 200


def test_a_damaged_certificate_of_the_laptop_is_made_anew(tmp_path: Path) -> None:
    path = certificates.leaf(tmp_path, NAMES, NOW)
    _, signer = chain(path)
    path.write_bytes(path.read_bytes()[:200])
    assert chain(certificates.leaf(tmp_path, NAMES, NOW))[1] == signer


@pytest.mark.parametrize("name", ["bank.example", "8.8.8.8", "locall", "evil.localhost.example", "café.local"])
def test_no_name_of_the_internet_is_vouched_for(tmp_path: Path, name: str) -> None:
    assert not certificates.may_vouch_for(name)
    mine, _ = chain(certificates.leaf(tmp_path, [*NAMES, name], NOW))
    assert name not in certificates.names_in(mine)


def test_a_thief_of_the_key_can_vouch_for_no_site_of_the_internet(tmp_path: Path) -> None:
    signer = certificates.authority(tmp_path, NOW)
    key = certificates.ec.generate_private_key(certificates.ec.SECP256R1())
    forged = certificates._signed(signer, key, ["bank.example"], NOW)
    limits = signer.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    assert limits.permitted_subtrees is not None
    assert x509.DNSName("bank.example") not in limits.permitted_subtrees
    policy = PolicyBuilder().store(Store([signer.certificate])).time(NOW)
    with pytest.raises(VerificationError):
        policy.build_server_verifier(x509.DNSName("bank.example")).verify(forged, [])
