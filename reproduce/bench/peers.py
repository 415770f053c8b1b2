"""The same step in other frameworks, as their users write it.  Each is imported when used."""
from typing import Iterable

import numpy as np

from reproduce.bench.work import Batch, Contender, Weights
from reproduce.experiment.article import Article


class PyTorch(Contender):
    """`torch.nn.LSTM`, which on a CPU is oneDNN's fused kernel."""

    def __init__(self, article: Article, weights: Weights) -> None:
        """Copy the weights into the layers."""
        import torch
        self.version = 'PyTorch ' + torch.__version__
        self._torch = torch
        self._article = article
        self._lstm = torch.nn.LSTM(article.num_input, article.num_hidden, batch_first=True)
        self._linear = torch.nn.Linear(article.num_hidden, article.num_classes)
        # The LSTM adds two biases.  The experiment has one: the other stays zero.
        self._lstm.bias_hh_l0.requires_grad_(False)
        kernel = torch.from_numpy(_exchange_j_and_f(weights.kernel)).t()
        with torch.no_grad():
            self._lstm.weight_ih_l0.copy_(kernel[:, :article.num_input])
            self._lstm.weight_hh_l0.copy_(kernel[:, article.num_input:])
            self._lstm.bias_ih_l0.copy_(torch.from_numpy(
                _exchange_j_and_f(weights.bias + _forget_bias(article))))
            self._lstm.bias_hh_l0.zero_()
            self._linear.weight.copy_(torch.from_numpy(weights.out_weights).t())
            self._linear.bias.copy_(torch.from_numpy(weights.out_biases))
        trained = list(self._lstm.parameters()) + list(self._linear.parameters())
        self._optimizer = torch.optim.SGD([p for p in trained if p.requires_grad],
                                          lr=article.learning_rate)

    def train(self, batches: Iterable[Batch]) -> None:
        """PyTorch's usual loop."""
        for images, labels in batches:
            self._optimizer.zero_grad()
            outputs, _ = self._lstm(self._torch.from_numpy(images))
            loss = self._torch.nn.functional.cross_entropy(self._linear(outputs[:, -1]),
                                                           self._torch.from_numpy(labels))
            loss.backward()
            self._optimizer.step()

    def weights(self) -> Weights:
        """The layers' parameters, in the experiment's layout."""
        kernel = np.concatenate([self._lstm.weight_ih_l0.detach().numpy(),
                                 self._lstm.weight_hh_l0.detach().numpy()], 1).T
        bias = _exchange_j_and_f(self._lstm.bias_ih_l0.detach().numpy())
        return Weights(self._linear.weight.detach().numpy().T,
                       self._linear.bias.detach().numpy(),
                       _exchange_j_and_f(kernel), bias - _forget_bias(self._article))


class Jax(Contender):
    """A jitted update with `lax.scan` over the timesteps."""

    def __init__(self, article: Article, weights: Weights) -> None:
        """Define the update; the first batch compiles it."""
        import jax
        import jax.numpy as jnp
        self.version = 'JAX ' + jax.__version__
        self._jax = jax
        self._weights = jax.device_put(weights)

        def loss(weights: Weights, images: 'jax.Array', labels: 'jax.Array') -> 'jax.Array':
            def timestep(state: tuple, x: 'jax.Array') -> tuple:
                c, h = state
                gates = jnp.concatenate([x, h], 1) @ weights.kernel + weights.bias
                i, j, f, o = jnp.split(gates, 4, axis=1)
                c = (c * jax.nn.sigmoid(f + article.forget_bias)
                     + jax.nn.sigmoid(i) * jnp.tanh(j))
                return (c, jnp.tanh(c) * jax.nn.sigmoid(o)), None

            zeros = jnp.zeros((len(images), article.num_hidden))
            (_, h), _ = jax.lax.scan(timestep, (zeros, zeros), images.transpose(1, 0, 2))
            logits = h @ weights.out_weights + weights.out_biases
            return -(labels * jax.nn.log_softmax(logits)).sum(1).mean()

        def update(weights: Weights, images: 'jax.Array', labels: 'jax.Array') -> Weights:
            slopes = jax.grad(loss)(weights, images, labels)
            return Weights(*(value - article.learning_rate * slope
                             for value, slope in zip(weights, slopes)))

        self._update = jax.jit(update, donate_argnums=0)

    def train(self, batches: Iterable[Batch]) -> None:
        """JAX's usual loop."""
        for images, labels in batches:
            self._weights = self._update(self._weights, images, labels)
        self._jax.block_until_ready(self._weights)

    def weights(self) -> Weights:
        """The present weights."""
        return Weights(*(np.asarray(value) for value in self._weights))


class Keras(Contender):
    """Keras 3's LSTM on TensorFlow, trained by `fit`."""

    def __init__(self, article: Article, weights: Weights) -> None:
        """Build and compile the model."""
        import keras
        self.version = f'Keras {keras.__version__} on {keras.config.backend()}'
        self._article = article
        self._model = keras.Sequential([
            keras.Input((article.timesteps, article.num_input)),
            keras.layers.LSTM(article.num_hidden), keras.layers.Dense(article.num_classes)])
        self._model.set_weights([
            *np.split(_exchange_j_and_f(weights.kernel), [article.num_input]),
            _exchange_j_and_f(weights.bias + _forget_bias(article)),
            weights.out_weights, weights.out_biases])
        self._model.compile(keras.optimizers.SGD(article.learning_rate),
                            keras.losses.CategoricalCrossentropy(from_logits=True))

    def train(self, batches: Iterable[Batch]) -> None:
        """One `fit` over all the batches."""
        images, labels = (np.concatenate(arrays) for arrays in zip(*batches))
        self._model.fit(images, labels, self._article.batch_size, shuffle=False, verbose=0)

    def weights(self) -> Weights:
        """The layers' weights, in the experiment's layout."""
        x_kernel, h_kernel, bias, out_weights, out_biases = self._model.get_weights()
        return Weights(out_weights, out_biases,
                       _exchange_j_and_f(np.concatenate([x_kernel, h_kernel])),
                       _exchange_j_and_f(bias) - _forget_bias(self._article))


def _exchange_j_and_f(gates: np.ndarray) -> np.ndarray:
    """`gates` [..., 4 * num_hidden] from the order i, j, f, o to i, f, j, o, or back."""
    i, second, third, o = np.split(gates, 4, axis=-1)
    return np.concatenate([i, third, second, o], -1)


def _forget_bias(article: Article) -> np.ndarray:
    """What the cell adds to its bias, for layers that have it within the bias."""
    return np.float32([0.0, 0.0, article.forget_bias, 0.0]).repeat(article.num_hidden)
