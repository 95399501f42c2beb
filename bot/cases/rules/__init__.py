"""The rules, one function for each sentence that staff would say; sums, dates and lists come back as values.

A rule that may say no returns a `Refusal`, and None for a yes.
"""
