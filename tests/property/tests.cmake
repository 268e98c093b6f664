lehr_test(property/test_engines LABEL property)
lehr_test(property/test_threads LABEL property)
lehr_test(property/test_tight_memory LABEL property)
lehr_test(property/test_ranges LABEL property)
lehr_test(property/test_teams LABEL property)
lehr_test(property/test_repeats LABEL property USES PkgConfig::JANSSON)
lehr_test(property/test_api_sequences LABEL property)
add_test(NAME property/environment
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/property/environment.sh $<TARGET_FILE:lehr>)
set_tests_properties(property/environment PROPERTIES LABELS property TIMEOUT 600)
add_test(NAME property/compilers CONFIGURATIONS long
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/property/compilers.sh $<TARGET_FILE:lehr>
    ${PROJECT_SOURCE_DIR})
set_tests_properties(property/compilers PROPERTIES LABELS property TIMEOUT 1800)
lehr_test(property/test_invariances LABEL property)
