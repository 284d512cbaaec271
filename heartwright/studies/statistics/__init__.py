"""Agreement, accuracy, tests and sample sizes, each from its paper."""

from heartwright.studies.statistics.concordance import (
    BlandAltman,
    bland_altman,
    concordance,
    intraclass,
)
from heartwright.studies.statistics.diagnostic import Accuracy, Confusion, accuracy
from heartwright.studies.statistics.grim import (
    counts_of_percentage,
    samples_of_counts,
    totals,
    totals_that_fit,
)
from heartwright.studies.statistics.groups import (
    Shares,
    Summary,
    correlation,
    mann_whitney,
    share_tests,
    welch,
)
from heartwright.studies.statistics.interval import Interval
from heartwright.studies.statistics.kappa import crossed, kappa, ranks
from heartwright.studies.statistics.paired import Discordance, mcnemar, pairings, power
from heartwright.studies.statistics.proportions import clopper_pearson, wilson
from heartwright.studies.statistics.roc import (
    bootstrap,
    curve,
    delong,
    delong_difference,
    hanley_mcneil,
    hanley_mcneil_error,
)
from heartwright.studies.statistics.sample_size import paired_sample_size, unpaired_sample_size

__all__ = [
    "Accuracy",
    "BlandAltman",
    "Confusion",
    "Discordance",
    "Interval",
    "Shares",
    "Summary",
    "accuracy",
    "bland_altman",
    "bootstrap",
    "clopper_pearson",
    "concordance",
    "correlation",
    "counts_of_percentage",
    "crossed",
    "curve",
    "delong",
    "delong_difference",
    "hanley_mcneil",
    "hanley_mcneil_error",
    "intraclass",
    "kappa",
    "mann_whitney",
    "mcnemar",
    "paired_sample_size",
    "pairings",
    "power",
    "ranks",
    "samples_of_counts",
    "share_tests",
    "totals",
    "totals_that_fit",
    "unpaired_sample_size",
    "welch",
    "wilson",
]
