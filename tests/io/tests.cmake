lehr_test(io/test_byte_source USES ZLIB::ZLIB)
lehr_test(io/test_hdf5_batch)
lehr_test(io/test_hdf5_model USES lehr_hdf5)
lehr_test(io/test_csv_series)
lehr_test(io/test_hdf5_series)
lehr_test(io/test_hdf5_util USES lehr_hdf5)
lehr_test(io/test_publish)
lehr_test(io/test_series_peers)
target_compile_definitions(io_test_series_peers PRIVATE
  LEHR_TESTS_SOURCE="${CMAKE_CURRENT_LIST_DIR}/..")
lehr_test(io/test_shared_models)
lehr_test(io/test_shared_series)
lehr_test(io/test_text_formats)
lehr_test(io/test_svg)
lehr_test(io/test_series_memory)
target_link_options(io_test_series_memory PRIVATE -Wl,--wrap=malloc -Wl,--wrap=calloc
  -Wl,--wrap=realloc -Wl,--wrap=aligned_alloc)
lehr_test(io/test_results)
lehr_test(io/test_publish_faults LABEL fault)
target_link_options(io_test_publish_faults PRIVATE -Wl,--wrap=write -Wl,--wrap=fsync
  -Wl,--wrap=close -Wl,--wrap=renameat -Wl,--wrap=linkat -Wl,--wrap=openat -Wl,--wrap=fchmod)
add_test(NAME io/readers
  COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/io/readers.sh $<TARGET_FILE:lehr> ${PROJECT_BINARY_DIR})
set_tests_properties(io/readers PROPERTIES LABELS unit TIMEOUT 120 SKIP_RETURN_CODE 77)
