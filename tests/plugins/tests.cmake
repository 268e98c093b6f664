# The plugins that misbehave are built where no search path leads.
set(evil_folder ${PROJECT_BINARY_DIR}/tests/evil)
file(GLOB evil_sources CONFIGURE_DEPENDS plugins/evil_*.c)
foreach(source ${evil_sources})
  string(REGEX REPLACE ".*/evil_(.*)\\.c" "\\1" name ${source})
  add_library(evil_${name} MODULE ${source})
  target_include_directories(evil_${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  set_target_properties(evil_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name} SUFFIX .lehr.so
    LIBRARY_OUTPUT_DIRECTORY ${evil_folder})
  list(APPEND evil_targets evil_${name})
endforeach()
target_link_libraries(evil_fpu PRIVATE m)

foreach(test files template evil)
  lehr_test(plugins/test_${test})
  target_compile_definitions(plugins_test_${test} PRIVATE EVIL_FOLDER="${evil_folder}"
    TEMPLATE_PLUGIN="$<TARGET_FILE:plugin_template>")
  add_dependencies(plugins_test_${test} plugin_template ${evil_targets})
endforeach()

if(NOT CMAKE_C_FLAGS MATCHES "sanitize|coverage") # which export symbols of their own
  add_test(NAME plugins/exports COMMAND ${CMAKE_COMMAND} -DNM=${CMAKE_NM}
    -DPLUGIN=$<TARGET_FILE:plugin_template> -P ${CMAKE_CURRENT_SOURCE_DIR}/plugins/exports.cmake)
  set_tests_properties(plugins/exports PROPERTIES LABELS unit)
endif()

add_test(NAME plugins/cli
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/plugins/cli.sh $<TARGET_FILE:lehr> ${evil_folder})
set_tests_properties(plugins/cli PROPERTIES LABELS cli TIMEOUT 600)
