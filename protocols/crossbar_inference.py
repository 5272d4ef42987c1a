"""A trained network on crossbars: accuracy against the resistance of wires and the bits of converters, and energy."""

import numpy as np
import xarray as xr
from brian2 import ohm

from brainnet import Parameter, Result, models, protocol
from brainnet.convert import convert
from brainnet.data import load
from brainnet.hardware import (
    accuracy,
    converter_ranges,
    hardware_report,
    map_network,
    node_voltages,
    with_wire_resistance,
)
from brainnet.measure import ENERGY_TABLE
from brainnet.measure import energy_table as energy_of
from brainnet.plot.crossbar import draw_crossbar
from brainnet.targets import fresh
from brainnet.train import trained_mlp

WIRES = 0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0  # ohm
ADC_BITS, DAC_BITS = (3, 4, 5, 6, 7, 8, 10), (1, 2, 3, 4, 6, 8)
EXAMPLE = 2.0  # ohm, of the tile in the picture
OTHER_BITS = 10  # of the converters that are not varied


@protocol(
    parameters={
        "hidden": Parameter(100, "neurons of the hidden layer", low=1, high=10_000),
        "epochs": Parameter(40, "passes through the training set", low=1, high=10_000, quick=15),
        "device": Parameter("pcm", "device of the catalogue"),
        "tile_rows": Parameter(256, "rows of a tile", low=1, high=4096, quick=64),
        "tile_columns": Parameter(256, "columns of a tile", low=2, high=4096, quick=64),
        "scheme": Parameter("pairs", "where negative weights come from", choices=("pairs", "reference column")),
        "percentile": Parameter(
            100.0, "of the sums of columns that becomes the range of the ADC", low=50.0, high=100.0
        ),
        "images": Parameter(450, "test images, from the first on", low=1, high=10_000, quick=200),
        "spiking_images": Parameter(450, "of these, run as spikes", low=1, high=10_000, quick=50),
        "calibration_images": Parameter(
            1000, "training images that set scales and ranges", low=1, high=60_000, quick=200
        ),
        "steps": Parameter(50, "time steps of the spiking network", low=1, high=100_000, quick=30),
        "energy_table": ENERGY_TABLE,
    },
    results={
        "accuracy_trained": Result("test accuracy of the trained network"),
        "accuracy_by_wire": Result("test accuracy by resistance of a wire between two devices, in ohm"),
        "snn_accuracy_by_wire": Result("the same network as spikes, on the first of the images"),
        "accuracy_by_adc_bits": Result("test accuracy by bits of the ADCs"),
        "accuracy_by_dac_bits": Result("test accuracy by bits of the DACs"),
        "tiles": Result("crossbars"),
        "utilisation": Result("share of their devices that hold a weight"),
        "energy": Result("of one inference: digital, crossbar, spiking crossbar; of writing", unit="J"),
    },
    draw=draw_crossbar,
    source="converters, drivers and their costs: Shafiee et al. 2016, ISCA, doi:10.1109/ISCA.2016.12, table 1",
)
def crossbar_inference(
    hidden, epochs, device, tile_rows, tile_columns, scheme, percentile, images, spiking_images, calibration_images,
    steps, energy_table, seed, data=None,
) -> xr.Dataset:  # fmt: skip
    """Train one network (digits, or the data set given; or take it from the cache), and lay it on crossbars."""
    table, chosen = energy_of(energy_table), models[device]  # told before anything is trained
    samples = load(data or "digits")
    (x, y), calibration = samples.first_tests(images), samples.calibration(calibration_images, seed)
    network = trained_mlp(samples.name, samples.x_train, samples.y_train, hidden, epochs=epochs, seed=seed,
                          trainer="sklearn")  # fmt: skip
    mapped = map_network(network, device=chosen, tile=(tile_rows, tile_columns), scheme=scheme)
    by_wire = {wire: with_wire_resistance(mapped, wire * ohm) for wire in WIRES}
    few = slice(0, min(spiking_images, len(x)))

    def spiking(one):
        with fresh():
            made = convert(one.effective_graph(), calibration=calibration, steps=steps, seed=seed, v_init="half",
                           readout="potential")  # fmt: skip
            return made, made.run(x[few])

    def read_by(dac_bits, adc_bits):
        converters = converter_ranges(mapped, calibration, dac_bits=dac_bits, adc_bits=adc_bits, percentile=percentile)
        return accuracy(mapped, x, y, converters)

    as_spikes = {wire: spiking(one) for wire, one in by_wire.items()}
    report = hardware_report(mapped, x[few], spiking=as_spikes[0.0], table=table)
    kinds = list(dict.fromkeys(cost.of for cost in report.costs))
    largest = max(mapped.tiles, key=lambda tile: tile.devices)
    rows, columns = node_voltages(largest.conductances, np.ones(largest.rows), EXAMPLE * ohm)
    return xr.Dataset(
        {
            "accuracy_trained": network.accuracy(x, y),
            "accuracy_by_wire": ("wire", [one.effective_graph().accuracy(x, y) for one in by_wire.values()]),
            "snn_accuracy_by_wire": (
                "wire", [float((response.decisions[:, -1] == y[few]).mean()) for _, response in as_spikes.values()]
            ),
            "accuracy_by_adc_bits": ("adc_bits", [read_by(OTHER_BITS, bits) for bits in ADC_BITS]),
            "accuracy_by_dac_bits": ("dac_bits", [read_by(bits, OTHER_BITS) for bits in DAC_BITS]),
            "tiles": len(mapped.tiles),
            "utilisation": mapped.utilisation,
            "energy": ("kind", [report.energy(kind) for kind in kinds]),
            "across": (("row", "column"), rows - columns),
        },
        {"wire": [*WIRES], "adc_bits": [*ADC_BITS], "dac_bits": [*DAC_BITS], "kind": kinds},
        {
            "samples": len(x), "spiking_samples": few.stop, "data": samples.name, "device": chosen.name,
            "scheme": scheme, "report": str(report), "example_wire": EXAMPLE,
        },
    )  # fmt: skip
