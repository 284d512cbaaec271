"""Do the data ask for a residual? The Bayesian information criterion's answer.

A residual always lowers the misfit a little, because it also follows noise. By Schwarz's criterion
(1978, doi:10.1214/aos/1176344136) it is worth having where

    n log(σ²_physics / σ²_hybrid)  >  γ log n

with n frames measured and γ the number of its weights that the data determine (MacKay 1992,
doi:10.1162/neco.1992.4.3.415), because most weights of a network are redundant.
"""

import numpy as np

from heartwright.electro.hybrid.newton.fit import Point, Problem, curvature

NOT_MEASURED = 1e-6  # × the largest eigenvalue: what sums in single precision cannot tell from 0


def residual_is_asked_for(physics: Point, hybrid: Point, problem: Problem) -> bool:
    """Whether the hybrid's fit is better than the physics' by more than its freedom explains.

    Args:
        physics: the best fit without a residual.
        hybrid: the best fit with it.
        problem: what was solved for it.
    """
    frames = float(np.asarray(problem.observed.weights, np.float64).sum())
    gain = frames * np.log(physics.noise / hybrid.noise)
    return bool(gain > max(weights_determined(problem, hybrid), 1.0) * np.log(frames))


def weights_determined(problem: Problem, at: Point) -> float:
    """γ = tr H⁻¹(H − κ R) over the weights, where anything determines them.

    H is the curvature of everything and κ R what the penalty adds to it.
    """
    weights = problem.weights
    penalised = problem.equations(at, weight=0.0, penalty=at.penalty).A[weights, weights]
    known = curvature(problem, at).schur()
    diagonal = np.diag(known)
    scale = np.sqrt(np.maximum(diagonal, NOT_MEASURED**2 * diagonal.max()))
    values, directions = np.linalg.eigh(known / np.outer(scale, scale))
    kept = directions[:, values > NOT_MEASURED * values.max()][weights]
    held = values[values > NOT_MEASURED * values.max()]
    inverse = (kept / held) @ kept.T / np.outer(scale[weights], scale[weights])
    return float((kept**2).sum() - np.sum(inverse * penalised))
