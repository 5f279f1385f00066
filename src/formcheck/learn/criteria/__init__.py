"""Whether each criterion of one repetition is satisfied, learnt from 16 instants of it in two views."""
