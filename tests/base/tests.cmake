lehr_test(base/test_number)
lehr_test(base/test_philox)
lehr_test(base/test_civil)
lehr_test(base/test_timezone)
