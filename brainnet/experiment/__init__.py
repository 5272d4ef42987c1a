"""What several protocols of plasticity share: rules driven by given spikes, and their distance from measurements."""

from brainnet.experiment.fit import fitted_pair_rule, squared_error, unit_pair_rules
from brainnet.experiment.trains import RULE, Train, chosen_rule, final_weights

__all__ = ["RULE", "Train", "chosen_rule", "final_weights", "fitted_pair_rule", "squared_error", "unit_pair_rules"]
