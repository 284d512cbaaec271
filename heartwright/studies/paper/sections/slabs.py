"""Figure 1."""

from heartwright.report.figures import slabs_film, slabs_picture, typical_figure
from heartwright.report.page import Figure, File, Section
from heartwright.studies.paper.record import Study
from heartwright.studies.paper.slabs import Movie


def slabs_section(study: Study) -> Section:
    """Both slabs as a film, and a typical trace."""
    slabs = study.slabs
    side = study.scale.slab
    movies = {
        "(a) training: corner": slabs.movies["corner"],
        "(b) validation: near the centre": slabs.movies["centre"],
    }
    return Section(
        "Figure 1: the tissue",
        f"Two sheets of {side} × {side} ten Tusscher–Panfilov cells (0.25 mm apart, sealed "
        "border), stimulated once for 1 ms: one at its corner, to learn from, one near its centre, "
        "to foretell. Each pixel is a trace, moved to its onset, on [0, 1], with 5 % Gaussian "
        "noise. The paper gives neither spacing nor stimulated patch; ours is 4 × 4 pixels.",
        figures=[
            Figure(
                slabs_film(movies, slabs.times),
                "image/webp",
                "(a, b) The potential of both slabs. Frames are half a millisecond apart while "
                "excitation spreads, then ten.",
                "Film of two square sheets: excitation spreads from the upper left corner of one "
                "and from the middle of the other, stays, and fades everywhere alike.",
                still=slabs_picture(movies, slabs.times, _half_way(slabs.movies["corner"])),
            ),
            Figure(
                typical_figure(slabs.corner, len(slabs.corner) // 2),
                "image/svg+xml",
                "(c) A typical trace, with its noise and without.",
                "One action potential: a steep upstroke, a notch, a plateau, a return to rest "
                "after about 300 ms.",
            ),
        ],
        files=[File("study.json", "every number of this page")],
    )


def _half_way(movie: Movie) -> int:
    """The frame in which excitation has reached half of a slab."""
    return int(((movie > 0.5).mean(axis=(1, 2)) >= 0.5).argmax())
