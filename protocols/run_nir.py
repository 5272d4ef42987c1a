"""A spiking network in a NIR file on test samples: what `brainnet convert MODEL.nir` runs."""

import xarray as xr
from brian2 import ms, second

from brainnet import Parameter, protocol
from brainnet.data import load
from brainnet.errors import ConversionError, DataError
from brainnet.measure import SPIKING_RESULTS, evaluate
from brainnet.plot import new_figure
from brainnet.spiking import NIR_PARAMETERS, from_nir, read_nir


def draw_nir(dataset):
    """Draw accuracy in time, and spikes by layer."""
    figure, axes = new_figure(1, 2)
    accuracy, spikes = axes.flat
    accuracy.plot(dataset.step, 100 * dataset.accuracy_by_step)
    accuracy.set(xlabel="time steps", ylabel="test accuracy (%)", ylim=(0, 101))
    accuracy.set_title(f"{100 * float(dataset.snn_accuracy):.2f} %, {dataset.attrs['samples']} samples")
    spikes.barh(dataset.layer, dataset.spikes_per_neuron)
    spikes.invert_yaxis()
    spikes.set(xlabel="spikes of a neuron and sample")
    spikes.set_title(f"{float(dataset.synaptic_operations):.3g} synaptic operations per sample")
    return figure


@protocol(
    parameters={
        "model": Parameter("", "a NIR file"),
        "steps": Parameter(100, "time steps for each sample", low=1, high=1_000_000),
        "dt": Parameter(0 * ms, "time step; 0: that of the file", low=0 * ms),
        **NIR_PARAMETERS,
        "images": Parameter(0, "test samples, from the first on; 0 for all", low=0),
    },
    results=SPIKING_RESULTS,
    draw=draw_nir,
    source="Pedersen et al. 2024, Nat. Commun. 15:8122, doi:10.1038/s41467-024-52259-9 (NIR), and its program: "
    "neuromorphs/NIR, nir/ir/neuron.py",
)
def run_nir(model, steps, dt, step, images, seed, data=None) -> xr.Dataset:
    """Show test samples as constant input; the output with most spikes, or the highest potential or sum, decides."""
    if not model or data is None:
        raise DataError("run_nir: it takes a network and data; give model=FILE and data (--data DIR)")
    graph = read_nir(model)
    if graph.dt is None and dt == 0 * ms:
        raise ConversionError(f"{model} says no time step; write --set dt=..., the one that it was trained with")
    samples = load(data)
    network = from_nir(graph, steps=steps, dt=dt if dt > 0 * ms else graph.dt * second, step=step)
    count = len(samples.x_test) if images == 0 else images
    if count > len(samples.x_test):
        raise DataError(f"images = {count}, and there are {len(samples.x_test)} in {samples.source}; write fewer")
    return evaluate(network, samples.x_test[:count], samples.y_test[:count])
