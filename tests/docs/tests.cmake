set(docs ${CMAKE_CURRENT_SOURCE_DIR}/docs)
add_test(NAME docs/readme
  COMMAND ${docs}/readme.sh $<TARGET_FILE:lehr> ${PROJECT_SOURCE_DIR}/README.md
    ${PROJECT_SOURCE_DIR}/docs/formats.md ${PROJECT_SOURCE_DIR}/docs/engines.md
    ${PROJECT_SOURCE_DIR}/docs/series.md)
add_test(NAME docs/example COMMAND ${docs}/example.sh ${PROJECT_SOURCE_DIR})
add_test(NAME docs/tables COMMAND ${docs}/tables.sh $<TARGET_FILE:lehr> ${PROJECT_SOURCE_DIR})
set_tests_properties(docs/readme docs/example docs/tables PROPERTIES LABELS cli TIMEOUT 600)
