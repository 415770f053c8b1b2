"""The experiment's mathematics once more, in float64 NumPy, from the article's equations.

An independent witness: it shares no code with the package, keeps each gate's
weights apart, and has its gradients worked out by hand.
"""
from typing import Dict, List, NamedTuple, Sequence

import numpy as np

GATES = ('input', 'candidate', 'forget', 'output')  # in the order of the kernel's columns


class Parameters(NamedTuple):
    """Each gate's weights, and the output layer's."""

    w_x: Dict[str, np.ndarray]  # gate -> [features, hidden]
    w_h: Dict[str, np.ndarray]  # gate -> [hidden, hidden]
    b: Dict[str, np.ndarray]  # gate -> [hidden]
    out_w: np.ndarray  # [hidden, classes]
    out_b: np.ndarray  # [classes]


def as_parameters(variables: Sequence[np.ndarray], features: int) -> Parameters:
    """The graph's variables, in its order, in float64 and apart by gates."""
    out_w, out_b, kernel, bias = (np.asarray(value, float) for value in variables)
    kernels = dict(zip(GATES, np.split(kernel, 4, axis=1)))
    return Parameters({gate: kernel[:features] for gate, kernel in kernels.items()},
                      {gate: kernel[features:] for gate, kernel in kernels.items()},
                      dict(zip(GATES, np.split(bias, 4))), out_w, out_b)


def as_variables(p: Parameters) -> List[np.ndarray]:
    """`p` in the layout of the graph's variables, in its order."""
    kernel = [np.concatenate([p.w_x[gate], p.w_h[gate]]) for gate in GATES]
    return [p.out_w, p.out_b, np.concatenate(kernel, axis=1),
            np.concatenate([p.b[gate] for gate in GATES])]


def relative_errors(found: Sequence[np.ndarray], exact: Sequence[np.ndarray]) -> List[float]:
    """Of each variable, the largest error as a share of its largest exact value."""
    return [float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, exact)]


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-a))


def forward(p: Parameters, x: np.ndarray, forget_bias: float) -> dict:
    """Unroll over `x` [batch, timesteps, features]; everything that the way back needs."""
    batch, timesteps, _ = x.shape
    c = h = np.zeros((batch, p.out_w.shape[0]))
    steps = []
    for t in range(timesteps):
        a = {gate: x[:, t] @ p.w_x[gate] + h @ p.w_h[gate] + p.b[gate] for gate in GATES}
        i, f, o = sigmoid(a['input']), sigmoid(a['forget'] + forget_bias), sigmoid(a['output'])
        g = np.tanh(a['candidate'])
        c_before, h_before = c, h
        c = f * c_before + i * g
        h = o * np.tanh(c)
        steps.append({'x': x[:, t], 'i': i, 'f': f, 'o': o, 'g': g, 'c': c, 'h': h,
                      'c_before': c_before, 'h_before': h_before})
    return {'steps': steps, 'logits': h @ p.out_w + p.out_b, 'h': h, 'c': c}


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """The mean over the batch of -log softmax(logits) at the one-hot `labels`."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-(labels * log_softmax).sum(axis=1).mean())


def gradients(p: Parameters, x: np.ndarray, labels: np.ndarray,
              forget_bias: float) -> Parameters:
    """The gradient of the loss in each of the parameters."""
    result = forward(p, x, forget_bias)
    exp = np.exp(result['logits'] - result['logits'].max(axis=1, keepdims=True))
    d_logits = (exp / exp.sum(axis=1, keepdims=True) - labels) / len(x)

    d_w_x = {gate: np.zeros_like(p.w_x[gate]) for gate in GATES}
    d_w_h = {gate: np.zeros_like(p.w_h[gate]) for gate in GATES}
    d_b = {gate: np.zeros_like(p.b[gate]) for gate in GATES}
    d_h = d_logits @ p.out_w.T
    d_c = np.zeros_like(d_h)
    for s in reversed(result['steps']):
        tanh_c = np.tanh(s['c'])
        d_c = d_c + d_h * s['o'] * (1 - tanh_c ** 2)
        d_a = {'input': d_c * s['g'] * s['i'] * (1 - s['i']),
               'candidate': d_c * s['i'] * (1 - s['g'] ** 2),
               'forget': d_c * s['c_before'] * s['f'] * (1 - s['f']),
               'output': d_h * tanh_c * s['o'] * (1 - s['o'])}
        for gate in GATES:
            d_w_x[gate] += s['x'].T @ d_a[gate]
            d_w_h[gate] += s['h_before'].T @ d_a[gate]
            d_b[gate] += d_a[gate].sum(axis=0)
        d_h = sum(d_a[gate] @ p.w_h[gate].T for gate in GATES)
        d_c = d_c * s['f']
    return Parameters(d_w_x, d_w_h, d_b, result['h'].T @ d_logits, d_logits.sum(axis=0))
