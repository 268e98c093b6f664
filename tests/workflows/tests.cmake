lehr_test(workflows/test_backtest)
lehr_test(workflows/test_metrics)
lehr_test(workflows/test_regression)
lehr_test(workflows/test_vic_elec LABEL slow)
