"""What any rule or neuron takes as an argument: pairing, weight dependence, place of the delay, directions, reset."""

from brainnet.pairing.delays import DELAY_SITE
from brainnet.pairing.pathways import pathways
from brainnet.pairing.resets import NIR_RESET, RESET
from brainnet.pairing.reward import reward
from brainnet.pairing.schemes import PAIRING
from brainnet.pairing.teach import teach
from brainnet.pairing.weights import WEIGHT_DEPENDENCE
from brainnet.pairing.window import measured_window

__all__ = [
    "DELAY_SITE", "NIR_RESET", "PAIRING", "RESET", "WEIGHT_DEPENDENCE", "measured_window", "pathways", "reward",
    "teach",
]  # fmt: skip
