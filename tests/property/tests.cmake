lehr_test(property/test_engines LABEL property)
lehr_test(property/test_threads LABEL property)
lehr_test(property/test_api_sequences LABEL property)
