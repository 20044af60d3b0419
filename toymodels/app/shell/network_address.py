"""Address of this server in its network, for phones: an address that means the own machine leads them nowhere."""

from __future__ import annotations

import ipaddress
import socket
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
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def for_phones(address: str, listens: str, named: str = "") -> str | None:
    """An address of this server as other machines of the network reach it; None if there is none that they reach.

    Args:
        address: as the browser has it.
        listens: Streamlit's `server.address`, the machine's addresses that the server listens on.
        named: Streamlit's `browser.serverAddress`, by which visitors find the server; "localhost" where nobody set it.

    Raises:
        ValueError: if `address` is none.
    """
    parts = urlsplit(address)
    if not is_loopback(parts.hostname or ""):
        return address
    host = named if named and not is_loopback(named) else network_host() if listens in EVERYWHERE else None
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
