"""The first page: what the library holds, what to do next, where the photos come from."""
