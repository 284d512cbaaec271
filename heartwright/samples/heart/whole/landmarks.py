"""Where a person would click, exactly or not quite."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float

from heartwright.data import InputError
from heartwright.samples.heart.fields import Points, Vector
from heartwright.samples.heart.truth import rim
from heartwright.samples.heart.whole.anatomy import Anatomy
from heartwright.samples.heart.whole.atrium import LeftAtrium


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Points, LPS mm."""

    nadirs: Float[np.ndarray, "3 3"]  # of the right, left and non-coronary cusp
    left_coronary: Vector  # lower edge of the ostium
    right_coronary: Vector
    septum: Float[np.ndarray, "2 3"]  # membranous: at the annulus, and where the muscle begins
    ridge: Vector  # on the ostium's rim, 1 to 2 cm inside the tip of the ridge
    circumflex: Vector  # on its axis, beside the ostium
    ostium: Float[np.ndarray, "3 3"]  # on the rim of the appendage's ostium
    appendage_tip: Vector  # of the dominant lobe
    fossa: Vector  # centre
    mitral: Vector  # centre of the valve
    left_atrium: Vector  # in its blood, as the next two
    left_ventricle: Vector
    aorta: Vector

    def summary(self) -> dict[str, list[float] | list[list[float]]]:
        """The points as plain lists, in micrometres' precision."""
        return {each.name: getattr(self, each.name).round(3).tolist() for each in fields(self)}

    def clicked(self, *, error_mm: float, seed: int) -> "Landmarks":
        """The same points with a person's error.

        Args:
            error_mm: root mean square distance of a click from its point, any direction alike.
            seed: the same clicks for ever.

        Raises:
            InputError: the error is negative or endless.
        """
        if not 0 <= error_mm < np.inf:
            raise InputError(f"a click's error of {error_mm:g} mm cannot be; give 0 or more.")
        rng = np.random.default_rng([seed, 6])
        points = {each.name: getattr(self, each.name) for each in fields(self)}
        return Landmarks(
            **{
                name: exact + error_mm / np.sqrt(3) * rng.standard_normal(exact.shape)
                for name, exact in points.items()
            }
        )


def landmarks(anatomy: Anatomy) -> Landmarks:
    """The true points of a heart."""
    root, atrium = anatomy.root, anatomy.atrium
    return Landmarks(
        nadirs=np.stack([root.wall(angle, 0.0) for angle in root.nadirs]),
        left_coronary=root.lower_edge(root.left),
        right_coronary=root.lower_edge(root.right),
        septum=np.stack([root.wall(root.septum_angle, -mm) for mm in (0.0, root.septum_mm)]),
        ridge=atrium.neck.ridge_point,
        circumflex=anatomy.arteries.circumflex_point,
        ostium=_three(atrium),
        appendage_tip=atrium.lobes[0].tip,
        fossa=anatomy.fossa.centre,
        mitral=atrium.mitral.point,
        left_atrium=np.zeros(3),
        left_ventricle=anatomy.ventricle.middle,
        aorta=root.plane(root.junction_mm + 10).point,
    )


def _three(atrium: LeftAtrium) -> Points:
    frame = atrium.neck.frame
    return rim(atrium.lumen, frame.origin, frame.axis, rays=3)
