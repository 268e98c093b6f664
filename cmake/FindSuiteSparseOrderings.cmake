# AMD, CAMD and COLAMD of SuiteSparse; Debian 12 ships neither a CMake config nor a .pc for them.
find_path(SUITESPARSE_ORDERINGS_INCLUDE_DIR colamd.h PATH_SUFFIXES suitesparse)
set(orderings)
foreach(name AMD CAMD COLAMD)
  string(TOLOWER ${name} library)
  find_library(${name}_LIBRARY ${library})
  list(APPEND orderings ${${name}_LIBRARY})
  mark_as_advanced(${name}_LIBRARY)
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SuiteSparseOrderings REQUIRED_VARS
  AMD_LIBRARY CAMD_LIBRARY COLAMD_LIBRARY SUITESPARSE_ORDERINGS_INCLUDE_DIR)
if(SuiteSparseOrderings_FOUND AND NOT TARGET SuiteSparse::ORDERINGS)
  add_library(SuiteSparse::ORDERINGS INTERFACE IMPORTED)
  set_target_properties(SuiteSparse::ORDERINGS PROPERTIES
    INTERFACE_LINK_LIBRARIES "${orderings}" INTERFACE_INCLUDE_DIRECTORIES ${SUITESPARSE_ORDERINGS_INCLUDE_DIR})
endif()
mark_as_advanced(SUITESPARSE_ORDERINGS_INCLUDE_DIR)
