lehr_test(solvers/test_exhaustive)
