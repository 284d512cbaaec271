"""The rhythm: how the heart fires. Cells, tissue, recordings, and models learned from them."""
