"""The networks with their gradients written out, for (starts, instances) models at once.

All three models are one network: hidden H = E x, output D^T [H; 1]. The autoencoders have D = [E; b]; the absolute
value has a D of its own, [W2^T; b], and a ReLU on H.

The data comes in negated, x -> -x, and the last row of H is -1. Then H and the output are negated too, an output
that passes its ReLU is one whose sign bit is set, and spreading that bit over the number gives the mask of the
derivative: two cheap integer operations. All products of two negated factors, the gradients among them, are what
they would have been.
"""

import numpy as np

from toymodels.arrays import Array
from toymodels.specs import Autoencoder, Spec


class Network:
    """Parameters and work space of (starts, instances) models; `theta` is (starts, instances, parameters)."""

    theta: Array

    def __init__(self, spec: Spec, starts: int, samples: int) -> None:
        n, m = spec.n_features, spec.n_hidden
        models = (starts, spec.n_instances)
        self._tied = isinstance(spec, Autoencoder)
        self._linear = isinstance(spec, Autoencoder) and spec.activation == "linear"
        decoder = (m + 1) * n
        self._sizes = (n, m)
        self.theta = np.zeros((*models, decoder if self._tied else decoder + m * n), np.float32)
        self._gradient = np.empty_like(self.theta)
        self._decoder = self.theta[..., :decoder].reshape(*models, m + 1, n)
        self._encoder = self._decoder[..., :m, :] if self._tied else self.theta[..., decoder:].reshape(*models, m, n)
        self._d_decoder = self._gradient[..., :decoder].reshape(*models, m + 1, n)
        self._d_encoder = (
            np.empty((*models, m, n), np.float32)
            if self._tied
            else self._gradient[..., decoder:].reshape(*models, m, n)
        )
        self._importance = (2 * spec.importances[:, None]).astype(np.float32)
        self._hidden = np.full((*models, m + 1, samples), -1, np.float32)
        self._d_hidden = np.empty((*models, m, samples), np.float32)
        self._hidden_mask = np.empty((*models, m, samples), np.int32)
        self._output = np.empty((*models, n, samples), np.float32)
        self._mask = np.empty((*models, n, samples), np.int32)

    def initialise(self, rng: np.random.Generator) -> None:
        n, m = self._sizes
        scale = 0.5 / np.sqrt(m) if self._tied else 0.05
        self._decoder[..., :m, :] = rng.standard_normal(self._decoder[..., :m, :].shape, np.float32) * scale
        if not self._tied:
            self._encoder[...] = rng.standard_normal(self._encoder.shape, np.float32) * scale

    def load(self, parameters: dict[str, Array]) -> None:
        m = self._sizes[1]
        self._encoder[...] = parameters["W" if self._tied else "W1"]
        if not self._tied:
            self._decoder[..., :m, :] = np.swapaxes(parameters["W2"], -1, -2)
        self._decoder[..., m, :] = parameters["b"]

    def parameters(self) -> dict[str, Array]:
        m = self._sizes[1]
        b = self._decoder[..., m, :]
        if self._tied:
            return {"W": self._encoder, "b": b}
        return {"W1": self._encoder, "W2": np.swapaxes(self._decoder[..., :m, :], -1, -2), "b": b}

    def gradient(self, x: Array, weight: Array | None, zero: Array) -> Array:
        """Gradient of the batch loss; x is minus the data, (instances, features, samples)."""
        m = self._sizes[1]
        hidden, output = self._hidden[..., :m, :], self._output
        np.matmul(self._encoder, x, out=hidden)
        if not self._tied:
            np.right_shift(hidden.view(np.int32), 31, out=self._hidden_mask)
            bits = hidden.view(np.int32)
            bits &= self._hidden_mask
        np.matmul(np.swapaxes(self._decoder, -1, -2), self._hidden, out=output)
        bits = output.view(np.int32)
        if not self._linear:
            np.right_shift(bits, 31, out=self._mask)
            bits &= self._mask
        output -= x if self._tied else -np.abs(x)
        self._error = output * output
        output *= self._importance
        if weight is not None:
            output *= weight
        if not self._linear:
            bits &= self._mask
        np.matmul(self._hidden, np.swapaxes(output, -1, -2), out=self._d_decoder)
        np.matmul(self._decoder[..., :m, :], output, out=self._d_hidden)
        if not self._tied:
            bits = self._d_hidden.view(np.int32)
            bits &= self._hidden_mask
        np.matmul(self._d_hidden, np.swapaxes(x, -1, -2), out=self._d_encoder)
        if self._tied:
            self._d_decoder[..., :m, :] += self._d_encoder
        self._gradient *= np.float32(1 / x.shape[-1])
        b = self._decoder[..., m, :]
        self._d_decoder[..., m, :] += zero * (b if self._linear else np.maximum(b, 0)) * self._importance[:, 0]
        return self._gradient

    def loss(self, weight: Array | None) -> Array:
        """Loss (starts, instances) of the last batch, without the all-zero sample."""
        error = self._error if weight is None else self._error * weight
        return np.asarray((error * self._importance).sum(axis=-2).mean(axis=-1) / 2)
