# A plugin exports lehr_plugin_v1 and nothing else.
execute_process(COMMAND ${NM} -D --defined-only --format=just-symbols ${PLUGIN}
  OUTPUT_VARIABLE symbols OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT symbols STREQUAL "lehr_plugin_v1")
  message(FATAL_ERROR "${PLUGIN} exports: ${symbols}")
endif()
