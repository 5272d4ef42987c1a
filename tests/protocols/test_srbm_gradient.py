"""Contrastive divergence by spikes against the exact gradient of machines of 5 + 5 neurons."""

import numpy as np
from scipy.special import logit

import brainnet
from brainnet import protocols
from brainnet.experiment import ecd_gradients, exact_gradient

N = 3


def log_likelihood(W, b, rows):
    """Mean logarithm of the probability of visible vectors, summed by hand over all states."""
    vectors = (np.arange(2**N)[:, None] >> np.arange(N) & 1).astype(float)

    def unnormalised(v):
        return sum(np.exp(v @ b[:N] + h @ b[N:] + v @ W @ h) for h in vectors)

    total = sum(unnormalised(v) for v in vectors)
    return np.mean([np.log(unnormalised(v) / total) for v in rows])


def test_the_exact_gradient_is_that_of_the_likelihood():
    """With clamps that leave no doubt; derivatives by central differences of 1e-5: errors of 1e-9."""
    rng = np.random.default_rng(3)
    W, b = rng.normal(size=(N, N)), rng.normal(size=2 * N)
    rows = np.array([[1.0, 0, 1], [0, 1, 1]])
    found = exact_gradient(W, b, np.where(rows, 60.0, -60.0))
    step = 1e-5
    for i in range(N):
        for j in range(N):
            d = np.zeros_like(W)
            d[i, j] = step
            slope = (log_likelihood(W + d, b, rows) - log_likelihood(W - d, b, rows)) / (2 * step)
            assert abs(found[i, j] - slope) < 1e-8
    for k in range(2 * N):
        d = np.eye(2 * N)[k] * step
        slope = (log_likelihood(W, b + d, rows) - log_likelihood(W, b - d, rows)) / (2 * step)
        assert abs((found[k, -1] if k < N else found[-1, k - N]) - slope) < 1e-8


def test_spikes_follow_the_gradient(compiler):
    with brainnet.target("cpp"):
        result = protocols.srbm_gradient(quick=True, seed=5)
    own, exact = result.measured.sel(size=1.0)[0].values, result.exact.sel(size=1.0).values
    # Rates are off from the sigmoid by 0.051 of the largest one at most (docs/srbm.md); noise of means over 300 cycles,
    # in each of which 14 refractory times are learned from, is below 0.01.
    assert np.sqrt(np.mean((own - exact) ** 2)) < 0.051
    assert abs(result.slope - 1) < 0.1
    turned = exact.swapaxes(1, 2)
    assert np.corrcoef(own.ravel(), turned.ravel())[0, 1] < 0.9, "sides are not exchanged"


def test_large_weights_keep_the_free_run_at_the_data(compiler):
    """Two states, all on and all off, are as likely; data are one of them, and large weights part the two."""
    data = np.full((1, 5), float(logit(0.98)))
    slopes = {}
    with brainnet.target("cpp"):
        for c in (0.2, 3.0):
            W, b = np.full((5, 5), c), np.full(10, -2.5 * c)
            weights = np.block([[W, b[:5, None]], [b[None, 5:], np.zeros((1, 1))]])
            exact = exact_gradient(W, b, data)[:5, :5].mean()
            slopes[c] = ecd_gradients([weights], data, 300, 0)[0][:5, :5].mean() / exact
    # Data are on all the time and the model half of it; a free run that stays takes back all that was learned.
    assert abs(slopes[0.2] - 1) < 0.15
    assert slopes[3.0] < 0.3
