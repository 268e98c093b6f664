# Tests of the house itself: who may include whom, what the library may do, what it exports.
set(house ${CMAKE_CURRENT_SOURCE_DIR}/house)
add_test(NAME house/floors COMMAND ${house}/floors.sh ${PROJECT_SOURCE_DIR})
find_program(CXX_COMMAND NAMES c++ g++ clang++)
add_test(NAME house/headers
  COMMAND ${house}/headers.sh ${CMAKE_C_COMPILER} ${PROJECT_SOURCE_DIR}/include ${CXX_COMMAND})
set_tests_properties(house/floors house/headers PROPERTIES LABELS unit)

# Instrumented objects carry variables and symbols of their own.
if(NOT CMAKE_C_FLAGS MATCHES "sanitize|coverage")
  add_test(NAME house/library COMMAND ${house}/library.sh ${CMAKE_NM} ${CMAKE_OBJDUMP}
    $<TARGET_FILE:lehr_static>)
  set(symbols ${house}/symbols.sh ${CMAKE_NM} $<TARGET_FILE:lehr_shared> ${house}/symbols.txt)
  add_test(NAME house/symbols COMMAND ${symbols})
  add_custom_target(update-symbols COMMAND ${symbols} --update)
  set_tests_properties(house/library house/symbols PROPERTIES LABELS unit)
  lehr_test(house/test_subnormals)
  target_compile_definitions(house_test_subnormals PRIVATE
    LEHR_LIBRARY="$<TARGET_FILE:lehr_shared>")
endif()
