"""The networks with their gradients written out, for (starts, instances) models at once.

All models are one network: hidden H = E^T x, output D [H; 1]. D is (features, hidden + 1), its last column the bias.
The autoencoders have D = [E, b], with the W of the paper as E^T. The absolute value has E = W1^T, D = [W2, b], and a
ReLU on H.

The data comes in negated, x -> -x, and the last row of H is -1. Then H and the output are negated too: an output
that passes its ReLU is one whose sign bit is set, and that bit spread over the number is the mask of the derivative,
for two cheap integer operations. The gradients, products of two negated factors each, are what they would have been.

A batch comes in blocks of samples. NumPy's OpenBLAS multiplies a small block in one thread and without copying it
first, which here is as fast as two threads on the whole batch, and does not stall when the second core is busy.

Dense data drowns a small gradient in noise: at p = .4 the step from a dense code to antipodal pairs took a million
samples to find. There most outputs pass their ReLU, and the noise is that of the linear model, whose expected
gradient is known. So in dense instances the samples only correct it: gradient = exact linear gradient + mean of
(ReLU gradient - linear gradient), a control variate, with the same expectation.
"""

import numpy as np

from toymodels.arrays import Array
from toymodels.data import Sampler, variance
from toymodels.spec import Autoencoder, Spec

MAX_PRODUCT = 900_000
"""Most multiplications in the product of a block; OpenBLAS's kernels for small matrices end at a million."""


CORRECTED_FROM = 0.25
"""Feature probability from which the exact linear gradient is used, below it costs more noise than it saves."""


class Network:
    """Parameters, gradients and work space of (starts, instances) models.

    Attributes:
        theta: (starts, instances, numbers) float32, all parameters of a model in one row.
        gradient: of the mean loss over a batch, like theta.
    """

    def __init__(self, spec: Spec, starts: int, sampler: Sampler) -> None:
        n, m = spec.n_features, spec.n_hidden
        models = (starts, spec.n_instances)
        self._m = m
        self._tied = isinstance(spec, Autoencoder)
        self._rectified = not (isinstance(spec, Autoencoder) and spec.activation == "linear")
        self.theta = np.zeros((*models, n * (m + 1) + (0 if self._tied else n * m)), np.float32)
        self.gradient = np.empty_like(self.theta)
        self._decoder, self._encoder = self._matrices(self.theta, n)
        self._d_decoder, self._d_encoder = self._matrices(self.gradient, n)
        self._importance = spec.importances.astype(np.float32)
        self._samples = sampler.blocks * sampler.block
        p = np.array(spec.feature_probability, np.float32)[:, None, None]
        corrected = (p >= CORRECTED_FROM) & (self._tied and self._rectified)
        self._corrected = np.flatnonzero(corrected)
        share = 2 / sampler.batch_weight.astype(np.float32)[:, None, None]
        self._feature_mean = (p / 2)[self._corrected]
        self._mean_share = (share * p / 2)[self._corrected]
        self._variance_share = (share * variance(p))[self._corrected]
        self._linear_share = share[self._corrected, 0]
        # One column per hidden dimension, for a product with a single column would be many short ones.
        self._importances = np.repeat(self._importance[:, None], m, axis=1)
        # What a corrected instance sums is minus the linear gradient, where the output was stopped.
        self._flip = -corrected[..., None].astype(np.int32)
        sign = np.where(corrected[..., None], -2, 2).astype(np.float32)
        self._error_weight = sign / self._samples * self._importance[:, None]
        self._zero = (sampler.zero_weight / sampler.batch_weight)[:, None].astype(np.float32)
        self._batch_weight = sampler.batch_weight
        space, block = (*models, sampler.blocks), sampler.block
        self._hidden = np.full((*space, m + 1, block), -1, np.float32)
        self._hidden_t = np.full((*space, block, m + 1), -1, np.float32)
        self._d_hidden = np.empty((*space, m, block), np.float32)
        self._d_hidden_t = np.empty((*space, block, m), np.float32)
        self._output = np.empty((*space, n, block), np.float32)
        self._mask = np.empty((*space, n, block), np.int32)
        self._decoder_parts = np.empty((*space, n, m + 1), np.float32)
        self._encoder_parts = np.empty((*space, n, m), np.float32)

    @property
    def bias(self) -> Array:
        """b (starts, instances, features), a view into theta."""
        return self._decoder[..., self._m]

    def bias_of(self, rows: Array) -> Array:
        """The part of an array like theta that belongs to b, a view."""
        return self._matrices(rows, len(self._importance))[0][..., self._m]

    def load(self, parameters: dict[str, Array]) -> None:
        """Set the parameters: name -> (starts, instances, ...)."""
        self._decoder[..., self._m] = parameters["b"]
        if self._tied:
            self._encoder[...] = np.swapaxes(parameters["W"], -1, -2)
        else:
            self._encoder[...] = np.swapaxes(parameters["W1"], -1, -2)
            self._decoder[..., : self._m] = parameters["W2"]

    def parameters(self) -> dict[str, Array]:
        """A copy of the parameters: name -> (starts, instances, ...)."""
        matrix = np.swapaxes(self._encoder, -1, -2).copy()
        b = self._decoder[..., self._m].copy()
        if self._tied:
            return {"W": matrix, "b": b}
        return {"W1": matrix, "W2": self._decoder[..., : self._m].copy(), "b": b}

    def descend(self, x: Array, weight: Array | None, awake: int) -> None:
        """Compute `gradient` for a batch that `Sampler.negated` drew.

        Args:
            x: (instances, blocks, features, samples).
            weight: (instances, blocks, 1, samples), or None for all 1.
            awake: for this many of the starts, let the gradient through an output that its ReLU stopped though its
                feature is active. Such an output should be greater than zero, and has no gradient to get there.
        """
        m, output = self._m, self._output
        output_bits, mask = output.view(np.int32), self._mask
        target = self._forward(x)
        if self._rectified:
            np.right_shift(output_bits, 31, out=mask)
            if awake:
                mask[:awake] |= (target.view(np.int32) >> 31) & ~self._flip
            if self._corrected.size:
                mask ^= self._flip
        output -= target
        output *= self._error_weight
        if weight is not None:
            output *= weight
        if self._rectified:
            output_bits &= mask
        hidden = self._hidden[..., :m, :]
        self._hidden_t[..., :m] = np.swapaxes(hidden, -1, -2)
        np.matmul(output, self._hidden_t, out=self._decoder_parts)
        np.matmul(np.swapaxes(self._decoder[:, :, None, :, :m], -1, -2), output, out=self._d_hidden)
        if not self._tied:
            d_bits = self._d_hidden.view(np.int32)
            d_bits &= hidden.view(np.int32) >> 31
        self._d_hidden_t[...] = np.swapaxes(self._d_hidden, -1, -2)
        np.matmul(x, self._d_hidden_t, out=self._encoder_parts)
        np.add.reduce(self._decoder_parts, axis=2, out=self._d_decoder)
        if self._tied:
            self._d_encoder += np.add.reduce(self._encoder_parts, axis=2)
        else:
            np.add.reduce(self._encoder_parts, axis=2, out=self._d_encoder)
        silent = np.maximum(self.bias, 0) if self._rectified else self.bias
        if self._corrected.size:
            silent[:, self._corrected] -= self.bias[:, self._corrected]
            self._add_linear_gradient()
        self._d_decoder[..., m] += 2 * self._zero * self._importance * silent

    def loss(self, x: Array, weight: Array | None) -> Array:
        """Mean loss over a batch, (starts, instances)."""
        target = self._forward(x)
        output = np.minimum(self._output, 0) if self._rectified else self._output.copy()
        output -= target
        output *= output
        if weight is not None:
            output *= weight
        mean = output.sum(axis=(2, 4)) / self._samples
        silent = np.maximum(self.bias, 0) if self._rectified else self.bias
        mean += self._zero * silent**2
        return np.asarray(self._batch_weight * (mean @ self._importance))

    def _add_linear_gradient(self) -> None:
        """Add the gradient of `losses.linear_expected` in the corrected instances.

        With M = E E^T - 1 and a = M 1 p/2 + b the loss is sum_i I_i (a_i^2 + Var sum_j M_ij^2).
        """
        some = self._corrected
        E, b = self._encoder[:, some], self.bias[:, some, :, None]
        E_t = np.swapaxes(E, -1, -2)
        weighted = self._importances * E
        total = E_t.sum(axis=-1, keepdims=True)
        a = self._importance[:, None] * (self._feature_mean * (E @ total - 1) + b)
        quadratic = weighted @ (E_t @ E)
        quadratic += E @ (E_t @ weighted)
        quadratic -= 2 * weighted
        quadratic *= self._variance_share
        linear = a @ np.swapaxes(total, -1, -2)
        linear += np.swapaxes(E_t @ a, -1, -2)
        linear *= self._mean_share
        linear += quadratic
        self._d_encoder[:, some] += linear
        d_bias = self._d_decoder[..., self._m]
        d_bias[:, some] += self._linear_share * a[..., 0]

    def _forward(self, x: Array) -> Array:
        """Fill the hidden layer and the output before its ReLU; return the target, which is never -0."""
        hidden = self._hidden[..., : self._m, :]
        np.matmul(np.swapaxes(self._encoder[:, :, None], -1, -2), x, out=hidden)
        if not self._tied:
            bits = hidden.view(np.int32)
            bits &= bits >> 31
        np.matmul(self._decoder[:, :, None], self._hidden, out=self._output)
        return x if self._tied else 0 - np.abs(x)

    def _matrices(self, rows: Array, n: int) -> tuple[Array, Array]:
        """D (..., n, m + 1) and E (..., n, m), views into rows."""
        shape, m = rows.shape[:-1], self._m
        decoder = rows[..., : n * (m + 1)].reshape(*shape, n, m + 1)
        encoder = decoder[..., :m] if self._tied else rows[..., n * (m + 1) :].reshape(*shape, n, m)
        return decoder, encoder


def max_block(spec: Spec) -> int:
    """Samples per block that keep the products small."""
    return max(1, MAX_PRODUCT // (spec.n_features * (spec.n_hidden + 1)))
