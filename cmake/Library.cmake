# liblehr: the shared one exports lehr_* only; the static one is what the command and tests link.
get_property(folders GLOBAL PROPERTY LEHR_FOLDERS)
get_property(uses GLOBAL PROPERTY LEHR_USES)
list(REMOVE_DUPLICATES uses)
set(objects)
foreach(folder ${folders})
  list(APPEND objects $<TARGET_OBJECTS:${folder}>)
endforeach()

add_library(lehr_shared SHARED ${objects})
add_library(lehr_static STATIC ${objects})
set_target_properties(lehr_shared lehr_static PROPERTIES OUTPUT_NAME lehr)
set_target_properties(lehr_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0
  EXPORT_NAME lehr LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/lehr.map)
set_target_properties(lehr_static PROPERTIES EXPORT_NAME lehr_static)
target_link_options(lehr_shared PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/lehr.map
  -Wl,-z,relro -Wl,-z,now -Wl,--as-needed)
foreach(library lehr_shared lehr_static)
  target_include_directories(${library} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${library} PRIVATE ${uses} OpenMP::OpenMP_C m ${CMAKE_DL_LIBS})
endforeach()
add_library(lehr::lehr ALIAS lehr_shared)
