"""Connections to the outside alone: whoever names a webhook must not reach what only this machine can."""

import socket
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from aiohttp import TCPConnector
from aiohttp.client_exceptions import ClientError

# An address of one of these may mean any IPv4 address.
_WRAPS = tuple(map(IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")))

Allows = Callable[[str], bool]


class NotOutside(ClientError):
    """The name leads to an address that is private, loopback, link-local or otherwise not the internet's."""


def is_outside(address: str) -> bool:
    """Whether this IP address is one of the public internet."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_outside(str(found.ipv4_mapped))
        if any(found in network for network in _WRAPS):
            return False
    return found.is_global and not found.is_multicast


def connector(allows: Allows) -> TCPConnector:
    """Connects where `allows` says so of the very address that is connected to, whatever a name led to before."""

    def open_socket(info: "tuple[int, int, int, str, tuple[object, ...]]") -> socket.socket:
        family, kind, protocol, _, where = info
        if not allows(str(where[0])):
            raise NotOutside("it leads to an address that is not of the public internet")
        return socket.socket(family, kind, protocol)

    return TCPConnector(socket_factory=open_socket, use_dns_cache=False, force_close=True)  # pyright: ignore[reportArgumentType]
