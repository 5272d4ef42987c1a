"""Spiking network with delays and STDP, and its polychronous groups, written ms by ms; knows nothing of brainnet.

Izhikevich 2006, Neural Comput. 18:245, doi:10.1162/089976606775093882, and its program:
INM-6/reproducing-polychronization, code/original_model/poly_spnet.cpp.
"""

import itertools

import numpy as np


def move(v, u, current, a):
    """One ms: two half steps of the potential, one of the recovery."""
    for _ in range(2):
        v += 0.5 * ((0.04 * v + 5) * v + 140 - u + current)
    u += a * (0.2 * v - u)


def run(pre, post, w, delays, excitatory, neurons, struck, swapped=False):
    """Spikes and weights of a network; all starts at -65 mV.

    Parameters
    ----------
    pre, post, w, delays : arrays, shape (synapses,)
        Delays in ms from 1 on.
    struck : int array, shape (ms,)
        Neuron that gets 20 mV/ms from outside in each ms; none if there is no such neuron.
    swapped : bool
        Whether each side is taken for the other, as a wrong rule would.

    Returns
    -------
    spikes : list of (neuron, ms)
    w, sd : arrays
    """
    w, sd, plastic = np.array(w, float), np.zeros(len(w)), pre < excitatory
    v, u = np.full(neurons, -65.0), np.full(neurons, -13.0)
    fast = np.arange(neurons) >= excitatory
    a, more = np.where(fast, 0.1, 0.02), np.where(fast, 2.0, 8.0)
    last, spikes, arrived = np.full(neurons, -np.inf), [], np.full(len(w), -np.inf)
    due = {}
    plus, minus = (-0.12, -0.1) if swapped else (0.1, 0.12)
    for ms, neuron in enumerate(struck):
        current = np.zeros(neurons)
        if neuron < neurons:
            current[neuron] += 20
        for synapse in due.pop(ms, []):
            current[post[synapse]] += w[synapse]
            if plastic[synapse]:
                sd[synapse] -= minus * 0.95 ** (ms - 1 - last[post[synapse]])
                arrived[synapse] = ms
        move(v, u, current, a)
        if ms and ms % 1000 == 0:
            sd *= 0.9
            w[plastic] = np.clip(w[plastic] + 0.01 + sd[plastic], 0, 10)
        for neuron in np.flatnonzero(v >= 30):
            v[neuron], u[neuron] = -65, u[neuron] + more[neuron]
            spikes.append((int(neuron), ms))
            last[neuron] = ms
            for synapse in np.flatnonzero((post == neuron) & plastic):
                sd[synapse] += plus * 0.95 ** (ms - arrived[synapse])
            for synapse in np.flatnonzero(pre == neuron):
                due.setdefault(ms + int(delays[synapse]), []).append(synapse)
    return spikes, w, sd


def groups(pre, post, w, delays, excitatory, neurons, w_max=10.0, layers=7):
    """Groups as (mother, spikes, layers), spikes as (neuron, ms) with the three anchors first."""
    strong = (w > 0.95 * w_max) | (pre >= excitatory)
    found = []
    for mother in range(excitatory):
        into = [s for s in range(len(pre)) if post[s] == mother and pre[s] < excitatory and strong[s]]
        for triple in itertools.combinations(into, 3):
            latest = max(delays[s] for s in triple)
            spikes = [(int(pre[s]), int(latest - delays[s])) for s in triple]
            hits = []  # number of the spike, target, arrival, weight
            for number, (neuron, ms) in enumerate(spikes):
                for s in np.flatnonzero((pre == neuron) & strong):
                    if delays[s] >= delays[triple[number]]:
                        hits.append((number, post[s], ms + delays[s], w[s]))
            v, u = np.full(neurons, -70.0), np.full(neurons, -14.0)
            fast = np.arange(neurons) >= excitatory
            a, more, end, ms = np.where(fast, 0.1, 0.02), np.where(fast, 2.0, 8.0), 60, 0
            while ms <= end and ms < 979 and len(spikes) < 1000:
                current = np.zeros(neurons)
                for _, target, arrival, weight in hits:
                    if arrival == ms:
                        current[target] += weight
                move(v, u, current, a)
                for neuron in np.flatnonzero(v >= 30):
                    v[neuron], u[neuron] = -65, u[neuron] + more[neuron]
                    spikes.append((int(neuron), ms))
                    for s in np.flatnonzero((pre == neuron) & strong):
                        hits.append((len(spikes) - 1, post[s], ms + delays[s], w[s]))
                        end = max(end, ms + delays[s])
                ms += 1
            level, used = [1, 1, 1], [0, 0, 0]
            for neuron, ms in spikes[3:]:
                by = [number for number, t, at, x in hits if t == neuron and x > 0 and ms - 20 < at <= ms]
                level.append(1 + max(level[number] for number in by))
                for k in range(3) if neuron < excitatory else ():
                    used[k] += sum(spikes[number][0] == spikes[k][0] for number in by)
            if len(spikes) > 6 and 1 not in used and max(level) >= layers:
                found.append((mother, spikes, max(level)))
    return found
