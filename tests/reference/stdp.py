"""Spike-timing rules as sums over pairs of spikes, written from the papers; knows nothing of brainnet or Brian2.

Pairs: Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, fig. 7. Triplets: Pfister & Gerstner 2006,
J. Neurosci. 26:9673, eqs. 3 and 4. Times in ms; nothing is carried from spike to spike but the weight.
"""

import math


def partners(side, t, own, other, scheme):
    """Times of the spikes of the other side that a spike at `t` pairs with.

    Parameters
    ----------
    side : {"pre", "post"}
        Whose spike it is.
    own, other : sequences of float
        All spikes of this side and of the other.
    """
    earlier = [s for s in other if s < t]  # never a coincident one
    if scheme == "all_to_all" or not earlier:
        return earlier
    since = max((s for s in own if s < t), default=-math.inf)
    if scheme == "nearest_symmetric":
        return earlier[-1:]
    if scheme == "nearest_pre_centred":
        return [s for s in earlier if s >= since] if side == "post" else earlier[-1:]
    if scheme == "nearest_reduced":
        return [s for s in earlier[-1:] if s >= since]
    raise ValueError(scheme)


def events(pre, post):
    """All spikes in order of time; of coincident ones the postsynaptic comes first."""
    return sorted([(t, 0, "post") for t in post] + [(t, 1, "pre") for t in pre])


def decayed(times, t, tau):
    return sum(math.exp(-(t - s) / tau) for s in times)


def clip(w, low, high):
    return min(max(w, low), high)


def pair_weights(pre, post, scheme, potentiate, depress, tau_plus, tau_minus, w, low=0.0, high=1.0):
    """Weight after each spike.

    Parameters
    ----------
    potentiate, depress : callables (w, sum of exponentials) -> change
    """
    course = []
    for t, _, side in events(pre, post):
        if side == "post":
            w += potentiate(w, decayed(partners("post", t, post, pre, scheme), t, tau_plus))
        else:
            w -= depress(w, decayed(partners("pre", t, pre, post, scheme), t, tau_minus))
        w = clip(w, low, high)
        course.append(w)
    return course


def amounts(dependence, a_plus, a_minus, *, w_max=1.0, mu_plus=0.0, mu_minus=0.0, mu=0.4, w_ref=1.0):
    """Changes (potentiate, depress) by Guetig et al. 2003 and, for the power law, Morrison et al. 2007."""
    if dependence == "power_law":
        return (lambda w, k: a_plus * w_ref ** (1 - mu) * w**mu * k), (lambda w, k: a_minus * w * k)
    plus, minus = {"additive": (0, 0), "multiplicative": (1, 1), "guetig": (mu_plus, mu_minus)}[dependence]
    return (
        lambda w, k: a_plus * w_max * (1 - w / w_max) ** plus * k,
        lambda w, k: a_minus * w_max * (w / w_max) ** minus * k,
    )


def triplet_weights(pre, post, nearest, a2p, a3p, a2m, a3m, tau_plus, tau_minus, tau_x, tau_y, w, low=0.0, high=1.0):
    """Weight after each spike, additive."""

    def seen(times, t):
        earlier = [s for s in times if s < t]
        return earlier[-1:] if nearest else earlier

    course = []
    for t, _, side in events(pre, post):
        if side == "post":
            w += decayed(seen(pre, t), t, tau_plus) * (a2p + a3p * decayed(seen(post, t), t, tau_y))
        else:
            w -= decayed(seen(post, t), t, tau_minus) * (a2m + a3m * decayed(seen(pre, t), t, tau_x))
        w = clip(w, low, high)
        course.append(w)
    return course
