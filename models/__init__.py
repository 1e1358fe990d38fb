"""What a system is: circuits, gate lists, stabilizer groups. No claims and no verdicts."""
