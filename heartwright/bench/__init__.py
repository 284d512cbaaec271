"""Virtual bench tests on the solid that is printed. Research use only."""
