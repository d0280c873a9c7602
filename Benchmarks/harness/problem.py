class Problem(Exception):
    """Something that ends the benchmark, in words for whoever started it."""
