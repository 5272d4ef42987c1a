"""How progress bars look."""

__all__ = ["BAR"]

# For a total of 1: what is done, and the time that remains.
BAR = "{percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
