"""What several protocols share: rules driven by given spikes, their distance from measurements, classifications."""

from typing import TYPE_CHECKING

from brainnet.deferred import deferred

if TYPE_CHECKING:
    from brainnet.experiment.boltzmann import (
        exact_distribution,
        exact_gradient,
        gibbs_states,
        kullback_leibler,
        states_of_spikes,
    )
    from brainnet.experiment.cross_validation import (
        CROSS_VALIDATION,
        cross_validated,
        cross_validation_results,
    )
    from brainnet.experiment.files import (
        chosen_trains,
    )
    from brainnet.experiment.fit import (
        fitted_pair_rule,
        squared_error,
        unit_pair_rules,
    )
    from brainnet.experiment.given import (
        Given,
        chosen_frequencies,
        chosen_shares,
        chosen_times,
        chosen_values,
    )
    from brainnet.experiment.polychronous import (
        Group,
        find_groups,
    )
    from brainnet.experiment.rules import (
        RULE,
        assignments,
        chosen_rule,
        depends_on_weight,
        find_rule,
        is_random,
        is_shipped,
    )
    from brainnet.experiment.srbm import (
        SRBM_CELL_PARAMETERS,
        SRBM_PARAMETERS,
        SRBM_RESULTS,
        check_classes,
        ecd_gradients,
        fit_machine,
        imagined,
        label_vectors,
        read_machine,
        to_bits,
    )
    from brainnet.experiment.srbm_study import (
        Condition,
        clamped_synchrony,
        train_conditions,
    )
    from brainnet.experiment.stdp_compression import (
        COMPRESSION_RESULTS,
        compress_while_learning,
    )
    from brainnet.experiment.tempotron_images import (
        TEMPOTRON_PARAMETERS,
        TEMPOTRON_RESULTS,
        learn_images,
    )
    from brainnet.experiment.trains import (
        Change,
        Train,
        final_weights,
        one_to_one,
        weight_changes,
    )
    from brainnet.experiment.transfer_along import (
        SWEEP_RESULTS,
        transfer_sweep,
    )
    from brainnet.experiment.transfer_core import (
        TRANSFER_DEVICE,
        TRANSFER_SPIKES,
        compensated,
        cost_or_none,
        spiking_accuracy,
        transfer_device,
    )
    from brainnet.experiment.transfer_networks import (
        TRANSFER_NETWORK,
        TransferNetworks,
        chosen_levels,
        on_levels,
    )
    from brainnet.experiment.unsupervised import (
        UNSUPERVISED_PARAMETERS,
        UNSUPERVISED_RESULTS,
        classify_unsupervised,
    )
    from brainnet.learn.stdp.pruning import (
        COMPRESSION_PARAMETERS,
        Compression,
    )
    from brainnet.learn.stdp.settings import (
        make_settings,
    )

__all__ = [
    "COMPRESSION_PARAMETERS",
    "COMPRESSION_RESULTS",
    "CROSS_VALIDATION",
    "RULE",
    "SRBM_CELL_PARAMETERS",
    "SRBM_PARAMETERS",
    "SRBM_RESULTS",
    "SWEEP_RESULTS",
    "TEMPOTRON_PARAMETERS",
    "TEMPOTRON_RESULTS",
    "TRANSFER_DEVICE",
    "TRANSFER_NETWORK",
    "TRANSFER_SPIKES",
    "UNSUPERVISED_PARAMETERS",
    "UNSUPERVISED_RESULTS",
    "Change",
    "Compression",
    "Condition",
    "Given",
    "Group",
    "Train",
    "TransferNetworks",
    "assignments",
    "check_classes",
    "chosen_frequencies",
    "chosen_levels",
    "chosen_rule",
    "chosen_shares",
    "chosen_times",
    "chosen_trains",
    "chosen_values",
    "clamped_synchrony",
    "classify_unsupervised",
    "compensated",
    "compress_while_learning",
    "cost_or_none",
    "cross_validated",
    "cross_validation_results",
    "depends_on_weight",
    "ecd_gradients",
    "exact_distribution",
    "exact_gradient",
    "final_weights",
    "find_groups",
    "find_rule",
    "fit_machine",
    "fitted_pair_rule",
    "gibbs_states",
    "imagined",
    "is_random",
    "is_shipped",
    "kullback_leibler",
    "label_vectors",
    "learn_images",
    "make_settings",
    "on_levels",
    "one_to_one",
    "read_machine",
    "spiking_accuracy",
    "squared_error",
    "states_of_spikes",
    "to_bits",
    "train_conditions",
    "transfer_device",
    "transfer_sweep",
    "unit_pair_rules",
    "weight_changes",
]

__getattr__, __dir__ = deferred(
    __name__,
    {
        "brainnet.experiment.boltzmann": (
            "exact_distribution",
            "exact_gradient",
            "gibbs_states",
            "kullback_leibler",
            "states_of_spikes",
        ),
        "brainnet.experiment.cross_validation": (
            "CROSS_VALIDATION",
            "cross_validated",
            "cross_validation_results",
        ),
        "brainnet.experiment.files": ("chosen_trains",),
        "brainnet.experiment.fit": (
            "fitted_pair_rule",
            "squared_error",
            "unit_pair_rules",
        ),
        "brainnet.experiment.given": (
            "Given",
            "chosen_frequencies",
            "chosen_shares",
            "chosen_times",
            "chosen_values",
        ),
        "brainnet.experiment.polychronous": ("Group", "find_groups"),
        "brainnet.experiment.rules": (
            "RULE",
            "assignments",
            "chosen_rule",
            "depends_on_weight",
            "find_rule",
            "is_random",
            "is_shipped",
        ),
        "brainnet.experiment.srbm": (
            "SRBM_CELL_PARAMETERS",
            "SRBM_PARAMETERS",
            "SRBM_RESULTS",
            "check_classes",
            "ecd_gradients",
            "fit_machine",
            "imagined",
            "label_vectors",
            "to_bits",
            "read_machine",
        ),
        "brainnet.experiment.srbm_study": (
            "Condition",
            "clamped_synchrony",
            "train_conditions",
        ),
        "brainnet.experiment.stdp_compression": (
            "COMPRESSION_RESULTS",
            "compress_while_learning",
        ),
        "brainnet.experiment.tempotron_images": (
            "TEMPOTRON_PARAMETERS",
            "TEMPOTRON_RESULTS",
            "learn_images",
        ),
        "brainnet.experiment.transfer_core": (
            "TRANSFER_DEVICE",
            "TRANSFER_SPIKES",
            "compensated",
            "cost_or_none",
            "spiking_accuracy",
            "transfer_device",
        ),
        "brainnet.experiment.transfer_networks": (
            "TRANSFER_NETWORK",
            "TransferNetworks",
            "chosen_levels",
            "on_levels",
        ),
        "brainnet.experiment.transfer_along": (
            "SWEEP_RESULTS",
            "transfer_sweep",
        ),
        "brainnet.experiment.trains": (
            "Change",
            "Train",
            "final_weights",
            "one_to_one",
            "weight_changes",
        ),
        "brainnet.experiment.unsupervised": (
            "UNSUPERVISED_PARAMETERS",
            "UNSUPERVISED_RESULTS",
            "classify_unsupervised",
        ),
        "brainnet.learn.stdp.pruning": (
            "COMPRESSION_PARAMETERS",
            "Compression",
        ),
        "brainnet.learn.stdp.settings": ("make_settings",),
    },
)
