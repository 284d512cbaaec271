"""What is read off an action potential: one definition each, for many traces at once."""

from heartwright.electro.measures.activation import activation_time
from heartwright.electro.measures.duration import apd
from heartwright.electro.measures.restitution import restitution

__all__ = ["activation_time", "apd", "restitution"]
