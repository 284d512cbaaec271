"""How many patients would show what the review's trials suggest."""

from dataclasses import dataclass

from heartwright.studies.statistics import paired_sample_size, pairings, unpaired_sample_size

POWER = 0.8  # at a two-sided level of 5 %


@dataclass(frozen=True)
class Trial:
    """A question, and the patients that it takes."""

    question: str
    design: str
    assumed: str
    patients: int


def trials() -> tuple[Trial, ...]:
    """For what is not shown, or not as printed; the trials' own shares taken as true."""
    paired = [
        Trial(
            "print against CT: agreement with the inserted device, 95 vs 77 %",
            "both in every patient, exact McNemar",
            f"of 22, only the print right in {pair.first_only}, only CT in {pair.second_only}",
            paired_sample_size(pair.first_only / 22, pair.second_only / 22, goal=POWER),
        )
        for pair in pairings(21, 17, 22)
    ]
    arms = unpaired_sample_size(1 / 21, 14 / 51, goal=POWER)
    return (
        *paired,
        Trial(
            "leaks with and without the print, 5 vs 27 %",
            "two arms, normal test",
            "1/21 and 14/51",
            2 * arms,
        ),
    )
