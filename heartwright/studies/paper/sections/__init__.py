"""The parts of the study's page."""
