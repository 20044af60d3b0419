"""The Dockerfile, read as its steps: what a hosted server is set to."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    tuple(line.split(maxsplit=1))
    for line in re.sub(r"\\\n", " ", TEXT).splitlines()
    if line.strip() and not line.startswith("#")
]


def steps(name: str) -> list[str]:
    return [rest for step, rest in STEPS if step == name]


def settings() -> dict[str, str]:
    """What the ENV steps set."""
    return dict(setting.split("=", 1) for rest in steps("ENV") for setting in shlex.split(rest))


def hosted() -> dict[str, str]:
    """`settings` without where to listen, which a test chooses itself, and without the image's folder of kernels."""
    return {name: value for name, value in settings().items() if not re.search("ADDRESS|PORT|CACHE_DIR", name)}
