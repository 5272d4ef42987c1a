"""Every source says where to look: a DOI, or the repository and file of a program."""

import re

import pytest

from brainnet import figures, models, protocols

DOI = re.compile(r"10\.\d{4,9}/[^\s,;]+[^\s,;.:]")
PROGRAM = re.compile(r"\b[\w-]+/[\w-]+, [\w/]+\.(py|cpp|h|m)\b")
# What is true by construction, and the one number whose source has none. Nothing else goes here.
WITHOUT = {
    ("regular", "source"): "by definition: no paper",
    ("stdp_window", "max_error"): "the rule's own formula",
    ("escape_net", "energy_ratio"): "ESCAPE-NET as spikes, 51.5 times less",
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


def test_every_paper_named_has_its_own_doi():
    # A year stands once in each citation of a paper; proceedings without a DOI say so.
    for name, what, source in ALL:
        papers = re.findall(r"(?<!:)\b(?:19|20)\d\d\b(?=,| \(|;|:|$)", re.sub(DOI, "doi", source))
        if (name, what) not in WITHOUT:
            assert len(DOI.findall(source)) + source.count("no DOI") >= len(papers), f"{name}, {what}: {source}"


def test_every_figure_has_a_doi():
    for name in figures:
        assert DOI.fullmatch(figures[name].doi), name
