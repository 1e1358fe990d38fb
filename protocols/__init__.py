"""Protocol families: circuits, parties, recoveries, and what is claimed of them."""
