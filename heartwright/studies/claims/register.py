"""Every figure of the review, where it stands, and what it can be recomputed from.

The review is on 3-D printing in interventional cardiology; its numbers in brackets are those of its
references. `TEXT` and `TABLE` are places in the review; `ABSTRACT` is a study's own abstract, which
the review does not print. No verdict stands here: they follow from the inputs.
"""

from heartwright.studies.claims.checks import (
    AreaDifference,
    AreaInterval,
    Correlation,
    CountDifference,
    Hours,
    MeanDifference,
    NotPrinted,
    PairedShares,
    Percentage,
    Ratio,
    Same,
    ShareDifference,
    TestAccuracy,
)
from heartwright.studies.claims.claim import Claim
from heartwright.studies.statistics import Confusion, Shares

TEXT, TABLE, BOTH = "text", "Table 1", "text and Table 1"
ABSTRACT = "the study's abstract; not in the review"

HELL, LI, LIU = "Hell et al. [12]", "Li et al. [13]", "Liu et al. [44]"
GOITEIN, ENG = "Goitein et al. [11]", "Eng et al. [14]"
CIOBOTARU, RIPLEY, QIAN = "Ciobotaru et al. [15]", "Ripley et al. [24]", "Qian et al. [25]"

ENG_ARMS = ((12, 12), (12, 11))  # as randomised; as 27 % asks for
LEAKED, DRY = 15, 40  # of the 55, the study's abstract

CLAIMS = (
    Claim(
        "Review [2]",
        TEXT,
        "45.2 % of papers were on orthopaedics, 3.5 % on cardiovascular medicine",
        NotPrinted("the number of papers is not printed"),
    ),
    Claim(HELL, BOTH, "95 % (21/22): print and inserted device agree", Percentage("95", 22, 21)),
    Claim(HELL, BOTH, "55 %: TOE and inserted device agree", Percentage("55", 22)),
    Claim(HELL, BOTH, "77 %: CT and inserted device agree", Percentage("77", 22)),
    Claim(HELL, BOTH, "patients", Same(((TEXT, 22), (TABLE, 29)))),
    Claim(HELL, TABLE, "95 % of the table's n = 29", Percentage("95", 29)),
    Claim(
        HELL,
        BOTH,
        "the print agrees more often than TOE (no p)",
        PairedShares("<0.05", 21, 12, 22),
        stated=False,
    ),
    Claim(
        HELL,
        BOTH,
        "the print agrees more often than CT (no p)",
        PairedShares("<0.05", 21, 17, 22),
        stated=False,
    ),
    Claim(
        HELL,
        ABSTRACT,
        "compression in print and patient: r = 0.622, p = 0.003",
        Correlation(0.622, "0.003", (22, 21)),
    ),
    Claim(
        LI,
        TABLE,
        "561.4 ± 25.3 vs 651.6 ± 32.1 mGy, p < 0.05",
        MeanDifference("<0.05", (561.4, 25.3), (651.6, 32.1), ((21, 21), (22, 22))),
        note="The text calls this a slim reduction.",
    ),
    Claim(LI, BOTH, "patients", Same((("text", 42), ("two groups of 21", 42), (TABLE, 44)))),
    Claim(
        LI,
        BOTH,
        "no leak of 21 with the print, three mild ones without (no p)",
        ShareDifference("<0.05", (Shares(0, 21, 3, 21), Shares(0, 22, 3, 22))),
        stated=False,
    ),
    Claim(
        LI,
        TEXT,
        "device significantly larger than by angiography",
        NotPrinted("neither sizes nor a p value are printed"),
    ),
    Claim(LIU, TABLE, "100 %: print and selected device agree (n = 8)", Percentage("100", 8, 8)),
    Claim(
        GOITEIN,
        TABLE,
        "r = 0.78 (Amplatzer) vs 0.32 (WATCHMAN)",
        NotPrinted("the patients' sizes and each device's number of patients are not printed"),
        note="The study's abstract calls these concordance coefficients: .8 (.5 to 1.0) and "
        ".3 (−.13 to .76).",
    ),
    Claim(
        GOITEIN,
        BOTH,
        "aborted procedures foreseen",
        Same((("text and Table 1", 2), ("the study's abstract", 3))),
    ),
    Claim(ENG, TEXT, "90 %: first device right, 3D-CT", Percentage("90", 12)),
    Claim(ENG, TABLE, "92 %: single device used, 3D-CT", Percentage("92", 12)),
    Claim(ENG, BOTH, "27 %: single device used, controls", Percentage("27", 12)),
    Claim(ENG, BOTH, "first device right, 3D-CT, per cent", Same(((TEXT, 90), (TABLE, 92)))),
    Claim(
        ENG,
        TABLE,
        "92 vs 27 %, p < 0.05",
        ShareDifference("<0.05", (Shares(11, 12, 3, 11), Shares(11, 12, 3, 12))),
    ),
    Claim(
        ENG,
        TABLE,
        "1.3 ± 0.7 vs 2.5 ± 1.2 devices, p < 0.05",
        MeanDifference("<0.05", (1.3, 0.7), (2.5, 1.2), ENG_ARMS),
    ),
    Claim(
        ENG,
        TABLE,
        "1 vs 1.7 ± 0.8 guiding catheters, p < 0.05",
        NotPrinted("the first group's spread is not printed"),
    ),
    Claim(
        ENG,
        BOTH,
        "55 ± 17 vs 73 ± 24 min, p < 0.05",
        MeanDifference("<0.05", (55, 17), (73, 24), ENG_ARMS),
    ),
    Claim(
        CIOBOTARU,
        "text; interval and counts: abstract",
        "area 0.88 (0.77 to 0.99) for the mismatch",
        AreaInterval(0.88, 0.77, 0.99, LEAKED, DRY),
    ),
    Claim(
        CIOBOTARU,
        TEXT,
        "the mismatch foretells leaks better than CT: area 0.88 vs 0.53 (no p)",
        AreaDifference("<0.05", 0.88, 0.53, LEAKED, DRY),
        stated=False,
    ),
    Claim(
        CIOBOTARU,
        TEXT,
        "the mismatch foretells leaks better than TOE: area 0.88 vs 0.60 (no p)",
        AreaDifference("<0.05", 0.88, 0.60, LEAKED, DRY),
        stated=False,
    ),
    Claim(
        CIOBOTARU,
        TABLE,
        "1.05 ± 0.21 vs 1.20 ± 0.52 prostheses, p = 0.04",
        CountDifference("0.04", ("1.05", "0.21"), ("1.20", "0.52"), ((21, 51), (21, 55))),
    ),
    Claim(CIOBOTARU, TABLE, "5 %: leaks with the print", Percentage("5", 21)),
    Claim(CIOBOTARU, TABLE, "27 %: leaks without", Percentage("27", 51)),
    Claim(
        CIOBOTARU,
        TABLE,
        "leaks 5 vs 27 %, p < 0.01",
        ShareDifference("<0.01", (Shares(1, 21, 14, 51), Shares(1, 21, 15, 55))),
    ),
    Claim(CIOBOTARU, TEXT, "25 %: off-axis, retrospective series", Percentage("25", 55)),
    Claim(
        CIOBOTARU,
        TEXT,
        "off-axis position 5 vs 25 %, p < 0.01",
        ShareDifference("<0.01", (Shares(1, 21, 14, 55),)),
    ),
    Claim(
        CIOBOTARU,
        TABLE,
        "fluoroscopy 13.5 vs 19.0 min, p = 0.012",
        NotPrinted("two numbers without a spread"),
    ),
    Claim(
        CIOBOTARU,
        TEXT,
        "threefold decrease, 1978 vs 7921 mGy·cm²",
        Ratio(3, 1978, (("the review's 7921", 7921), ("the abstract's 7291", 7291))),
    ),
    Claim(
        CIOBOTARU,
        TEXT,
        "another puncture site in up to half of the anatomies",
        NotPrinted("no count is printed"),
    ),
    Claim(
        "Review [20, 21]",
        TEXT,
        "excellent correlation of gradient and area, eight prints",
        NotPrinted("no coefficient is printed"),
    ),
    Claim(
        RIPLEY,
        BOTH,
        "leak found in 6 of 9, excluded in 5 of 7 (n = 16)",
        TestAccuracy(Confusion(6, 3, 2, 5), 16),
    ),
    Claim(
        RIPLEY,
        BOTH,
        "the print tells who leaks (no p)",
        ShareDifference("<0.05", (Shares(6, 9, 2, 7),)),
        stated=False,
    ),
    Claim(
        QIAN,
        TEXT,
        "bulge index second-best predictor of leak, 18 phantoms",
        NotPrinted("no number is printed for any predictor"),
    ),
    Claim(
        QIAN,
        "the study; not in the review [unverified]",
        "place of the leak right in 9 of 12 (75 %)",
        Percentage("75", 12, 9),
    ),
    Claim(
        "Review, discussion",
        TEXT,
        "15 min and 10 h for 10 models, $150–200 each; own experience 24–48 h: time is reduced",
        Hours(0.25, 10.0, 10, (24.0, 48.0), (150.0, 200.0)),
    ),
)
