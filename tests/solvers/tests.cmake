lehr_test(solvers/test_exhaustive)
lehr_test(solvers/test_solve)
lehr_test(solvers/test_anneal)
lehr_test(solvers/test_edges)
