"""What a program of 784-800-10 may take: memory, whatever the number of samples; and what is seen while it runs."""

import shutil

import numpy as np
import pytest
from brian2 import NeuronGroup

import brainnet
from brainnet.errors import TargetError
from brainnet.projections import BernoulliInput, Dense, Presentation, Projection
from brainnet.targets import device

RNG = np.random.default_rng(5)
pytestmark = pytest.mark.usefixtures("compiler")


def build(steps, sizes=(784, 800, 10)):
    shown = Presentation(steps)
    before = shown.feed(BernoulliInput(np.zeros(sizes[0]), seed=1, name="inputs"), "p")
    objects = [before]
    for layer, n in enumerate(sizes[1:], start=1):
        group = NeuronGroup(n, "v : 1", threshold="v >= 1", reset="v -= 1", name=f"layer_{layer}")
        shown.restart(group, layer, v=0)
        shown.record(group, layer, group.name)
        weights = Dense(RNG.normal(0.01, 0.1, (len(before), n)))
        objects += [group, Projection(before, group, weights, name=f"to_{layer}")]
        before = group
    return shown.build(*objects)


@pytest.mark.skipif(shutil.which("sh") is None, reason="memory is limited by the shell's ulimit")
def test_memory_is_below_15_mb_and_does_not_grow_with_samples(monkeypatch):
    run_watched = device.run_watched
    with brainnet.target("cpp", dtype="float32"):
        shown = build(2)

        def allowed(kilobytes):
            limited = ["sh", "-c", f'ulimit -d {kilobytes} && exec "$@"', "sh"]
            monkeypatch.setattr(
                device, "run_watched", lambda command, *others: run_watched([*limited, *command], *others)
            )

        samples = RNG.uniform(0, 0.3, (12_000, 784)).astype(np.float32)  # 38 MB
        allowed(15_000)
        counts = shown.run(samples)["layer_2"]
        assert counts.shape == (12_000, 10)
        assert counts.any()
        allowed(2_000)  # less than the weights: the limit is one
        with pytest.raises(TargetError):
            shown.run(samples[:2])


def test_progress_is_reported_while_samples_are_shown(monkeypatch):
    reports = []
    run_watched = device.run_watched

    def watch(command, folder, report, running):
        def told(share):
            reports.append(share)
            report(share)

        run_watched(command, folder, told, running)

    monkeypatch.setattr(device, "run_watched", watch)
    samples = np.full((400, 20), 0.5)
    with brainnet.target("cpp", progress=True):
        build(4000, (20, 30, 5)).run(samples)  # some 400 * 4000 steps of less than a microsecond
    assert len(reports) >= 2
    assert reports == sorted(reports)
    assert 0 < reports[0] < reports[-1] < 1
