# Scripts that run the command; each gets its path and works in a folder of its own.
foreach(script batch environment exact forecast interrupt invalid solve streams usage)
  add_test(NAME cli/${script}
    COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cli/${script}.sh $<TARGET_FILE:lehr>)
  set_tests_properties(cli/${script} PROPERTIES LABELS cli TIMEOUT 600)
endforeach()
add_test(NAME cli/demo
  COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/cli/demo.sh $<TARGET_FILE:lehr>)
set_tests_properties(cli/demo PROPERTIES LABELS slow TIMEOUT 600 SKIP_RETURN_CODE 77)
