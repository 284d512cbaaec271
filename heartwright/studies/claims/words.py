"""Numbers as the table of claims writes them."""

from collections.abc import Callable

from heartwright.studies.statistics import Interval


def percent(share: float) -> str:
    """A share in per cent, one decimal."""
    return f"{100 * share:.1f}"


def plain(number: float) -> str:
    """Two decimals, a true minus sign."""
    return f"{number:.2f}".replace("-", "−")


def signed(number: float) -> str:
    """Three significant digits, a true minus sign."""
    return f"{number:.3g}".replace("-", "−")


def chance(p: float) -> str:
    """A p value: three decimals, two digits below 0.001."""
    return f"{p:.3f}" if p >= 0.001 else f"{p:.1e}".replace("e-0", "e-").replace("-", "−")


def span(interval: Interval, write: Callable[[float], str] = plain, *, value: bool = False) -> str:
    """The limits, after the value itself where asked for."""
    if interval.low is None or interval.high is None:
        return write(interval.value)
    limits = f"{write(interval.low)} to {write(interval.high)}"
    return f"{write(interval.value)} ({limits})" if value else limits
