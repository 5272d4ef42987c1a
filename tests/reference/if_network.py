"""Layers of integrate-and-fire neurons, from the definition: all layers within one time step. Imports no brainnet.

A network is a list of layers, each with a kind, the names of its inputs and what the kind needs. In every step each
layer takes what its inputs give in the same step. A layer that fires gives its spikes times its scale; all others give
the value that they compute. No matrix is ever scaled, merged or delayed. Maxima are taken by the spikes so far: a
window fires in the steps in which that of its neurons fires that has fired most, of equal ones the first.
"""

import itertools

import numpy as np


def run(layers, input_shape, values, scales, *, steps, v_init, reset, signed=()):
    """Return the spikes of each layer that fires, by name: boolean arrays (n, steps, neurons).

    `layers` have the attributes name, inputs, kind and those of their kind. `values` (n, steps, inputs) is what the
    input is worth in each step. The layers in `scales` fire, and a spike of one is worth its scale; those in `signed`
    have two neurons a value, and so has the absolute value: all first ones, then all second ones.
    """
    n = len(values)
    v, spikes, so_far = {}, {}, {}
    for step in range(steps):
        worth = {"input": values[:, step].reshape(n, *input_shape)}
        for layer in layers:
            if layer.kind == "MaxPool" and layer.name in scales:
                (source,) = layer.inputs
                spiked = worth[source] / column(scales.get(source, 1.0), worth[source].ndim)
                so_far[layer.name] = so_far.get(layer.name, 0) + spiked
                z = first_of_windows(layer, so_far[layer.name], spiked)
                z = z * column(scales[layer.name], z.ndim)
            else:
                z = affine(layer, [worth[name] for name in layer.inputs])
            if layer.name not in scales:
                worth[layer.name] = z
                continue
            shape, scale = z.shape, column(scales[layer.name], z.ndim)
            halves = [z, -z] if layer.name in signed or layer.kind == "Abs" else [z]
            given = np.concatenate([(half / scale).reshape(n, -1) for half in halves], axis=1)
            u = v.get(layer.name, np.full(given.shape, float(v_init))) + given
            fired = u >= 1 - 1e-9  # sums of rounded inputs that should reach 1 do
            after = {"subtract": u - 1, "zero": 0 * u, "average": ((u - 1) + 0) / 2}[reset]
            v[layer.name] = np.where(fired, after, u)
            spikes.setdefault(layer.name, np.zeros((n, steps, fired.shape[1]), bool))[:, step] = fired
            parts = np.split(fired.astype(float), len(halves), axis=1)
            count = parts[0] if len(parts) == 1 else parts[0] + parts[1] * (1 if layer.kind == "Abs" else -1)
            worth[layer.name] = scale * count.reshape(shape)
    return spikes


def column(scale, ndim):
    """Return one scale for all, or those of the channels along the channels' axis."""
    scale = np.asarray(scale)
    return scale.reshape(-1, *(1,) * (ndim - 2)) if scale.ndim else scale


def first_of_windows(layer, so_far, spiked):
    """Return whether the first of each window spikes, by loops."""
    k, p, s, d = layer.kernel, layer.padding, layer.stride, layer.dilation
    lengths = so_far.shape[2:]
    sizes = [(n + sum(b) - e * (a - 1) - 1) // c + 1 for n, a, b, c, e in zip(lengths, k, p, s, d, strict=True)]
    out = np.zeros((*so_far.shape[:2], *sizes))
    for place in np.ndindex(*out.shape):
        best, value = -1, 0.0
        for offset in np.ndindex(*k):  # in order, so that of equal ones the first stays
            at = [x * c + o * e - b[0] for x, c, o, e, b in zip(place[2:], s, offset, d, p, strict=True)]
            if all(0 <= a < n for a, n in zip(at, lengths, strict=True)) and so_far[(*place[:2], *at)] > best:
                best, value = so_far[(*place[:2], *at)], spiked[(*place[:2], *at)]
        out[place] = value
    return out


def affine(layer, inputs):
    """Return what a layer computes before its activation."""
    x = inputs[0]
    if layer.kind == "Dense":
        return x.reshape(len(x), -1) @ layer.weights + layer.bias
    if layer.kind in ("Conv1d", "Conv2d"):
        return windows(x, layer.weights, layer, layer.groups) + layer.bias.reshape(-1, *(1,) * (x.ndim - 2))
    if layer.kind == "ConvTranspose":
        return spread(x, layer) + layer.bias.reshape(-1, *(1,) * (x.ndim - 2))
    if layer.kind == "AveragePool":
        ones = np.ones((x.shape[1], 1, *layer.kernel))
        number = np.prod(layer.kernel) if layer.count_padding else windows(np.ones_like(x), ones, layer, x.shape[1])
        return windows(x, ones, layer, x.shape[1]) / number
    if layer.kind == "GlobalAveragePool":
        return x.mean(axis=tuple(range(2, x.ndim)), keepdims=True)
    if layer.kind == "BatchNorm":
        shape = (-1, *(1,) * (x.ndim - 2))
        mean, var, gamma, beta = (a.reshape(shape) for a in (layer.mean, layer.variance, layer.gamma, layer.beta))
        return gamma * (x - mean) / np.sqrt(var + layer.epsilon) + beta
    if layer.kind == "Add":
        return sum(inputs)
    if layer.kind == "Concatenate":
        return np.concatenate(inputs, axis=1 + layer.axis)
    if layer.kind == "Flatten":
        return x.reshape(len(x), -1)
    if layer.kind in ("ReLU", "ClippedReLU", "Abs", "Softmax"):  # what the neurons do by themselves
        return x
    raise ValueError(layer.kind)


def spread(x, layer):
    """Return what each value adds to the places around it, by loops, and cut the padding off."""
    kernel, s, d = layer.weights, layer.stride, layer.dilation
    sizes = [
        (n - 1) * a + b * (k - 1) + 1 + more
        for n, a, b, k, more in zip(x.shape[2:], s, d, kernel.shape[2:], layer.output_padding, strict=True)
    ]
    per_out, per_in = kernel.shape[1], len(kernel) // layer.groups
    whole = np.zeros((len(x), per_out * layer.groups, *sizes))
    for c, o, *place in itertools.product(*(range(k) for k in kernel.shape)):
        for at in np.ndindex(*x.shape[2:]):
            there = tuple(i * a + k * b for i, a, k, b in zip(at, s, place, d, strict=True))
            whole[(slice(None), c // per_in * per_out + o, *there)] += kernel[(c, o, *place)] * x[(slice(None), c, *at)]
    cut = (slice(p, n - q) for (p, q), n in zip(layer.padding, sizes, strict=True))
    return whole[(slice(None), slice(None), *cut)]


def windows(x, kernel, layer, groups):
    """Return the sums of (n, channels, positions) times a kernel (out, in / groups, lengths) at all its places."""
    lengths = x.shape[2:]
    padded = np.zeros((*x.shape[:2], *(n + sum(p) for n, p in zip(lengths, layer.padding, strict=True))))
    padded[
        (slice(None), slice(None), *(slice(p[0], p[0] + n) for n, p in zip(lengths, layer.padding, strict=True)))
    ] = x
    steps = list(zip(padded.shape[2:], kernel.shape[2:], layer.stride, layer.dilation, strict=True))
    sizes = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in steps]
    out = np.zeros((len(x), len(kernel), *sizes))
    for o, c, *place in itertools.product(range(len(kernel)), *(range(k) for k in kernel.shape[1:])):
        channel = o // (len(kernel) // groups) * kernel.shape[1] + c
        cut = [slice(i * d, i * d + (n - 1) * s + 1, s) for i, n, (_, _, s, d) in zip(place, sizes, steps, strict=True)]
        out[:, o] += kernel[(o, c, *place)] * padded[(slice(None), channel, *cut)]
    return out
