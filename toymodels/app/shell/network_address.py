"""Address of this server in its network, for phones: an address that means the own machine leads them nowhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

EVERYWHERE = ("", "0.0.0.0", "::")
"""Values of Streamlit's `server.address` with which the server listens on all of the machine's addresses."""

ELSEWHERE = ("192.0.2.1", 9)
"""A host that is reserved for documentation: nothing is sent there, but the machine says by which way it would."""


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means the machine that it is used on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    # As a server that listens on all addresses of both kinds sees one of version 4.
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def is_here(asks: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a connection comes from the machine that the server is on, and not through a proxy there.

    Args:
        asks: the address that it comes from, as Streamlit has it; None for this machine.
        headers: of its request.
    """
    return (asks is None or is_loopback(asks)) and "X-Forwarded-For" not in headers


def for_phones(address: str, listens: str, named: str = "", here: bool = True) -> str | None:
    """An address of this server as other machines of the network reach it; None if there is none that they reach.

    Args:
        address: as the browser has it.
        listens: Streamlit's `server.address`, the machine's addresses that the server listens on.
        named: Streamlit's `browser.serverAddress`, by which visitors find the server; "localhost" where nobody set it.
        here: whether who asks sits at this machine. Nobody else is told what it is called in its own network, since
            whoever says that the address in the browser is localhost does not use it.

    Raises:
        ValueError: if `address` is none.
    """
    parts = urlsplit(address)
    if not is_loopback(parts.hostname or ""):
        return address
    host = named if named and not is_loopback(named) else network_host() if here and listens in EVERYWHERE else None
    if host is None:
        return None
    return urlunsplit(parts._replace(netloc=host if parts.port is None else f"{host}:{parts.port}"))


def network_host() -> str | None:
    """The machine's own address in its network; None without a network, and in a container, whose own leads nowhere."""
    if Path("/.dockerenv").exists():
        return None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
            host = str(probe.getsockname()[0])
        except OSError:
            return None
    return None if is_loopback(host) else host
