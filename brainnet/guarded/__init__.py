"""Files from anywhere, read with bounds on memory that hold before anything is unpacked, and nothing unpickled."""
