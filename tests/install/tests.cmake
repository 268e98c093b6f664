# An instrumented library cannot be linked by programs that are not.
if(NOT CMAKE_C_FLAGS MATCHES "sanitize|coverage")
  add_test(NAME install/consumers COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/install.sh
    ${CMAKE_COMMAND} ${CMAKE_C_COMPILER} ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  set_tests_properties(install/consumers PROPERTIES LABELS install TIMEOUT 600)
endif()
add_test(NAME install/faces COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/faces.sh
  $<TARGET_FILE:lehr> ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
set_tests_properties(install/faces PROPERTIES LABELS install TIMEOUT 600)
