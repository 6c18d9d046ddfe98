"""Where a model fails: subgroups, slices, unusual samples, effects that contradict what is known, and what it leaves undecided."""
