"""Max against average pooling: answers.

1. Above it with irregular spikes: who has fired most so far leads because it has fired more than its rate says.
2. More than the common rate: the lead changes to whoever fires, and the gate picks the luckiest.
3. Where one strong input stands among silent ones, as edges do: the average is a quarter. Train with average pooling.
4. The average. A gate must count and compare.

Exercise: four times the average minus the three known rates; a whole number of spikes is half a spike too small.
"""


def estimate(lab):
    """Return the hidden rate."""
    return float(4 * (lab["pooled_spikes"].sum() + 0.5) / 200 - 0.6)
