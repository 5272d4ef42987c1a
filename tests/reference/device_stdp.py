"""A weight that is the state of a memory device: events one by one, from the equations of the devices.

Knows nothing of brainnet or Brian2. A device is (G_min, G_max, rise(G), fall(G)); fall is negative.
"""


def soft_bounds(low=1e-6, high=11e-6, alpha_p=0.0016, alpha_d=0.002 / 0.75):
    return low, high, lambda G: alpha_p * (high - G), lambda G: -alpha_d * (G - low)


def neurosim(A_p, A_d, P_p=97.0, P_d=100.0, low=3.0769e-9, high=3.8462e-8):
    """Curves by number of pulses: the inverse, one pulse more or less, and back (Chen, Peng & Yu 2018)."""
    from math import exp, log

    def moved(G, A, P_max, by):
        B = (high - low) / (1 - exp(-P_max / A))
        P = -A * log(1 - (G - low) / B)
        return B * (1 - exp(-(P + by) / A)) + low - G

    return low, high, lambda G: moved(G, A_p, P_p, 1), lambda G: moved(G, A_d, P_d, -1)


def pcm(low=0.0, high=25e-6):
    from math import exp

    return low, high, lambda G: 0.125e-6 * (1 + 27.235 * exp(-5 * (G - low) / (high - low))), None


def clip(G, low, high):
    return min(max(G, low), high)


def change(device, w, dw, *, whole=False, most=1, w_min=0.0, w_max=1.0):
    """Change of the weight that one device makes of the wanted change dw."""
    low, high, rise, fall = device
    step = rise if dw > 0 else fall
    pulses = abs(dw) / (w_max - w_min) * (high - low) / abs(step((low + high) / 2))
    G = start = low + (w - w_min) / (w_max - w_min) * (high - low)
    if whole:
        for _ in range(min(int(pulses + 0.5), most)):
            G = clip(G + step(G), low, high)
    elif pulses:
        G = clip(G + pulses * step(G), low, high)
    return (G - start) / (high - low) * (w_max - w_min)


class Pair:
    """Two devices of which pulses only raise one; refreshed when one is above 3/4 and the other above 1/4."""

    def __init__(self, device, w=0.5):
        self.low, self.high, self.rise, _ = device
        self.range = self.high - self.low
        difference = 2 * (w - 0.5) * self.range
        self.up, self.down = self.low + max(difference, 0), self.low + max(-difference, 0)

    def change(self, dw):
        """Weights from 0 to 1."""
        before = self.up - self.down
        pulses = 2 * self.range * abs(dw) / self.rise((self.low + self.high) / 2)
        if dw > 0:
            self.up = clip(self.up + pulses * self.rise(self.up), self.low, self.high)
        elif dw < 0:
            self.down = clip(self.down + pulses * self.rise(self.down), self.low, self.high)
        change = (self.up - self.down - before) / (2 * self.range)
        small, large = sorted((self.up - self.low, self.down - self.low))
        if large > 0.75 * self.range and small > 0.25 * self.range:
            self.up, self.down = self.up - small, self.down - small
        return change
