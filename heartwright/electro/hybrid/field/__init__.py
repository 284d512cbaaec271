"""APHYN-EP in two dimensions: learned from movies with diffusion inside, and run in tissue."""

from heartwright.electro.hybrid.field.forecast import FieldForecast, forecast_field
from heartwright.electro.hybrid.field.learn import learn_field
from heartwright.electro.hybrid.field.settings import FieldSettings

__all__ = ["FieldForecast", "FieldSettings", "forecast_field", "learn_field"]
