"""Diehl & Cook 2015, Front. Comput. Neurosci. 9:99: digits without labels, and accuracy against size.

Deviations: those of `unsupervised_mnist`; one pass through the training images and two sizes, 100 and 400 neurons. The
points of 1,600 and 6,400 are only those published. Error bars are standard errors from the number of test images.
"""

from brainnet import figure, protocols
from brainnet.plot import new_figure
from brainnet.plot.confusion import draw_confusion
from brainnet.plot.unsupervised import draw_course, draw_fields
from brainnet.targets import fresh


@figure(
    doi="10.3389/fncom.2015.00099",
    title="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, sec. 3: digits without labels, and accuracy against size",
)
def diehl_cook_2015(quick, seed, data):
    """Receptive fields, confusion of classes, accuracy against images seen, and against size beside the published."""
    declared = protocols.unsupervised_mnist
    sizes = (10, 20) if quick else (100, 400)
    found = {}
    for size in sizes:
        with fresh():
            found[size] = declared(quick=quick, seed=seed, data=data, neurons=size)
    largest = found[sizes[-1]]
    drawing, axes = new_figure(2, 2, figsize=(10, 9), names=("fields", "confusion", "course", "size"))
    (fields, table), (course, against) = axes
    draw_fields(fields, largest)
    draw_confusion(table, largest.confusion, float(largest.accuracy))
    draw_course(course, largest)
    published = declared.module.PUBLISHED
    against.plot([*published], [100 * value for value in published.values()], "s--", color="0.5", label="theirs")
    against.errorbar(
        sizes,
        [100 * float(found[size].accuracy) for size in sizes],
        [100 * float(found[size].accuracy_standard_error) for size in sizes],
        fmt="o-",
        capsize=3,
        label=f"ours, {float(largest.images):.0f} images",
    )
    against.set(xscale="log", xlabel="excitatory neurons", ylabel="test accuracy (%)", ylim=(0, 101))
    against.legend(loc="lower right")
    return drawing
