"""The standard plots of the models, drawn when the documentation is built and kept until a declaration changes."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import brian2
import neuron_plots
import rule_plots

from brainnet import models
from brainnet.declare import NeuronModel, SynapseModel
from brainnet.results import write_picture

# What the pictures depend on besides the declarations.
CODE = "".join(Path(each.__file__).read_text(encoding="utf-8") for each in (neuron_plots, rule_plots))


def is_drawn(model: Any) -> bool:
    """Whether a model has standard plots."""
    if isinstance(model, NeuronModel):
        return neuron_plots.drive_of(model) is not None
    return isinstance(model, SynapseModel) and rule_plots.has_plots(model)


def draw(model: Any, folder: Path) -> None:
    """Write NAME.md, and NAME.png which it shows, into `folder`."""
    figure, text = (neuron_plots if isinstance(model, NeuronModel) else rule_plots).draw(model)
    picture = ""
    if figure is not None:
        write_picture(figure, folder / f"{model.name}.png")
        picture = f"![standard plots of {model.name}](/reference/plots/{model.name}.png)\n\n"
    page = f"{picture}{text}\n"
    (folder / f"{model.name}.md").write_text(page, encoding="utf-8")


def write(folder: Path, kept: Path) -> None:
    """Put the plots of every model into `folder`; those in `kept` are taken where nothing has changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in models:
        model = models[name]
        if not is_drawn(model):
            continue
        key = hashlib.sha256(f"{model}{CODE}{brian2.__version__}".encode()).hexdigest()[:16]
        place = kept / f"{name}-{key}"
        if not (place / f"{name}.md").exists():
            place.mkdir(parents=True, exist_ok=True)
            draw(model, place)
        for file in place.iterdir():
            shutil.copy(file, folder)
