"""The rules, one function for each sentence that staff would say. A "no" is a `Refusal`, a "yes" is None."""
