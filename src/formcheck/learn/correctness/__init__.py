"""How correct a repetition is, learnt from graded faults, for any subset of cameras, sensors and a thermal camera."""
