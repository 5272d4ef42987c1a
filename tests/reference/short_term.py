"""Short-term plasticity spike by spike, from the iterated maps of the papers; knows nothing of brainnet or Brian2.

Depression: Tsodyks & Markram 1997, PNAS 94:719. Facilitation: Tsodyks, Pawelzik & Markram 1998, Neural Comput. 10:821,
as written in Morrison, Diesmann & Gerstner 2008, Biol. Cybern. 98:459, sec. 6. Times in ms.
"""

import math


def releases(times, U, tau_rec, tau_fac=0.0):
    """Fraction that each spike releases; all was there before the first one."""
    found, x, u, last = [], 1.0, U, None
    for t in times:
        if last is not None:
            x = 1 + (x - found[-1] - 1) * math.exp(-(t - last) / tau_rec)
            kept = u * math.exp(-(t - last) / tau_fac) if tau_fac else 0.0
            u = U + kept * (1 - U)
        found.append(u * x)
        last = t
    return found
