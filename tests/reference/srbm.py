"""The spiking Boltzmann machine of Neftci et al. 2014, spike by spike; knows nothing of brainnet or Brian2.

Neurons in plain Python from eqs. 5 to 8 (Euler's method, times in steps), the rule from eqs. 9 to 12 as sums over pairs
of spikes. Noise is given. SI units, weights in amperes.
"""

import math


class Machine:
    """Two layers; `noise(layer, step, neuron)` is the draw of a step, of variance 1."""

    C, g_L, v_th, v_reset, t_ref, tau_syn, sigma = 1e-12, 1e-9, 0.1, 0.0, 4e-3, 4e-3, 4.24e-11

    def __init__(self, weights, noise, dt, I_ext):
        self.w = [list(row) for row in weights]
        self.noise, self.dt, self.I_ext = noise, dt, I_ext
        self.n = (len(self.w), len(self.w[0]))
        self.v, self.current = [[0.0] * n for n in self.n], [[0.0] * n for n in self.n]
        self.spikes = [[[] for _ in range(n)] for n in self.n]  # steps of all spikes of each neuron
        self.arriving = [[], []]

    def step(self, k, drive, gate, A):
        """Take step k: spikes of the step before arrive and change weights, then neurons move and fire.

        drive : two lists of currents, one a layer
        gate : 1, -1 or 0
        """
        visible, hidden = self.arriving
        for j in hidden:  # postsynaptic spikes first
            for i in range(self.n[0]):
                self.current[0][i] += self.w[i][j]
                self.w[i][j] += gate * A * self.pairs(self.spikes[0][i], k - 1)
        for i in visible:
            for j in range(self.n[1]):
                self.current[1][j] += self.w[i][j]
                self.w[i][j] += gate * A * self.pairs(self.spikes[1][j], k - 1)
        self.arriving = [[], []]
        for layer, n in enumerate(self.n):
            for i in range(n):
                last = self.spikes[layer][i][-1] if self.spikes[layer][i] else -math.inf
                free = k - last >= round(self.t_ref / self.dt)
                if free:
                    noise = self.sigma * self.noise(layer, k, i) / math.sqrt(self.dt)
                    total = self.I_ext + drive[layer][i] + self.current[layer][i] + noise - self.g_L * self.v[layer][i]
                    self.v[layer][i] += self.dt * total / self.C
                self.current[layer][i] -= self.dt * self.current[layer][i] / self.tau_syn
                if free and self.v[layer][i] > self.v_th:
                    self.arriving[layer].append(i)
        for layer, fired in enumerate(self.arriving):
            for i in fired:
                self.v[layer][i] = self.v_reset
                self.spikes[layer][i].append(k)

    def pairs(self, others, now):
        """Sum over all earlier spikes of the other neuron; one of the same time is no pair."""
        return sum(math.exp(-(now - s) * self.dt / self.tau_syn) for s in others if s < now)


class CellMachine(Machine):
    """The same with weights in memory cells, two of a pair or one: conductances are parts of the range.

    rise and fall are the steps of one pulse; a wanted change counts in steps of the middle of the range. Pulses that
    overlap for `overlap` steps make a fixed change; 0 for the exponential window.
    """

    def __init__(self, G, w_max, rise, fall, noise, dt, I_ext, overlap):
        self.G, self.w_max, self.rise, self.fall = [[list(row) for row in each] for each in G], w_max, rise, fall
        self.overlap, self.refreshed = overlap, 0
        super().__init__([[0.0] * len(row) for row in self.G[0]], noise, dt, I_ext)
        for i, row in enumerate(self.w):
            for j in range(len(row)):
                self.read(i, j)

    def read(self, i, j):
        if len(self.G) == 2:
            self.w[i][j] = self.w_max * (self.G[0][i][j] - self.G[1][i][j])
        else:
            self.w[i][j] = self.w_max * (2 * self.G[0][i][j] - 1)

    def pulse(self, i, j, wanted):
        """Change a weight: one pulse of the size of what is wanted."""
        if len(self.G) == 1:
            step = self.rise if wanted > 0 else self.fall
            G = self.G[0][i][j]
            moved = G + abs(wanted) / (2 * self.w_max) / abs(step(0.5)) * step(G)
            self.G[0][i][j] = min(max(moved, 0.0), 1.0)
        else:
            cell = self.G[0] if wanted > 0 else self.G[1]
            cell[i][j] = min(cell[i][j] + abs(wanted) / self.w_max / self.rise(0.5) * self.rise(cell[i][j]), 1.0)
            small, large = sorted((self.G[0][i][j], self.G[1][i][j]))
            if large > 0.75 and small > 0.25:
                self.refreshed += 1
                self.G[0][i][j] -= small
                self.G[1][i][j] -= small
        self.read(i, j)

    def step(self, k, drive, gate, A):
        visible, hidden = self.arriving
        # A spike reaches the other side with the weight before its own change; a saturated pair is met at any spike.
        for j in hidden:
            for i in range(self.n[0]):
                if len(self.G) == 2:
                    self.current[0][i] += self.w[i][j]
                self.pulse(i, j, gate * A * self.pairs(self.spikes[0][i], k - 1))
        for i in visible:
            for j in range(self.n[1]):
                self.current[1][j] += self.w[i][j]
                self.pulse(i, j, gate * A * self.pairs(self.spikes[1][j], k - 1))
        self.arriving = [[], []]
        super().step(k, drive, gate, A)

    def pairs(self, others, now):
        if not self.overlap:
            return super().pairs(others, now)
        earlier = [s for s in others if s < now]
        return float(bool(earlier) and now - earlier[-1] < self.overlap)
