"""Compiled kernels for copies of the library, so that not every test that makes one compiles for a quarter of a minute.

What compiles from nothing, and that it works, is tested in tests/training/test_kernels.py, tests/test_package.py.
"""

from pathlib import Path
from shutil import copy

import toymodels as tm
from toymodels.training.kernels import train_models


def lend_kernels(package: Path) -> None:
    """Put what is compiled here into a copy of the library, as if it had been compiled there.

    Args:
        package: the folder `toymodels` of the copy, of the same source.
    """
    tm.warm_up()
    lent = package / "training" / "__pycache__"
    lent.mkdir(exist_ok=True)
    for file in Path(train_models._cache.cache_path).glob("*.nb?"):
        copy(file, lent)
