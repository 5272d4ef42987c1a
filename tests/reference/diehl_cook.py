"""Diehl & Cook 2015 in plain NumPy, step by step: every synapse has its weight, every neuron its traces.

Written from the paper (sections 2.1 to 2.5) and the values of the authors' program; input spikes are given.
"""

import numpy as np


class Network:
    """Neurons as arrays; `spikes_in` returns the inputs that fire in a step: (image, attempt, step) -> bool array."""

    def __init__(self, weights, rule, total, spikes_in, *, dt=0.5, shown=350, rest=150, least=5, attempts=20):
        self.w, self.rule, self.total, self.spikes_in, self.dt = weights.copy(), rule, total, spikes_in, dt
        self.shown, self.steps = round(shown / dt), round((shown + rest) / dt)
        self.least, self.attempts = least, attempts
        self.n = weights.shape[1]
        self.theta = np.full(self.n, 20.0)

    def show(self, image, learning):
        """Return the spikes of each neuron, and how often the image was shown."""
        if learning:
            self.w *= self.total / self.w.sum(axis=0)
        for attempt in range(self.attempts):
            counts = self.present(image, attempt, learning)
            if counts.sum() >= self.least:
                break
        return counts, attempt + 1

    def present(self, image, attempt, learning):
        """One presentation and one rest, from a network at rest."""
        n, dt = self.n, self.dt
        v, ge, gi, last = np.full(n, -65.0), np.zeros(n), np.zeros(n), np.full(n, -np.inf)
        vi, gei, gii, lasti = np.full(n, -60.0), np.zeros(n), np.zeros(n), np.full(n, -np.inf)
        pre, post1, post2 = np.zeros(len(self.w)), np.zeros(n), np.zeros(n)
        counts = np.zeros(n, int)
        for step in range(self.steps):
            t = step * dt
            free, freei = t - last >= 5, t - lasti >= 2
            dv = (-65 - v - ge * v + gi * (-100 - v)) / 100
            dvi = (-60 - vi - gei * vi + gii * (-85 - vi)) / 10
            v, vi = v + dt * dv * free, vi + dt * dvi * freei
            ge, gi, gei, gii = ge - dt * ge / 1, gi - dt * gi / 2, gei - dt * gei / 1, gii - dt * gii / 2
            if learning:
                self.theta -= dt * self.theta / 1e7
            fired = (v > self.theta - 72) & free & (t - last > 50)
            firedi = (vi > -40) & freei
            last[fired], lasti[firedi] = t, t
            arrived = self.spikes_in(image, attempt, step) if step < self.shown else np.zeros(len(self.w), bool)
            pre, post1, post2 = pre * np.exp(-dt / 20), post1 * np.exp(-dt / 20), post2 * np.exp(-dt / 40)
            if learning:
                self.w = np.clip(self.w + fired * self.up(pre, post2), *self.limits(fired[None, :]))
            ge = ge + arrived @ self.w
            if learning and self.rule != "power_law":
                self.w = np.clip(self.w - 1e-4 * np.outer(arrived, post1), *self.limits(arrived[:, None]))
            gei = gei + 10.4 * fired
            gi = gi + 17.0 * (firedi.sum() - firedi)
            pre[arrived], post1[fired], post2[fired] = 1, 1, 1
            v[fired], vi[firedi] = -65, -45
            if learning:
                self.theta += 0.05 * self.n / 400 * fired  # scaled, which the paper does not say
            if step < self.shown:
                counts += fired
        return counts

    def up(self, pre, post2):
        """Change of each synapse if its neuron fires."""
        if self.rule == "triplet":
            return 1e-2 * np.outer(pre, post2)
        if self.rule == "pair":
            return 1e-2 * np.outer(pre, np.ones(self.n))
        return 1e-2 * (pre[:, None] - 0.1) * np.clip(1 - self.w, 0, 1) ** 0.2

    def limits(self, touched):
        """Weights that a spike changes are kept from 0 to 1, others are left alone."""
        return np.where(touched, 0.0, -np.inf), np.where(touched, 1.0, np.inf)
