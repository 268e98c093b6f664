lehr_test(fault/test_batch_faults LABEL fault TIMEOUT 600)
lehr_test(fault/test_hdf5_hostile LABEL fault TIMEOUT 900)
add_test(NAME fault/test_hdf5_hostile_5000 CONFIGURATIONS long COMMAND fault_test_hdf5_hostile)
set_tests_properties(fault/test_hdf5_hostile_5000 PROPERTIES LABELS slow TIMEOUT 7200
  ENVIRONMENT LEHR_TRIALS=5000)
