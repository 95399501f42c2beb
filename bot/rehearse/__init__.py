"""Scripted conversations played against the real engine, store and knowledge, on a test clock."""
