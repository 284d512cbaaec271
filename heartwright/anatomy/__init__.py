"""How the heart is shaped: images, labels and meshes, in LPS millimetres."""
