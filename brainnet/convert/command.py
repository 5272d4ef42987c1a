"""What `brainnet convert MODEL --data DIR` does: read, convert, measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from brainnet import ann, data
from brainnet.coding.sources import check_samples
from brainnet.convert.convert import convert
from brainnet.convert.evaluate import ENERGY_TABLE, RESULTS, evaluate, positions_of
from brainnet.convert.parameters import PARAMETERS
from brainnet.declare import Protocol, protocol
from brainnet.errors import DataError
from brainnet.measure import energy_table as energy_of
from brainnet.plot.conversion import draw_conversion

__all__ = ["convert_and_report"]

# Enough samples for a stable 99.9th percentile of the activations of even a narrow layer.
_CALIBRATION = 5000


def convert_and_report(
    model: Path, where: str, *, steps: int, settings: Mapping[str, str], seed: int
) -> tuple[Protocol, dict[str, Any], xr.Dataset]:
    """Convert a network in a file and measure it on the test samples of a data set.

    Parameters
    ----------
    model : Path
        What `brainnet.ann.read` understands.
    where : str
        Data set as `brainnet.data.load` takes it; its training samples set the scales.
    steps : int
    settings : mapping of str to str
        Further settings as text: those of `brainnet.convert.PARAMETERS` and ``energy_table``.
    seed : int

    Returns
    -------
    protocol, parameters, dataset
        As `brainnet.results.write_run` takes them.

    Raises
    ------
    BrainnetError
        Model, data or settings do not fit.
    """

    @protocol(parameters={**PARAMETERS, "energy_table": ENERGY_TABLE}, results=RESULTS, draw=draw_conversion)
    def convert_model(energy_table: str, seed: int, data: Any = None, **chosen: Any) -> xr.Dataset:
        """Convert a trained network and run the test samples as spikes."""
        graph, samples = ann.read(model), load(data, bounded=False)
        for x in (samples.x_train, samples.x_test):  # what values a sample may have depends on the coding
            check_samples(np.abs(x) if chosen["signed_input"] == "pairs" else x, chosen["coding"])
        if graph.layers[-1].n_out < 2:
            raise DataError(f"{model} has one output and so no classes to convert for; use brainnet.convert.convert")
        energy_of(energy_table)  # what does not fit is told before anything is built
        positions_of(graph, samples.x_test, samples.y_test)
        count = min(_CALIBRATION, len(samples.x_train))
        rows = np.random.default_rng(seed).choice(len(samples.x_train), count, replace=False)
        spiking = convert(graph, calibration=samples.x_train[rows], seed=seed, **chosen)
        return evaluate(spiking, samples.x_test, samples.y_test, energy_table=energy_table)

    load = data.load
    values: dict[str, Any] = {**settings, "steps": steps}
    command = replace(convert_model, name="convert")
    return command, command.bind(values), command(seed=seed, data=where, **values)
