"""What a user reads who has the library alone: each missing package is named, with the extra that brings it."""

import subprocess
import sys

import pytest

WITHOUT = """
import sys

for name in {missing!r}:
    sys.modules[name] = None
import toymodels as tm

run = tm.train(tm.Autoencoder(2, 1, 0.5, 1.0), steps=2, restarts=1)
try:
    {call}
except ModuleNotFoundError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("missing", "call", "sentence"),
    [
        (["torch"], "tm.torch.to_module(run)", 'toymodels.torch needs torch, which is not installed: pip install '
         '"toymodels[torch]"'),
        (["safetensors", "safetensors.numpy"], "import toymodels.pytorch_files",
         'toymodels.pytorch_files needs safetensors.numpy, which is not installed: pip install "toymodels[torch]"'),
        (["altair"], "tm.plots.loss_map", 'toymodels.plots.loss_map needs altair, which is not installed: pip install '
         '"toymodels[plots]"'),
        (["pandas"], "run.to_dataframe()", 'a table needs pandas, which is not installed: pip install '
         '"toymodels[plots]"'),
        (["fsspec", "fsspec.core"], "list(tm.sweep([run.spec], store='memory://runs'))",
         "store 'memory://runs', a URL, needs fsspec.core, which is not installed: pip install \"toymodels[cluster]\""),
    ],
)  # fmt: skip
def test_a_missing_package_is_named_with_its_extra(missing: list[str], call: str, sentence: str) -> None:
    code = WITHOUT.format(missing=missing, call=call)
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == sentence
