# The frames that AddressSanitizer makes to find uses after return are aligned to 32 bytes by GCC 12,
# too little for vectors of 64: kernels for AVX-512 go without them.
set(LEHR_PLAIN_FRAMES "$<$<C_COMPILER_ID:GNU>:--param=asan-use-after-return=0>")

# lehr_kernels(FOLDER FILE ...): sources of the folder that are compiled once per instruction set and chosen at run
# time (base/cpu.h): FILE_scalar.c where there is one, FILE_baseline.c everywhere, FILE_avx2.c and FILE_avx512.c on
# x86-64. Called in the folder's CMakeLists.txt.
function(lehr_kernels folder)
  foreach(file ${ARGN})
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}_scalar.c")
      target_sources(lehr_${folder} PRIVATE ${file}_scalar.c)
    endif()
    target_sources(lehr_${folder} PRIVATE ${file}_baseline.c)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
      target_sources(lehr_${folder} PRIVATE ${file}_avx2.c ${file}_avx512.c)
      set_source_files_properties(${file}_avx2.c PROPERTIES COMPILE_OPTIONS "-mavx2;-mbmi;-mbmi2")
      set_source_files_properties(${file}_avx512.c PROPERTIES COMPILE_OPTIONS
        "-mbmi;-mbmi2;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mprefer-vector-width=512;${LEHR_PLAIN_FRAMES}")
    endif()
  endforeach()
endfunction()
