# What `cmake --install` puts where. C programs need the shared library and the headers only:
#   find_package(lehr) + lehr::lehr, or pkg-config lehr
include(CMakePackageConfigHelpers)

set(LEHR_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/lehr)
install(TARGETS lehr_shared EXPORT lehr LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/lehr DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(EXPORT lehr FILE lehrConfig.cmake NAMESPACE lehr:: DESTINATION ${LEHR_CMAKE_DIR})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/lehrConfigVersion.cmake
  COMPATIBILITY SameMinorVersion) # until 1.0 a minor version may break programs (VERSIONING.md)
install(FILES ${PROJECT_BINARY_DIR}/lehrConfigVersion.cmake DESTINATION ${LEHR_CMAKE_DIR})

file(RELATIVE_PATH LEHR_PREFIX_FROM_PC /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(cmake/lehr.pc.in lehr.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/lehr.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES completions/lehr
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(DIRECTORY plugins/engine_template DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

# The manual page: prose from docs/man, the option lists from the command itself.
set(page ${PROJECT_BINARY_DIR}/lehr.1)
add_custom_command(OUTPUT ${page}
  COMMAND ${PROJECT_SOURCE_DIR}/docs/man/make.sh $<TARGET_FILE:lehr>
    ${PROJECT_SOURCE_DIR}/docs/man/lehr.1.in ${page}
  DEPENDS lehr docs/man/make.sh docs/man/lehr.1.in VERBATIM)
add_custom_target(man ALL DEPENDS ${page})
install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
