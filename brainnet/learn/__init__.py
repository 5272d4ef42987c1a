"""Training procedures that are more than a synapse's equations."""
