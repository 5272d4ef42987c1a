"""Random numbers that depend on nothing but (seed, stream, step, index): Philox4x32-10 on every target.

A counter-based generator has no state, so a draw is the same whatever the target, the batch size, the number of
threads or the order in which samples are run. Salmon et al. (2011), doi:10.1145/2063384.2063405.

The key is (seed, stream), the counter (block, 1, low step, high step), each word of 32 bits. One draw is one word:
64 neurons share 16 blocks, and neuron i takes word ``i // 16 % 4`` of block ``16 * (i // 64) + i % 16``. That order
needs no shuffling in vector registers, and is one transposition in NumPy. A draw has 32 bits: word / 2**32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from brian2 import Function

__all__ = ["PHILOX_CPP", "normal", "philox", "uniform", "uniform_words"]

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
// The 64 draws of a group are made together, and kept for the neurons that come next.
static inline double _brainnet_uniform(int64_t seed, int64_t stream, int64_t step, int64_t index)
{
    static thread_local int64_t kept[4] = {-1, -1, -1, -1};
    static thread_local uint32_t words[64];
    const int64_t group = index >> 6;
    if (kept[0] != group || kept[1] != step || kept[2] != stream || kept[3] != seed) {
        for (int k = 0; k < 16; k++) {
            uint32_t c[4] = {(uint32_t)(16 * group + k), 1u, (uint32_t)step, (uint32_t)((uint64_t)step >> 32)};
            _brainnet_philox(c, (uint32_t)seed, (uint32_t)stream);
            for (int word = 0; word < 4; word++)
                words[16 * word + k] = c[word];
        }
        kept[0] = group;
        kept[1] = step;
        kept[2] = stream;
        kept[3] = seed;
    }
    return words[index & 63] / 4294967296.0;
}
"""
)

_CYTHON = """
from libc.stdint cimport uint32_t as _brainnet_u32, uint64_t as _brainnet_u64

cdef double _brainnet_uniform(int64_t seed, int64_t stream, int64_t step, int64_t index):
    cdef _brainnet_u32 c0 = <_brainnet_u32>(16 * (index // 64) + index % 16), c1 = 1
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
    i = <int>((index // 16) % 4)
    return <double>(c0 if i == 0 else c1 if i == 1 else c2 if i == 2 else c3) / 4294967296.0
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


def _counter(step: Any, block: Any) -> tuple[Any, int, Any, Any]:
    step, block = np.asarray(step, dtype=np.int64), np.asarray(block, dtype=np.int64)
    return block & _MASK, 1, step & _MASK, (step >> 32) & _MASK


def _uniform(seed: Any, stream: Any, step: Any, index: Any) -> Any:
    """Draw from [0, 1), 32 bits, one draw for each (seed, stream, step, index)."""
    index = np.asarray(index, dtype=np.int64)
    words = philox(_counter(step, 16 * (index // 64) + index % 16), (int(seed) & _MASK, int(stream) & _MASK))
    chosen = np.broadcast_to(index // 16 % 4, words.shape[1:])
    value = np.take_along_axis(words, chosen[None], axis=0)[0] / 4294967296.0
    return value if np.ndim(value) else float(value)


def uniform_words(seed: int, stream: int, step: int, n: int) -> np.ndarray:
    """Draw for all of `n` neurons at once: the words behind `uniform`, so that ``word < p * 2**32`` is ``uniform < p``.

    Returns
    -------
    ndarray of uint32, shape (n,)
    """
    groups = -(-n // 64)
    words = philox(_counter(step, np.arange(16 * groups)), (int(seed) & _MASK, int(stream) & _MASK))
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

# Of 32 bits: the number of ones in 24 of them, and a uniform number of 8 bits between two such numbers. Their sum has
# the variance 6 + (1 - 2**-16)/12, and cumulants of all odd orders are 0.
_CENTRE = 12.5 - 1 / 512
_SCALE = float(1 / np.sqrt(6 + (1 - 2.0**-16) / 12))
_NORMAL_CPP = f"""
static inline double _brainnet_uniform(int64_t seed, int64_t stream, int64_t step, int64_t index);
static inline double _brainnet_normal(int64_t seed, int64_t stream, int64_t step, int64_t index)
{{
    const uint32_t word = (uint32_t)(_brainnet_uniform(seed, stream, step, index) * 4294967296.0);
    uint32_t ones = word >> 8;
    ones = ones - ((ones >> 1) & 0x555555);
    ones = (ones & 0x333333) + ((ones >> 2) & 0x333333);
    ones = (ones + (ones >> 4)) & 0x0f0f0f;
    ones = (ones + (ones >> 8) + (ones >> 16)) & 0xff;
    return (ones + (word & 255) / 256.0 - {_CENTRE!r}) * {_SCALE!r};
}}
"""
_NORMAL_CYTHON = f"""
cdef double _brainnet_normal(int64_t seed, int64_t stream, int64_t step, int64_t index):
    cdef _brainnet_u32 word = <_brainnet_u32>(_brainnet_uniform(seed, stream, step, index) * 4294967296.0)
    cdef _brainnet_u32 ones = word >> 8
    ones = ones - ((ones >> 1) & 0x555555)
    ones = (ones & 0x333333) + ((ones >> 2) & 0x333333)
    ones = (ones + (ones >> 4)) & 0x0f0f0f
    ones = (ones + (ones >> 8) + (ones >> 16)) & 0xff
    return (ones + (word & 255) / 256.0 - {_CENTRE!r}) * {_SCALE!r}
"""


def _normal(seed: Any, stream: Any, step: Any, index: Any) -> Any:
    """Draw from nearly a normal distribution, 32 bits, one draw for each (seed, stream, step, index)."""
    word = np.asarray(np.asarray(_uniform(seed, stream, step, index)) * 4294967296.0).astype(np.uint32)
    value = (np.bitwise_count(word >> 8) + (word & 255) / 256.0 - _CENTRE) * _SCALE
    return value if np.ndim(value) else float(value)


# In equations: normal(seed, stream, t_in_timesteps, i), of mean 0 and variance 1. Whole numbers only are computed with
# up to the last step, so that all targets draw the same. The fourth cumulant is -0.081 (a normal distribution: 0), the
# distribution function differs from the normal one by less than 0.004, and no draw is beyond 5.07: noise for membranes,
# which sum it up, and none for statistics of extremes.
normal = Function(
    _normal,
    arg_units=[1, 1, 1, 1],
    arg_types=["integer", "integer", "integer", "integer"],
    return_unit=1,
    return_type="float",
    stateless=True,
)
_NEEDED = {"uniform": uniform}
normal.implementations.add_implementation("cpp", _NORMAL_CPP, name="_brainnet_normal", dependencies=_NEEDED)
normal.implementations.add_implementation("cython", _NORMAL_CYTHON, name="_brainnet_normal", dependencies=_NEEDED)
