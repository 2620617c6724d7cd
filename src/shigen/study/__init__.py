"""One run of it all: the study file, the way through it, and the trace of every figure."""
