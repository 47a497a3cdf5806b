"""Addresses and the networks that may use something."""

import ipaddress
from collections.abc import Collection


def within(address: str | None, networks: Collection[str]) -> bool:
    """Whether an address lies in one of the networks (CIDR); no networks means anywhere."""
    if not networks:
        return True
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return any(ip in ipaddress.ip_network(network) for network in networks)
