lehr_test(io/test_hdf5_util USES lehr_hdf5)
