"""Diehl & Cook 2015, Front. Comput. Neurosci. 9:99: digits without labels, and accuracy against size.

Deviations: those of `unsupervised_mnist`; one pass through the training images and two sizes, 100 and 400 neurons. Run
folders of `unsupervised_mnist` (`--run`) are drawn as well, and their sizes not trained again: 1,600 neurons take ten
minutes for each pass, 6,400 an hour. Error bars are standard errors from the number of test images.
"""

from itertools import groupby

from brainnet import figure, protocols
from brainnet.errors import ResultsError
from brainnet.plot import new_figure
from brainnet.plot.confusion import draw_confusion
from brainnet.plot.unsupervised import draw_course, draw_fields
from brainnet.results import read_run
from brainnet.targets import fresh


@figure(
    doi="10.3389/fncom.2015.00099",
    title="Diehl & Cook 2015, Front. Comput. Neurosci. 9:99, sec. 3: digits without labels, and accuracy against size",
)
def diehl_cook_2015(quick, seed, data, runs):
    """Receptive fields, classes and course of the most accurate network; accuracy against size beside the published."""
    declared = protocols.unsupervised_mnist
    found = [earlier(folder, declared) for folder in runs]
    sizes = {each.attrs["neurons"] for each in found}
    for size in (10, 20) if quick else (100, 400):
        if size not in sizes:
            with fresh():
                found.append(declared(quick=quick, seed=seed, data=data, neurons=size))
    best = max(found, key=lambda each: float(each.accuracy))
    drawing, axes = new_figure(2, 2, figsize=(10, 9), names=("fields", "confusion", "course", "size"))
    (fields, table), (course, against) = axes
    draw_fields(fields, best)
    draw_confusion(table, best.confusion, float(best.accuracy))
    draw_course(course, best)
    draw_sizes(against, found, declared.module.PUBLISHED)
    return drawing


def earlier(folder, declared):
    """Return what a run came to.

    Raises
    ------
    ResultsError
        It is of another protocol, or its results lack what is drawn.
    """
    summary, dataset = read_run(folder)
    if summary["protocol"] != declared.name:
        raise ResultsError(f"{folder} is a run of {summary['protocol']}; give runs of {declared.name}")
    drawn = {*declared.results, "weights", "assignment", "confusion", "accuracy_of_piece", "attempts_of_piece"}
    missing = sorted((drawn - {*dataset.variables}) | ({"neurons", "height"} - {*dataset.attrs}))
    if missing:
        raise ResultsError(f"{folder} lacks {', '.join(missing)}; repeat the run")
    return dataset


def draw_sizes(axis, found, published):
    """Draw accuracy by vote and by weighted vote against the number of neurons, a line for each number of images."""
    axis.plot([*published], [100 * value for value in published.values()], "s--", color="0.5", label="theirs")
    for i, (images, same) in enumerate(groupby(sorted(found, key=by_images), key=lambda each: float(each.images))):
        runs = [*same]
        sizes = [each.attrs["neurons"] for each in runs]
        axis.errorbar(
            sizes,
            [100 * float(each.accuracy) for each in runs],
            [100 * float(each.accuracy_standard_error) for each in runs],
            fmt="o-",
            color=f"C{i}",
            capsize=3,
            label=f"ours, {images:,.0f} images",
        )
        weighted = [100 * float(each.accuracy_weighted) for each in runs]
        axis.plot(sizes, weighted, "^:", color=f"C{i}", mfc="none", label=f"the same, {images:,.0f} images, weighted")
    axis.set(xscale="log", xlabel="excitatory neurons", ylabel="test accuracy (%)", ylim=(None, 101))
    axis.legend(loc="best", fontsize=8)


def by_images(each):
    """Order runs by images learned from, then by size."""
    return float(each.images), each.attrs["neurons"]
