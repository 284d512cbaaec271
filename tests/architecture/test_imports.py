"""What importing costs."""

import subprocess
import sys


def _modules_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint(' '.join(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_root_imports_nothing_but_python():
    added = _modules_after("import heartwright") - _modules_after("pass")
    assert added == {"heartwright"}


def test_the_command_line_starts_without_heavy_libraries():
    heavy = {"jax", "vtk", "pyvista", "matplotlib", "xarray", "pydicom", "trimesh", "scipy"}
    assert not heavy & _modules_after("import heartwright.cli")
