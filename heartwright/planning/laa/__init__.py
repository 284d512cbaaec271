"""Left atrial appendage: where it is measured, and the occluders that fit. Research use only."""

from heartwright.planning.laa.access import Access
from heartwright.planning.laa.findings import about_filling, about_thrombus
from heartwright.planning.laa.ostium import rim
from heartwright.planning.laa.plan import Known, plan

__all__ = ["Access", "Known", "about_filling", "about_thrombus", "plan", "rim"]
