"""Networks that other people trained: what they are called, and what their labels mean."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A task of TotalSegmentator (doi:10.1148/ryai.230024) and its labels of heart and vessels."""

    name: str
    labels: Mapping[int, str]  # others of its labels are left out


# Numbers from its class map (wasserth/TotalSegmentator, totalsegmentator/map_to_binary.py).
TASKS = {
    "total": Task(
        "total",
        {
            51: "heart",
            52: "aorta",
            53: "pulmonary vein",
            54: "brachiocephalic trunk",
            61: "appendage",
            62: "superior vena cava",
            63: "inferior vena cava",
        },
    ),
    "heart-chambers": Task(
        "heartchambers_highres",  # needs a licence of its own, free for research
        {
            1: "myocardium",
            2: "left atrium",
            3: "left ventricle",
            4: "right atrium",
            5: "right ventricle",
            6: "aorta",
            7: "pulmonary artery",
        },
    ),
    "coronary-arteries": Task("coronary_arteries", {1: "coronary arteries"}),
}
