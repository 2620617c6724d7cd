"""What a figure means: the supply chain, its indicators, their scores."""
