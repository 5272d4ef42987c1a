"""Every source says where to look: a DOI and the place in the paper, or the repository and file of a program."""

import re

import pytest

from brainnet import figures, models, protocols

DOI = re.compile(r"10\.\d{4,9}/[^\s,;]+[^\s,;.:]")
PROGRAM = re.compile(r"(?:\b[\w.-]+/[\w.-]+|ModelDB \d+), [\w/+.-]+\.(?:py|cpp|h|m)\b")
# The number that it is cited for; the abstract, where that says it.
PLACE = re.compile(r"\b(?:eqs?\.|figs?\.|tables?|secs?\.|sections?|apps?\.|algorithms?) S?\d|\babstract\b")
# What is true by construction, and the one number whose source has none. Nothing else goes here.
WITHOUT = {
    ("regular", "source"): "by definition: no paper",
    ("stdp_window", "max_error"): "the rule's own formula",
    ("escape_net", "energy_ratio"): "ESCAPE-NET as spikes, 51.5 times less",
}
# Accuracies as reviews list them, and a curve that a text describes: their places in the papers were not looked up.
NO_PLACE = {
    ("mnist_conversion", "snn_accuracy"),
    ("surrogate_mnist", "snn_accuracy"),
    ("tempotron_mnist", "accuracy"),
    ("compression_tradeoff", "accuracy_3_levels"),
    ("weight_transfer", "accuracy_3_levels"),
    ("diehl_2015_normalisation", "title"),
    ("hwang_2021_levels", "title"),
    ("hwang_2021_maps", "title"),
    ("hwang_2021_accuracy", "title"),
}


def declared():
    for catalogue in (models, protocols):
        for name in catalogue:
            yield name, "source", catalogue[name].source
    for name in protocols:
        for key, result in protocols[name].results.items():
            if result.source:
                yield name, key, result.source


ALL = list(declared())


@pytest.mark.parametrize(("name", "what", "source"), ALL, ids=[f"{name}-{what}" for name, what, _ in ALL])
def test_a_source_has_a_doi_or_a_file(name, what, source):
    if (name, what) in WITHOUT:
        assert source == WITHOUT[name, what]
    else:
        assert DOI.search(source) or PROGRAM.search(source)


@pytest.mark.parametrize(("name", "what", "source"), ALL, ids=[f"{name}-{what}" for name, what, _ in ALL])
def test_each_paper_is_cited_for_a_numbered_place_or_with_its_program(name, what, source):
    if (name, what) in WITHOUT:
        return
    lacking = [part for part in source.split(";") if re.search(r"\b(?:19|20)\d\d\b", re.sub(DOI, "", part))
               and not (PLACE.search(part) or PROGRAM.search(part))]  # fmt: skip
    assert bool(lacking) == ((name, what) in NO_PLACE), lacking


def test_every_paper_named_has_its_own_doi():
    # A year stands once in each citation of a paper; proceedings without a DOI say so.
    for name, what, source in ALL:
        named = re.sub(PROGRAM, "", re.sub(DOI, "doi", source))  # the name of a program may hold a year
        papers = re.findall(r"(?<!:)\b(?:19|20)\d\d\b(?=,| \(|;|:|$)", named)
        if (name, what) not in WITHOUT:
            assert len(DOI.findall(source)) + source.count("no DOI") >= len(papers), f"{name}, {what}: {source}"


def test_what_something_is_made_after_has_a_year_and_a_doi():
    cited = [
        (name, part.split(";")[0]) for name, _, source in ALL for part in re.split(r"\bafter (?=[A-Z])", source)[1:]
    ]
    assert {"traub_miles", "vogels_abbott"} <= {name for name, _ in cited}
    for name, part in cited:
        assert re.search(r"\b(?:19|20)\d\d\b", re.sub(DOI, "", part)), (name, part)
        assert DOI.search(part), (name, part)


def test_every_figure_has_a_doi_and_a_number():
    for name in figures:
        assert DOI.fullmatch(figures[name].doi), name
        assert bool(PLACE.search(figures[name].title)) == ((name, "title") not in NO_PLACE), name
