"""Make sure that there is a Chromium for the browser tests: `python -m tests.browser.install`.

The tests drive the system's browser, so that nothing is downloaded but by the system's own package manager.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# The first has no window and takes a quarter less processor time for a visit.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

PACKAGES = ("chromium-headless-shell", "chromium")
"""Of Debian and of Ubuntu, which has the second only."""

MISSING = (
    "The browser tests need Chromium or Chrome: install it so that `chromium` or `google-chrome` is on the PATH, "
    "or set CHROMIUM to its program."
)


def chromium() -> str | None:
    """The browser's program: what CHROMIUM names, or else the first that is on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named is not None:
        return shutil.which(named)
    return next((path for path in map(shutil.which, NAMES) if path), None)


def _as_root() -> list[str] | None:
    """What must stand before a command so that root runs it without asking; None if that cannot be."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _install() -> None:
    """Install Debian's or Ubuntu's package where that is possible without asking anyone."""
    if os.name != "posix" or not shutil.which("apt-get"):
        return
    root = _as_root()
    if root is None:
        return
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.run([*apt, "update"], check=False)
    for package in PACKAGES:
        print(f"Installing the package {package}, for the browser tests.", flush=True)
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", package], check=False)
        if chromium() is not None:
            return


def main() -> int:
    """0 once there is a browser; 1 and one sentence if there is none."""
    if chromium() is None and "CHROMIUM" not in os.environ:
        _install()
    found = chromium()
    if found is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(f"Browser tests will use {found}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
