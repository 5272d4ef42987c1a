"""A trained network becomes spikes, on the 8 x 8 digits that come with scikit-learn."""

import xarray as xr

from brainnet import Parameter, protocol
from brainnet.convert import PARAMETERS, convert
from brainnet.data import load_digits
from brainnet.measure import ENERGY_TABLE, RESULTS, evaluate
from brainnet.measure import energy_table as energy_of
from brainnet.plot.conversion import draw_conversion
from brainnet.train import TRAINERS, train_mlp


@protocol(
    parameters={
        **PARAMETERS,
        "hidden": Parameter(100, "neurons of the hidden layer", low=1, high=10_000),
        "epochs": Parameter(40, "passes through the training set", low=1, high=10_000, quick=10),
        "trainer": Parameter("sklearn", "library that trains", choices=TRAINERS),
        "energy_table": ENERGY_TABLE,
    },
    results=RESULTS,
    draw=draw_conversion,
    source="Rueckauer et al. 2017, Front. Neurosci. 11:682, doi:10.3389/fnins.2017.00682, sec. 2.2.2 (method)",
)
def digits_conversion(hidden, epochs, trainer, energy_table, seed, **settings) -> xr.Dataset:
    """Train on the bundled digits, convert, and run the whole test split as spikes."""
    table = energy_of(energy_table)  # a wrong one is told before anything is trained
    digits = load_digits(seed=seed)
    network = train_mlp(digits.x_train, digits.y_train, hidden, epochs=epochs, seed=seed, trainer=trainer)
    spiking = convert(network, calibration=digits.x_train, seed=seed, **settings)
    return evaluate(spiking, digits.x_test, digits.y_test, energy_table=table)
