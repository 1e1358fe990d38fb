"""Experiments on devices, compared with the analytic predictions."""
