"""Synapse of constant weight: each presynaptic spike adds w to the driven variable of the target."""

from brainnet import SynapseModel

static_synapse = SynapseModel(
    name="static_synapse",
    summary="constant weight, added at each presynaptic spike",
    equations="w : {unit}",
    on_pre="{onto}_post += w",
    source="Gerstner, Kistler, Naud & Paninski 2014, Neuronal Dynamics, doi:10.1017/CBO9781107447615, sec. 3.1",
)
