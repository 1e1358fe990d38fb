"""The theorem book: classic theorems with executed proofs, and what breaks without each hypothesis."""
