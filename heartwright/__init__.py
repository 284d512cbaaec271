"""A patient's heart, made twice: once as a thing you can hold, once as a thing that beats.

The package root imports nothing heavy. Import the part that you need:

* `heartwright.data`: the records that every part hands to the next;
* `heartwright.anatomy`, `heartwright.printing`, `heartwright.planning`: the shape;
* `heartwright.electro`: the rhythm;
* `heartwright.twin`: where they meet;
* `heartwright.flows`: whole jobs, as the command line runs them.

Research use only: nothing here is a medical device.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
