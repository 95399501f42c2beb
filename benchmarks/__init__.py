"""Measurements of the product, beside what else could be used. Not installed with it.

Linear algebra gets one thread, before numpy is loaded: on a busy machine several wait for each other, for minutes.
"""

import os

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
for _name in THREADS:
    os.environ.setdefault(_name, "1")
