"""Dates that are moved by whole days, so that the time between them stays."""

from datetime import date, datetime, timedelta

_DATE = "%Y%m%d"


def shifted(text: str, representation: str, days: int) -> str:
    """A date (DA) or moment (DT) so many days earlier; a time of day (TM) as it is.

    Args:
        text: as DICOM writes it: YYYYMMDD, then the time of day and the zone in a moment.
        representation: DA, DT or TM.
        days: how many.

    Returns:
        The text; empty where it is no date of the calendar, or only a part of one.
    """
    if representation == "TM":
        return text if text.replace(".", "", 1).isdigit() else ""
    day, rest = text.strip()[:8], text.strip()[8:]
    if representation == "DA" and rest:
        return ""
    if rest.strip("0123456789.+-"):
        return ""
    try:
        moved = datetime.strptime(day, _DATE).date() - timedelta(days=days)
    except (ValueError, OverflowError):
        return ""
    return f"{_text(moved)}{rest}"


def _text(day: date) -> str:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"
