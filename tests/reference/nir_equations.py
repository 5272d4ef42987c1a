"""Networks of NIR nodes, integrated from the equations that the format states. Imports no brainnet.

Within a time step the input of a node is constant, for which its linear equation has an exact solution; then the
threshold is looked at, and the reset follows. All nodes compute one after the other within a step.
Equations: neuroir.org/docs/primitives; Pedersen et al. 2024, Nature Communications 15:8122.
"""

import math

import numpy as np


def relax(x, goal, dt, tau):
    """Solve tau dx/dt = goal - x over dt."""
    return goal + (x - goal) * np.exp(-dt / tau)


def correlate(x, weight, stride, padding, dilation, groups):
    """Convolution by its definition, (c, h, w) with kernels (o, c / groups, h, w)."""
    x = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2))
    n_out, n_in, *kernel = weight.shape
    shape = [(x.shape[k + 1] - dilation[k] * (kernel[k] - 1) - 1) // stride[k] + 1 for k in (0, 1)]
    y = np.zeros((n_out, *shape))
    for o in range(n_out):
        first = o // (n_out // groups) * n_in
        for a in range(kernel[0]):
            for b in range(kernel[1]):
                rows = a * dilation[0] + stride[0] * np.arange(shape[0])
                columns = b * dilation[1] + stride[1] * np.arange(shape[1])
                for c in range(n_in):
                    y[o] += weight[o, c, a, b] * x[first + c][np.ix_(rows, columns)]
    return y


def pool(x, kernel, stride, padding):
    """Sums of windows of every channel."""
    ones = np.ones((1, 1, *kernel))
    return np.concatenate([correlate(channel[None], ones, stride, padding, (1, 1), 1) for channel in x])


def pair(value):
    """Two numbers for one, or for two."""
    return tuple(int(each) for each in np.resize(value, 2))


class Node:
    """One node with its state. `node` is what nir.read gives."""

    def __init__(self, node, dt):
        self.p, self.dt, self.kind = node, dt, type(node).__name__
        said = getattr(node, "metadata", None) or {}
        text = said.get("brainnet_reset", "")
        self.subtract = float(said.get("brainnet_subtracted", 1)) if text in ("subtract", b"subtract") else None
        shape = getattr(node, "r", np.zeros(())).shape
        self.v, self.i = np.full(shape, float(said.get("brainnet_v_init", 0))), np.zeros(shape)
        self.past = []

    def step(self, x):
        p, dt, kind = self.p, self.dt, self.kind
        if kind in ("Affine", "Linear"):
            return p.weight @ x + (p.bias if kind == "Affine" else 0)
        if kind == "Conv2d":
            settings = pair(p.stride), pair(p.padding), pair(p.dilation), int(p.groups)
            return correlate(x, p.weight, *settings) + p.bias[:, None, None]
        if kind == "Conv1d":
            stride, padding, dilation = (np.ravel(each) for each in (p.stride, p.padding, p.dilation))
            settings = (1, int(stride[0])), (0, int(padding[0])), (1, int(dilation[0])), int(p.groups)
            return correlate(x[:, None], p.weight[:, :, None], *settings)[:, 0] + p.bias[:, None]
        if kind in ("AvgPool2d", "SumPool2d"):
            total = pool(x, pair(p.kernel_size), pair(p.stride), pair(p.padding))
            return total / math.prod(pair(p.kernel_size)) if kind == "AvgPool2d" else total
        if kind == "Flatten":
            return x.ravel()
        if kind == "Scale":
            return p.scale * x
        if kind == "Threshold":
            return (x > p.threshold).astype(float)
        if kind == "Delay":
            self.past.append(x)
            late = np.round(p.delay / dt).astype(int)
            zero = np.zeros_like(x)
            old = np.array([self.past[-1 - k] if k < len(self.past) else zero for k in range(late.max() + 1)])
            return np.take_along_axis(old, late[None], 0)[0]
        return self.neurons(x)

    def neurons(self, x):
        p, dt = self.p, self.dt
        if self.kind in ("I", "IF"):
            self.v = self.v + p.r * x * dt
        elif self.kind in ("LI", "LIF"):
            self.v = relax(self.v, p.v_leak + p.r * x, dt, p.tau)
        else:  # the current relaxes to w_in x, and drives v meanwhile: a sum of two exponentials, or t exp(-t)
            goal, excess = p.w_in * x, self.i - p.w_in * x
            fast = np.isclose(p.tau_mem, p.tau_syn)
            gap = np.where(fast, 1.0, p.tau_syn - p.tau_mem)
            two = p.tau_syn / gap * (np.exp(-dt / p.tau_syn) - np.exp(-dt / p.tau_mem))
            self.v = relax(self.v, p.v_leak + p.r * goal, dt, p.tau_mem)
            self.v = self.v + p.r * excess * np.where(fast, dt / p.tau_mem * np.exp(-dt / p.tau_mem), two)
            self.i = relax(self.i, goal, dt, p.tau_syn)
        if self.kind in ("I", "LI", "CubaLI"):
            return self.v
        z = self.v > p.v_threshold
        self.v = np.where(z, p.v_reset if self.subtract is None else self.v - self.subtract, self.v)
        return z.astype(float)


def run(graph, x, dt):
    """Return what every node gives at every step, by name, for input x, (steps, *input shape)."""
    kinds = {name: type(node).__name__ for name, node in graph.nodes.items()}
    nodes = {name: Node(node, dt) for name, node in graph.nodes.items()}
    record = {name: [] for name in nodes}
    for values in x:
        now = {name: values for name, kind in kinds.items() if kind == "Input"}
        while len(now) < len(nodes):
            for name in nodes:
                sources = [before for before, after in graph.edges if after == name]
                if name not in now and all(source in now for source in sources):
                    total = sum(now[source] for source in sources)
                    now[name] = total if kinds[name] == "Output" else nodes[name].step(total)
        for name, value in now.items():
            record[name].append(value)
    return {name: np.array(values) for name, values in record.items()}
