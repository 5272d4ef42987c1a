"""What would not reach a C++ program, or a run, is refused: nothing is ignored without a word."""

import numpy as np
import pytest
from brian2 import Hz, Network, NeuronGroup, SpikeGeneratorGroup, SpikeMonitor, ms, mV, restore, run, store
from scipy import sparse

import brainnet
from brainnet import BrainnetError, models
from brainnet.errors import ParameterError, ProjectionError, TargetError

WEIGHTS = np.full((2, 3), 0.7)


def parts():
    source = SpikeGeneratorGroup(2, [0, 1], [1, 2] * ms)
    return source, NeuronGroup(3, "v : 1", threshold="v > 0.5", reset="v = 0")


def test_values_set_after_the_build_of_a_program(compiler):
    with brainnet.target("cpp"):
        source, cells = parts()
        synapses = models.pair_stdp.connect(source, cells, WEIGHTS, onto="v")
        program = brainnet.build(Network(source, cells, synapses), 3 * ms)
        for change in (
            lambda: setattr(synapses, "w", WEIGHTS * 0.5),
            lambda: setattr(cells, "v", 0.2),
            lambda: cells.v.__setitem__(0, 0.2),
        ):
            with pytest.raises(TargetError, match=r"is built, and [wv] would not reach it; give new values to its run"):
                change()
        program.run({cells.v: 0.2})
        monitor_free = np.array(synapses.w[:])
    assert (monitor_free != 0.35).all()
    with pytest.raises(TargetError, match=r"are gone with their C.. context; read them inside of it"):
        cells.v[:]


def test_a_run_of_what_was_made_outside_of_a_context(compiler):
    source, cells = parts()
    synapses = models.static_synapse.connect(source, cells, WEIGHTS)  # noqa: F841
    spikes = SpikeMonitor(cells)  # noqa: F841
    with brainnet.target("cpp"), pytest.raises(TargetError, match=r"the run holds no objects of this C.. context"):
        run(3 * ms)


@pytest.mark.parametrize("change", [{"tau_m": -1 * ms}, {"tau_m": "-i*ms"}])
def test_a_part_of_a_group_keeps_to_the_ranges_of_its_model(change):
    cells = models.lif.group(3, tau_m=[1, 2, 3] * ms, E_L=-70 * mV)
    ((name, value),) = change.items()
    with pytest.raises(ParameterError, match=r"tau_m = .* is out of range"):
        setattr(cells[1:], name, value)
    cells.variables["tau_m"].get_value()[1:] = -1  # past every door
    with pytest.raises(ParameterError, match=r"tau_m = .* is out of range"):
        Network(cells).run(1 * ms)
    sources = models.poisson.group(3, rate=[1, 2, 3] * Hz)
    with pytest.raises(ParameterError, match="rate"):
        sources[1:].rate = -5 * Hz


def test_a_static_projection_takes_no_new_values():
    source, cells = parts()
    synapses = models.static_synapse.connect(source, cells, WEIGHTS)
    for name in ("w", "weights", "delay", "foo"):
        with pytest.raises(ProjectionError, match=f"has no {name} that can be .* set"):
            setattr(synapses, name, 0)
    with pytest.raises(AttributeError, match="path='synapses'"):
        synapses.w  # noqa: B018
    synapses.active = False
    Network(source, cells, synapses).run(3 * ms)
    assert (cells.v[:] == 0).all()


def test_connections_without_a_synapse():
    source, cells = parts()
    with pytest.raises(ParameterError, match="mask is False everywhere"):
        models.pair_stdp.connect(source, cells, WEIGHTS, mask=np.zeros((2, 3), bool))
    with pytest.raises(ParameterError, match="the sparse matrix has no entries"):
        models.pair_stdp.connect(source, cells, sparse.csr_matrix((2, 3)))


def test_a_file_with_nan_traces(tmp_path):
    source, cells = parts()
    synapses = models.triplet_stdp.connect(source, cells, WEIGHTS, onto="v")
    synapses.save(tmp_path / "s.npz")
    with np.load(tmp_path / "s.npz") as file:
        content = dict(file)
    content["_r1"][:] = np.nan
    np.savez(tmp_path / "s.npz", **content)
    with pytest.raises(BrainnetError, match="_r1 holds NaN"):
        synapses.load(tmp_path / "s.npz")


def test_what_is_no_network():
    with pytest.raises(ParameterError, match="3 is no network"):
        brainnet.build(3, 1 * ms)


def test_a_network_made_before_a_context_is_refused_by_name(compiler):
    cells = models.lif.group(1)
    outside = Network(cells, SpikeMonitor(cells))
    with brainnet.target("cpp"), pytest.raises(TargetError, match=r"(lif|spikemonitor)\w* was made outside of this C"):
        outside.run(1 * ms)


def test_a_plain_run_after_a_build(compiler):
    with brainnet.target("cpp"):
        cells = models.lif.group(1)
        program = brainnet.build(Network(cells), 1 * ms)
        with pytest.raises(TargetError, match="has one run, and this context has built its own"):
            run(1 * ms)
        program.run()


def test_a_program_is_not_stored(compiler):
    with brainnet.target("cpp"):
        network = Network(models.lif.group(1))
        for act in (network.store, network.restore, store, restore):
            with pytest.raises(TargetError, match=r"cannot be stored and restored.* keep what was learned by save"):
                act()


def test_a_plain_run_of_no_time(compiler):
    with brainnet.target("cpp"):
        cells = models.lif.group(1)
        network = Network(cells)
        with pytest.warns(UserWarning, match="no time step"):
            network.run(0 * ms)
