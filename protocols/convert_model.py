"""A trained network in a file becomes spikes: what `brainnet convert MODEL` runs."""

import numpy as np
import xarray as xr

from brainnet import Parameter, protocol
from brainnet.ann import read
from brainnet.coding import check_samples
from brainnet.convert import PARAMETERS, convert
from brainnet.data import load
from brainnet.errors import DataError
from brainnet.measure import ENERGY_TABLE, RESULTS, evaluate, positions_of
from brainnet.measure import energy_table as energy_of
from brainnet.plot.conversion import draw_conversion

# Enough samples for a stable 99.9th percentile of the activations of even a narrow layer.
CALIBRATION = 5000


@protocol(
    parameters={
        "model": Parameter("", "file of a trained network, ONNX or npz"),
        **PARAMETERS,
        "energy_table": ENERGY_TABLE,
    },
    results=RESULTS,
    draw=draw_conversion,
    source="Diehl et al. 2015, IJCNN, doi:10.1109/IJCNN.2015.7280696, algorithms 1 and 2; Rueckauer et al. 2017, "
    "Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2.2",
)
def convert_model(model, energy_table, seed, data=None, **settings) -> xr.Dataset:
    """Convert the trained network in a file, its scales from the training samples, and run the test samples."""
    if not model or data is None:
        raise DataError("convert_model: it takes a network and data; give model=FILE and data (--data DIR)")
    graph, samples = read(model), load(data, bounded=False)
    for x in (samples.x_train, samples.x_test):  # what values a sample may have depends on the coding
        check_samples(np.abs(x) if settings["signed_input"] == "pairs" else x, settings["coding"])
    if graph.layers[-1].n_out < 2:
        raise DataError(f"{model} has one output and so no classes to convert for; use brainnet.convert.convert")
    table = energy_of(energy_table)  # what does not fit is told before anything is built
    positions_of(graph, samples.x_test, samples.y_test)
    calibration = samples.calibration(min(CALIBRATION, len(samples.x_train)), seed)
    spiking = convert(graph, calibration=calibration, seed=seed, **settings)
    return evaluate(spiking, samples.x_test, samples.y_test, energy_table=table)
