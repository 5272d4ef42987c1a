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
