"""Finding proofs of bounds, which the kernel then replays."""
