"""The slides of somebody's life: which, how long, in what order, with which words."""
