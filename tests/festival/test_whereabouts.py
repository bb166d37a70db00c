"""Where phones find the laptop."""

from festival.whereabouts import Whereabouts


def test_an_address_of_the_start_that_is_gone_is_lost_until_it_is_back() -> None:
    here = Whereabouts()
    here.look(["192.168.8.10", "10.0.0.5"])
    assert here.lost == ()
    here.look(["192.168.8.11", "10.0.0.5"])
    assert here.lost == ("192.168.8.10",)
    here.look([])
    assert here.lost == ("192.168.8.10", "10.0.0.5")
    here.look(["10.0.0.5", "192.168.8.10"])
    assert here.lost == ()


def test_a_laptop_that_starts_without_a_network_loses_nothing_by_joining_one() -> None:
    here = Whereabouts()
    here.look([])
    here.look(["192.168.8.10"])
    assert here.lost == ()
    here.look(["192.168.8.11"])
    assert here.lost == ("192.168.8.10",)
