lehr_test(qubo/test_model)
lehr_test(qubo/test_series)
lehr_test(qubo/test_components)
lehr_test(qubo/test_synthetic)
