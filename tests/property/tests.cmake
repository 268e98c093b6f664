lehr_test(property/test_engines LABEL property)
