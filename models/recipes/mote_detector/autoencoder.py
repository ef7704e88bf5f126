"""A dense autoencoder and its training, in numpy.

It learns the shapes that a window of normal readings takes around its own mean: flat, drifting, a bend, a small step.
What it cannot draw again is the anomaly.
"""

from dataclasses import dataclass

import numpy as np

from recording import WINDOW

INPUTS = WINDOW * 2
# Wide layers, because int8 arithmetic pays only there; a code of 8 numbers, because a wider one would copy the noise
# of 32 inputs instead of leaving it in the residual.
LAYERS = (INPUTS, 512, 512, 8, 512, 512, INPUTS)
LINEAR = (2, 5)  # layers without ReLU: the code, whose sign matters, and the output
# Inputs beyond this many scales are clipped before the network (never before the residual): the network stays within
# what it was trained on, and int8 has a range to be calibrated for.
CLIP = 8.0


@dataclass(frozen=True)
class Training:
    """How the network is trained."""

    seed: int = 20
    epochs: int = 60
    batch: int = 256
    rate: float = 1e-3


class Network:
    """Weights float32 [in, out] and biases float32 [out] per layer."""

    def __init__(self, generator: np.random.Generator):
        self.weights = [_he(generator, n_in, n_out) for n_in, n_out in zip(LAYERS, LAYERS[1:])]
        self.biases = [np.zeros(n_out, np.float32) for n_out in LAYERS[1:]]

    def forward(self, batch: np.ndarray) -> list[np.ndarray]:
        """Returns the input [n, 32] and every layer's output, the reconstruction [n, 32] last."""
        outputs = [batch]
        for layer, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            value = outputs[-1] @ weight + bias
            outputs.append(value if layer in LINEAR else np.maximum(value, 0))
        return outputs

    def gradients(self, outputs: list[np.ndarray]) -> list[np.ndarray]:
        """Gradients of the mean squared error, in the order of `parameters`, for what `forward` returned."""
        error = (outputs[-1] - outputs[0]) * np.float32(2 / outputs[0].size)
        weights, biases = [], []
        for layer in reversed(range(len(self.weights))):
            if layer not in LINEAR:
                error = error * (outputs[layer + 1] > 0)
            weights.insert(0, outputs[layer].T @ error)
            biases.insert(0, error.sum(axis=0))
            error = error @ self.weights[layer].T
        return weights + biases

    def parameters(self) -> list[np.ndarray]:
        return self.weights + self.biases


class Adam:
    """The Adam optimiser; changes the parameters in place."""

    def __init__(self, parameters: list[np.ndarray]):
        self.parameters = parameters
        self.means = [np.zeros_like(p) for p in parameters]
        self.squares = [np.zeros_like(p) for p in parameters]
        self.steps = 0

    def step(self, gradients: list[np.ndarray], rate: float) -> None:
        self.steps += 1
        corrected = np.float32(rate * np.sqrt(1 - 0.999**self.steps) / (1 - 0.9**self.steps))
        for parameter, gradient, mean, square in zip(self.parameters, gradients, self.means, self.squares):
            mean += np.float32(0.1) * (gradient - mean)
            square += np.float32(0.001) * (gradient * gradient - square)
            parameter -= corrected * mean / (np.sqrt(square) + np.float32(1e-8))


def scales(raw: np.ndarray) -> np.ndarray:
    """Typical deviation from the window's mean per channel, in %RH and degC: float32 [2] from windows [n, 16, 2]."""
    centred = raw.astype(np.float64) - raw.astype(np.float64).mean(axis=1, keepdims=True)
    return np.sqrt((centred**2).mean(axis=(0, 1))).astype(np.float32)


def network_inputs(raw: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """What the graph feeds the network for windows [n, 16, 2] in raw units: float32 [n, 32] in scales, clipped."""
    centred = raw - raw.mean(axis=1, keepdims=True)
    return np.clip(centred / scale, -CLIP, CLIP).reshape(-1, INPUTS)


def train(inputs: np.ndarray, held_out: np.ndarray, settings: Training) -> Network:
    """Trains on inputs [n, 32] and prints the error on both parts; the held-out one [m, 32] decides nothing here."""
    generator = np.random.default_rng(settings.seed)
    network = Network(generator)
    optimiser = Adam(network.parameters())
    for epoch in range(settings.epochs):
        rate = settings.rate * 0.5 * (1 + np.cos(np.pi * epoch / settings.epochs))
        for batch in _batches(inputs, settings.batch, generator):
            optimiser.step(network.gradients(network.forward(batch)), rate)
        if (epoch + 1) % 10 == 0:
            print(f"  epoch {epoch + 1:3d}/{settings.epochs}  mean squared error (scales^2): "
                  f"fitted {_error(network, inputs):.4f}  held out {_error(network, held_out):.4f}", flush=True)
    return network


def _batches(inputs: np.ndarray, size: int, generator: np.random.Generator):
    """Shuffled batches, half of the windows upside down: a fall is as normal as a rise."""
    order = generator.permutation(len(inputs))
    signs = generator.choice(np.array([-1, 1], np.float32), (len(inputs), 1))
    for first in range(0, len(order) - size + 1, size):
        rows = order[first : first + size]
        yield inputs[rows] * signs[rows]


def _error(network: Network, inputs: np.ndarray) -> float:
    return float(np.mean((network.forward(inputs)[-1] - inputs) ** 2))


def _he(generator: np.random.Generator, n_in: int, n_out: int) -> np.ndarray:
    return (generator.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)).astype(np.float32)
