"""Teaching labs: one marimo app a topic, which `brainnet lab NAME` opens."""
