"""How a measure says what it should have been."""


def against(value: float) -> str:
    """The sample's true value, as a note beside the measured one."""
    return f"truth {value:.1f}"
