"""The study's page."""

from heartwright.report.page import Section, page
from heartwright.studies.paper.record import Study
from heartwright.studies.paper.scale import FULL
from heartwright.studies.paper.sections.comparators import (
    comparators_section,
    recovery_section,
    tissue_section,
)
from heartwright.studies.paper.sections.groups import recorded_section, simulated_section
from heartwright.studies.paper.sections.readings import readings_section
from heartwright.studies.paper.sections.slabs import slabs_section

TITLE = "APHYN-EP, studied again"
LEAD = (
    "Figures 1, 3 and 4 and Table 1 of Kashtanova, Pop, Ayed, Gallinari and Sermesant (STACOM "
    "2022, hal-03894974), from a re-implementation: fast physics completed by a small network, "
    "learned from action potentials and forecast from one measurement. Beside them stand what "
    "the paper leaves open, in both readings, and what else one could do."
)
HASTE = (
    " This was a run on a smaller scale than the paper's, hardly trained: it shows the page's "
    "form, and its numbers mean nothing."
)
CHOICES = (
    "“Published preset” is our re-implementation of the paper's method, not its authors' code. "
    "Where the paper leaves something open, the preset takes means in the losses, a batch of 64 "
    "traces and at least eight steps an epoch; the other readings stand in the table of Figure 3. "
    "Where it differs on purpose (bounds and pace of the time constants, clipping, a falling "
    "learning rate, the best epoch kept) stands in docs/reference/aphyn-ep.md.\n\n"
    "“Ours” is the default preset. It was developed on this very slab, its centre included, on "
    "cells like those of the simulated groups, and on optical recordings of stem-cell "
    "cardiomyocytes: its gain on these is a demonstration, not an estimate of what it will gain on "
    "other data. Within the study the validation traces choose nothing.\n\n"
    "Times are those of this machine and of this run, while whatever else ran on it; a fit that "
    "was stopped counts from where it went on. One forecast takes one noisy sample; scores against "
    "noisy data contain the noise, 0.0025 for 5 %. Nothing here is for a patient."
)


def drawn_page(study: Study) -> str:
    """The page as HTML, its figures drawn."""
    sections = [
        slabs_section(study),
        readings_section(study),
        simulated_section(study),
        recorded_section(study),
        comparators_section(study),
        tissue_section(study),
        recovery_section(study),
        Section("How to read this", CHOICES),
    ]
    lead = LEAD if study.scale == FULL else LEAD + HASTE
    return page(TITLE, sections, lead=lead, provenance=study.provenance)
