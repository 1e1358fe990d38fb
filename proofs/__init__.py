"""Claims, verdicts, and the provers that search for what the kernel replays."""
