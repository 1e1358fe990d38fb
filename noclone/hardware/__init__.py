"""What the ``noclone hardware`` commands do: predictions, runs, comparisons with data, published figures, reports."""
