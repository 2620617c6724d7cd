"""Documents on paper, as PDF: the report from the list of blocks, and a brief of one page a mineral."""
