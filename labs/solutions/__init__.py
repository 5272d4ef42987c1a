"""Answers to the questions of each lab, and a way to find its hidden value."""
