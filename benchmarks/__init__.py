"""Benchmarks: whole processes beside a floor and a peer in the same run. `make bench` writes docs/benchmarks.md."""
