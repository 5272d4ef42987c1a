"""Random numbers that depend on nothing but (seed, stream, step, index): Philox4x32-10 on every target.

A counter-based generator has no state, so a draw is the same whatever the target, the batch size, the number of
threads or the order in which samples are run. Salmon et al. (2011), doi:10.1145/2063384.2063405.

The key is (seed, stream), the counter (index, use, low step, high step), each word of 32 bits. `use` keeps the two
ways of drawing apart:

- ``uniform`` (use 0): one block a draw; 53 bits from its first two words.
- `uniform_words` (use 1): one word a neuron. 64 neurons share 16 blocks: neuron i takes word ``i // 16 % 4`` of block
  ``16 * (i // 64) + i % 16``. That order needs no shuffling in vector registers, and is one transposition in NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Function

__all__ = ["PHILOX_CPP", "philox", "uniform", "uniform_words"]

_ROUNDS = 10
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = 0x9E3779B9, 0xBB67AE85
_MASK = 0xFFFFFFFF
_LOW, _HALF = np.uint64(_MASK), np.uint64(32)

# One text for C++ and for Cython, which passes it through: no namespaces, no templates.
PHILOX_CPP = """
static inline void _brainnet_philox(uint32_t* c, uint32_t k0, uint32_t k1)
{
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = (uint64_t)c[0] * 0xD2511F53u, p1 = (uint64_t)c[2] * 0xCD9E8D57u;
        const uint32_t c1 = c[1], c3 = c[3];
        c[0] = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c[1] = (uint32_t)p1;
        c[2] = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c[3] = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
}
"""

_CPP = (
    PHILOX_CPP
    + """
static inline double _brainnet_uniform(int64_t seed, int64_t stream, int64_t step, int64_t index)
{
    uint32_t c[4] = {(uint32_t)index, 0u, (uint32_t)step, (uint32_t)((uint64_t)step >> 32)};
    _brainnet_philox(c, (uint32_t)seed, (uint32_t)stream);
    return ((double)(c[0] >> 5) * 67108864.0 + (double)(c[1] >> 6)) / 9007199254740992.0;
}
"""
)

_CYTHON = """
from libc.stdint cimport uint32_t as _brainnet_u32, uint64_t as _brainnet_u64

cdef double _brainnet_uniform(int64_t seed, int64_t stream, int64_t step, int64_t index):
    cdef _brainnet_u32 c0 = <_brainnet_u32>index, c1 = 0
    cdef _brainnet_u32 c2 = <_brainnet_u32>step, c3 = <_brainnet_u32>((<_brainnet_u64>step) >> 32)
    cdef _brainnet_u32 k0 = <_brainnet_u32>seed, k1 = <_brainnet_u32>stream
    cdef _brainnet_u64 p0, p1
    cdef int i
    for i in range(10):
        p0 = <_brainnet_u64>c0 * <_brainnet_u64>0xD2511F53
        p1 = <_brainnet_u64>c2 * <_brainnet_u64>0xCD9E8D57
        c0 = <_brainnet_u32>(p1 >> 32) ^ c1 ^ k0
        c1 = <_brainnet_u32>p1
        c2 = <_brainnet_u32>(p0 >> 32) ^ c3 ^ k1
        c3 = <_brainnet_u32>p0
        k0 = k0 + <_brainnet_u32>0x9E3779B9
        k1 = k1 + <_brainnet_u32>0xBB67AE85
    return (<double>(c0 >> 5) * 67108864.0 + <double>(c1 >> 6)) / 9007199254740992.0
"""


def philox(counter: Any, key: Any) -> np.ndarray:
    """Philox4x32-10.

    Parameters
    ----------
    counter : four integers or integer arrays that broadcast
    key : two integers
        All below 2**32.

    Returns
    -------
    ndarray of uint32, shape (4, ...)
    """
    c0, c1, c2, c3 = (np.asarray(word).astype(np.uint64) for word in np.broadcast_arrays(*counter))
    k0, k1 = (int(word) for word in key)
    for _ in range(_ROUNDS):
        p0, p1 = c0 * _MULTIPLIERS[0], c2 * _MULTIPLIERS[1]
        c0, c1 = (p1 >> _HALF) ^ c1 ^ np.uint64(k0), p1 & _LOW
        c2, c3 = (p0 >> _HALF) ^ c3 ^ np.uint64(k1), p0 & _LOW
        k0, k1 = (k0 + _WEYL[0]) & _MASK, (k1 + _WEYL[1]) & _MASK
    return np.stack([c0, c1, c2, c3]).astype(np.uint32)


def _counter(step: Any, block: Any, use: int) -> tuple[Any, int, Any, Any]:
    step, block = np.asarray(step, dtype=np.int64), np.asarray(block, dtype=np.int64)
    return block & _MASK, use, step & _MASK, (step >> 32) & _MASK


def _uniform(seed: Any, stream: Any, step: Any, index: Any) -> Any:
    """Draw from [0, 1), 53 bits, one draw for each (seed, stream, step, index)."""
    words = philox(_counter(step, index, use=0), (int(seed) & _MASK, int(stream) & _MASK))
    # Widened first: 32-bit words times 2**26 would wrap.
    value = ((words[0] >> np.uint32(5)).astype(float) * 67108864.0 + (words[1] >> np.uint32(6))) / 9007199254740992.0
    return value if np.ndim(value) else float(value)


def uniform_words(seed: int, stream: int, step: int, n: int) -> np.ndarray:
    """Draw 32 bits for each of `n` neurons: ``word < p * 2**32`` is a Bernoulli draw.

    Returns
    -------
    ndarray of uint32, shape (n,)
    """
    groups = -(-n // 64)
    words = philox(_counter(step, np.arange(16 * groups), use=1), (int(seed) & _MASK, int(stream) & _MASK))
    return words.reshape(4, groups, 16).transpose(1, 0, 2).reshape(-1)[:n]


# In equations: uniform(seed, stream, t_in_timesteps, i). Stateless, so that Brian2 may hoist it where nothing varies.
uniform = Function(
    _uniform,
    arg_units=[1, 1, 1, 1],
    arg_types=["integer", "integer", "integer", "integer"],
    return_unit=1,
    return_type="float",
    stateless=True,
)
uniform.implementations.add_implementation("cpp", _CPP, name="_brainnet_uniform")
uniform.implementations.add_implementation("cython", _CYTHON, name="_brainnet_uniform")
