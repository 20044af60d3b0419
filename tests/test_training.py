import numpy as np

import toymodels as tm


def test_sparse_training_beats_ignoring_features() -> None:
    spec = tm.Autoencoder(4, 2, (0.05,), (1, 1, 0.5, 0.5))
    run = tm.train(spec, seed=0)
    p = 0.05
    assert run.loss[0] < 1.1 * (1 + 1 + 0.5 + 0.5) * p**2 / 6
    assert run.W.shape == (1, 2, 4)
    assert np.array_equal(run.W, tm.train(spec, seed=0).W)
