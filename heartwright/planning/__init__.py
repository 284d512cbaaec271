"""Solid → Plan: measures of a site and the devices that fit it. Research use only."""
