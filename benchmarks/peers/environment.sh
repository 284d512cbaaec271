#!/bin/sh
# The environment of torchdiffeq_aphyn.py. PyTorch is Debian's CPU build, since the one that pip
# gives on Linux brings gigabytes of CUDA; OpenBLAS, because Debian's reference BLAS would not be fair.
set -eu
cd "$(dirname "$0")/../.."
apt-get update -qq
apt-get install -y -qq --no-install-recommends \
    python3-torch=1.13.1* libopenblas0-pthread python3-scipy python3-venv
/usr/bin/python3 -m venv --system-site-packages .venv-peers
.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
    torchdiffeq==0.2.5
