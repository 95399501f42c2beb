"""The conversation: messages in, effects out. Pure: `decide` is the one door, no I/O, no clock, no network."""
