"""After-sales assistant for online shops: buyers are answered, open cases, and reach a person."""

import os

# On a machine busy with other work BLAS threads wait for one another: a fit of four seconds was seen to take 132.
# The matcher's matrices are small, so one thread loses little; whoever sets the variable keeps their choice.
# It has to be set before numpy is first imported, wherever that is.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
