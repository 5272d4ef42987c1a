"""Published figures drawn again, one file each; found by name through `brainnet.figures`."""
