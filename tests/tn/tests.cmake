lehr_test(tn/test_network)
lehr_test(tn/test_program)
lehr_test(tn/test_minplus)
lehr_test(tn/test_order)
