"""QR code of an address, for the phones of a class."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

MOST_CHARACTERS = 1500
"""A longer address gets no code: its modules would be too small for the last row."""


def with_room(address: str, room: str) -> str:
    """The address of a question at which answers are counted in a room."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=f"{parts.query}&join={room}" if parts.query else f"join={room}"))


def code_rows(address: str) -> list[str]:
    """Modules of the QR code of an address, row by row, "1" for dark; none for an address that is too long."""
    if len(address) > MOST_CHARACTERS:
        return []
    # A presenter's wish, not a page's: most visitors never need it.
    import segno

    return ["".join(str(int(module)) for module in row) for row in segno.make_qr(address, error="m").matrix]


def words_of(address: str, reached: str | None, rows: list[str], question: bool) -> str:
    """What stands below a code: what it is for, or why there is none and what to do.

    Args:
        address: as the browser has it.
        reached: what the code says; None if phones reach no address of this server.
        rows: the code.
        question: whether phones answer a question there.
    """
    if reached is None:
        return (
            "Phones cannot reach this address, which means this machine alone. Open the app by the machine's name or "
            "address in the network, and press q again."
        )
    if not rows:
        return "This address is too long for a code."
    words = "Answer on your phone." if question else "This state of the page, to try it on your phone."
    elsewhere = urlsplit(reached).netloc != urlsplit(address).netloc
    return words + (" It has to be in the same network as this machine." if elsewhere else "")
