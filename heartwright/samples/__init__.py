"""Embedded defaults, made by code, with their truth known."""
