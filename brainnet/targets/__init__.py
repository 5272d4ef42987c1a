"""Where code runs: numpy, cython and generated C++, behind one context manager."""

from brainnet.targets.program import Program, build
from brainnet.targets.schedule import SCHEDULE, use_common_schedule
from brainnet.targets.target import Target, current, fresh, target

__all__ = ["SCHEDULE", "Program", "Target", "build", "current", "fresh", "target", "use_common_schedule"]
