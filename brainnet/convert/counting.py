"""Models that count their own spikes sample by sample, and begin each sample afresh."""

from __future__ import annotations

from dataclasses import replace

from brian2 import NeuronGroup

from brainnet.spec import NeuronModel

__all__ = ["begin_afresh", "counted", "silenced"]


def counted(model: NeuronModel) -> NeuronModel:
    """Add the variables ``count`` (spikes of this sample) and ``last_count`` (of the sample before)."""
    flat = model.flattened()
    return replace(
        flat,
        equations=f"{flat.equations}\ncount : integer\nlast_count : integer",
        reset=f"{flat.reset}\ncount += 1".strip(),
    )


def silenced(model: NeuronModel) -> NeuronModel:
    """Take threshold and reset away: the membrane potential integrates without end."""
    unused = {"v_th"}
    flat = model.flattened()
    kept = {name: p for name, p in flat.parameters.items() if name not in unused}
    return replace(flat, threshold="", reset="", refractory="", parameters=kept)


def begin_afresh(group: NeuronGroup, *, steps: int, depth: int, states: dict[str, str]) -> None:
    """Re-initialise a group at the first step of each of its windows.

    A spike crosses one layer per time step, so the window of a layer at `depth` is `depth` steps late. What a
    layer received before its first window is forgotten with it; hence every layer gets exactly `steps` steps of
    each sample, as if all layers were evaluated within one step.

    Parameters
    ----------
    group : brian2.NeuronGroup
    steps : int
        Length of a window.
    depth : int
        Number of layers of spikes before this one.
    states : dict
        State variable to the expression that it begins with.
    """
    # Multiplied by exactly 0 or 1: the same in all targets, and without a branch.
    code = [f"first = int((timestep(t, dt) + {-depth % steps}) % {steps} == 0)"]
    code += [f"{name} = {name}*(1 - first) + ({start})*first" for name, start in states.items()]
    if "last_count" in group.variables:
        code += ["last_count = last_count*(1 - first) + count*first", "count = count*(1 - first)"]
    group.run_regularly("\n".join(code), when="start", name=f"{group.name}_afresh")
