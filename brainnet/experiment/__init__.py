"""What several protocols of plasticity share: rules driven by given spikes, and their distance from measurements."""

from brainnet.experiment.files import chosen_trains
from brainnet.experiment.fit import fitted_pair_rule, squared_error, unit_pair_rules
from brainnet.experiment.given import Given, chosen_frequencies
from brainnet.experiment.rules import (
    RULE,
    assignments,
    chosen_rule,
    depends_on_weight,
    find_rule,
    is_random,
    is_shipped,
)
from brainnet.experiment.trains import Change, Train, final_weights, one_to_one, weight_changes

__all__ = [
    "RULE",
    "Change",
    "Given",
    "Train",
    "assignments",
    "chosen_frequencies",
    "chosen_rule",
    "chosen_trains",
    "depends_on_weight",
    "final_weights",
    "find_rule",
    "fitted_pair_rule",
    "is_random",
    "is_shipped",
    "one_to_one",
    "squared_error",
    "unit_pair_rules",
    "weight_changes",
]
