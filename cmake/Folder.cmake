# lehr_folder(NAME SOURCES ... [USES targets]): one OBJECT library per folder. All of them together
# make liblehr (Library.cmake).
function(lehr_folder name)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
  add_library(lehr_${name} OBJECT ${ARG_SOURCES})
  target_include_directories(lehr_${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(lehr_${name} PRIVATE ${ARG_USES} OpenMP::OpenMP_C)
  set_property(GLOBAL APPEND PROPERTY LEHR_FOLDERS lehr_${name})
  set_property(GLOBAL APPEND PROPERTY LEHR_USES ${ARG_USES})
endfunction()
