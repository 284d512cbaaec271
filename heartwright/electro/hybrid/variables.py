"""What is learned, and the model that it makes."""

import equinox as eqx
from jaxtyping import Array, Float

from heartwright.electro.hybrid.bounds import bounded, unbounded
from heartwright.electro.hybrid.model import Hybrid
from heartwright.electro.hybrid.published import Physics, Published
from heartwright.electro.hybrid.residual import AbstractResidual, NoResidual, initial_residual


class Variables(eqx.Module):
    """Everything the optimiser moves."""

    parameters: dict[str, Float[Array, ""]]  # unbounded numbers, see `bounds`
    residual: AbstractResidual
    physics: Physics = eqx.field(static=True)

    def model(self) -> Hybrid:
        """The cell that these variables describe; what is not learned keeps the paper's value."""
        bounds = self.physics.bounds
        values = {name: bounded(bounds[name], number) for name, number in self.parameters.items()}
        return Hybrid(physics=self.physics(**values), residual=self.residual)


def initial_variables(settings: Published) -> Variables:
    """Mitchell & Schaeffer's own parameters, and a residual that is (almost) nothing."""
    defaults = settings.physics()
    return Variables(
        parameters={
            name: unbounded(defaults.bounds[name], getattr(defaults, name))
            for name in settings.learned
        },
        residual=NoResidual() if settings.physics_only else initial_residual(seed=settings.seed),
        physics=settings.physics,
    )
