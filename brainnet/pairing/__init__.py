"""What any rule or neuron can take as an argument: pairing scheme, weight dependence, place of the delay, reset."""

from brainnet.pairing.delays import DELAY_SITE
from brainnet.pairing.resets import NIR_RESET, RESET
from brainnet.pairing.reward import reward
from brainnet.pairing.schemes import PAIRING
from brainnet.pairing.teach import teach
from brainnet.pairing.weights import WEIGHT_DEPENDENCE
from brainnet.pairing.window import measured_window

__all__ = ["DELAY_SITE", "NIR_RESET", "PAIRING", "RESET", "WEIGHT_DEPENDENCE", "measured_window", "reward", "teach"]
