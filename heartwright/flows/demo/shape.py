"""The demo's shape: a scan to a printed, measured left atrium."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartwright.data import LabelMap, Plan, Solid
from heartwright.data.json_file import write_json
from heartwright.flows.demo.scale import Scale
from heartwright.flows.print_model import WALL_COLOUR, PrintedModel, walled

if TYPE_CHECKING:
    from heartwright.flows.demo import Stage
    from heartwright.samples.heart import SampleHeart

WALL_MM = 2.0


@dataclass(frozen=True, eq=False)
class Shape:
    """The atrium, from scan to print, and the truth that the sample knows."""

    heart: "SampleHeart"
    labels: LabelMap
    lumen: Solid
    model: PrintedModel
    plan: Plan

    def summary(self) -> dict[str, Any]:
        """The print's check and the plan's measures."""
        return self.model.check.summary() | {
            "ostium": vars(self.plan.ostium),
            "depth_mm": self.plan.depth_mm,
            "devices": [f"{d.name} {d.size_mm:g} mm" for d in self.plan.devices],
        }


def make_shape(folder: Path, scale: Scale, *, seed: int, stage: "Stage") -> Shape:
    """Scan → labels → lumen → wall with open vessels → print files and plan."""
    from heartwright.anatomy.imaging import write_labels, write_volume
    from heartwright.anatomy.mesh import Opening, surface_from_labels
    from heartwright.anatomy.segment import segment
    from heartwright.planning.laa import plan
    from heartwright.printing import Part, write_3mf, write_stl
    from heartwright.samples.heart import heart

    with stage("Scanning the sample heart"):
        sample = heart(seed=seed, spacing_mm=scale.voxel_mm)
        sites = sample.sites
    with stage("Segmenting the left atrium"):
        labels = segment(sample.scan, lower=sites.lower_hu, seeds=sites.seeds, box=sites.box)
        lumen = surface_from_labels(labels, 1, scan=sample.scan, name="left atrium")
    with stage("Building the wall"):
        veins = [Opening(plane.point, plane.normal) for plane in sites.openings.values()]
        model = walled(lumen, wall_mm=WALL_MM, openings=veins)
    with stage("Measuring the appendage"):
        proposal = plan(lumen, sites.ostium)

    with stage("Writing print files"):
        write_volume(sample.scan, folder / "scan.nrrd", force=True)
        write_labels(labels, folder / "labels.nrrd", force=True)
        part = Part(model.wall.solid, name="left atrial wall", colour=WALL_COLOUR)
        write_3mf([part], folder / "heart.3mf", force=True)
        write_stl(model.wall.solid, folder / "heart.stl", force=True)
        write_json(proposal, folder / "plan.json", force=True)
    return Shape(sample, labels, lumen, model, proposal)
