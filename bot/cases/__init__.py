"""After-sales cases: what they are, how they move, the rules that judge them. Pure: no I/O, no clock."""
