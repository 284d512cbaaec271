"""Named experiments with their tables and figures: one study, one package."""
