"""Aortic root: annulus, sinuses, coronaries, valve sizes and published risks. Research use only."""

from heartwright.planning.aortic.calcium import CalciumBody, CalciumLabel
from heartwright.planning.aortic.findings import typed_measures
from heartwright.planning.aortic.join import joined
from heartwright.planning.aortic.plan import Request, plan

__all__ = ["CalciumBody", "CalciumLabel", "Request", "joined", "plan", "typed_measures"]
