"""From a buyer's text to what it is about: topics, language, signals, and the facts it holds. Pure."""

import os

# On a machine busy with other work BLAS threads wait for one another: a fit of four seconds was seen to take 132.
# The matrices here are small, so one thread loses little; whoever sets the variable keeps their choice.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
