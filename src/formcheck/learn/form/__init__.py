"""Right or wrong, learnt from repetitions that somebody has labelled: what is seen of one, the judge, the protocols."""
