"""Pictures of the talk's stops for its overview: small, shipped, each the figure that a visitor meets there first."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "stop_pictures"
"""Made by `python -m tests.browser.stop_pictures`: `pentagon.axis.webp` for the stop of that name."""

WIDTH, HEIGHT = 272, 120
"""In pixels."""


@cache
def stop_pictures() -> dict[str, str]:
    """Every picture by the name of its stop, as an address that holds the picture itself; together 200 kB."""
    return {file.stem: _data_address(file) for file in sorted(FOLDER.glob("*.webp"))}


def _data_address(file: Path) -> str:
    return f"data:image/webp;base64,{base64.b64encode(file.read_bytes()).decode()}"
