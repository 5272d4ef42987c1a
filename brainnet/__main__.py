"""`python -m brainnet` is the command `brainnet`."""

from brainnet.cli import main

if __name__ == "__main__":
    main(prog_name="brainnet")
