"""The catalogue has everything the libraries have."""

import importlib
import pkgutil

import mcstatus

from gameops.alerts.watching.protocols import (
    UNAVAILABLE,
    catalogue,
    library_classes,
    protocols,
)


def test_every_class_that_opengsq_exports_is_offered_or_left_out_for_a_reason() -> None:
    exported = importlib.import_module("opengsq.protocols")
    ours = {kind: f"opengsq.{name}" for name, kind in library_classes().items()}
    for name in exported.__all__:
        protocol_id = ours[getattr(exported, name)]
        assert (protocol_id in catalogue()) != (protocol_id in UNAVAILABLE), protocol_id


def test_every_module_of_opengsq_is_offered_or_left_out_for_a_reason() -> None:
    package = importlib.import_module("opengsq.protocols")
    for module in pkgutil.iter_modules(package.__path__):
        assert {f"opengsq.{module.name}"} & (catalogue().keys() | UNAVAILABLE.keys())


def test_every_kind_of_server_that_mcstatus_knows_is_offered() -> None:
    assert set(mcstatus.__all__) == {"BedrockServer", "JavaServer", "LegacyServer", "MCServer"}
    assert {"mcstatus.java", "mcstatus.legacy", "mcstatus.bedrock", "mcstatus.query"} <= set(
        catalogue()
    )


def test_every_protocol_has_a_name_a_port_and_a_library() -> None:
    offered = protocols()
    assert len({protocol.id for protocol in offered}) == len(offered) >= 49
    for protocol in offered:
        assert protocol.name
        assert protocol.default_port is not None
        assert protocol.id.startswith(f"{protocol.library}.")


def test_those_that_tell_bots_say_so() -> None:
    telling = {protocol.family for protocol in protocols() if protocol.bots}
    assert {"source", "quake3", "cod", "doom3", "unreal2"} <= telling
    assert not catalogue()["mcstatus.java"].bots
