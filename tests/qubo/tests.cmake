lehr_test(qubo/test_model)
