lehr_test(base/test_number)
lehr_test(base/test_philox)
