# The frames that AddressSanitizer makes to find uses after return are aligned to 32 bytes by GCC 12,
# too little for vectors of 64: kernels for AVX-512 go without them.
set(LEHR_PLAIN_FRAMES "$<$<C_COMPILER_ID:GNU>:--param=asan-use-after-return=0>")

# What the instruction sets of base/cpu.h are compiled with.
set(LEHR_LEVEL_avx2 "-mavx2;-mbmi;-mbmi2")
set(LEHR_LEVEL_avx512
  "-mbmi;-mbmi2;-mavx512f;-mavx512bw;-mavx512dq;-mavx512vl;-mprefer-vector-width=512;${LEHR_PLAIN_FRAMES}")
set(LEHR_LEVEL_scalar "-fno-tree-vectorize;-fno-tree-slp-vectorize")
set(LEHR_LEVEL_baseline "")
set(LEHR_LEVELS baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND LEHR_LEVELS avx2 avx512)
endif()

# lehr_kernels(FOLDER FILE ...): sources of the folder that are compiled once per instruction set and chosen at run
# time (base/cpu.h): FILE_scalar.c where there is one, FILE_baseline.c everywhere, FILE_avx2.c and FILE_avx512.c on
# x86-64. Called in the folder's CMakeLists.txt.
function(lehr_kernels folder)
  foreach(file ${ARGN})
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}_scalar.c")
      target_sources(lehr_${folder} PRIVATE ${file}_scalar.c)
    endif()
    foreach(level ${LEHR_LEVELS})
      target_sources(lehr_${folder} PRIVATE ${file}_${level}.c)
      set_source_files_properties(${file}_${level}.c PROPERTIES COMPILE_OPTIONS "${LEHR_LEVEL_${level}}")
    endforeach()
  endforeach()
endfunction()

# lehr_levels(FOLDER FILE ...): plain C that the compiler makes vectors of. Each file is compiled once per
# instruction set, and once without any vectors, with LEVEL defined as its name (scalar, baseline, ...).
function(lehr_levels folder)
  foreach(level scalar ${LEHR_LEVELS})
    lehr_folder(${folder}_${level} SOURCES ${ARGN})
    target_compile_definitions(lehr_${folder}_${level} PRIVATE LEVEL=${level})
    target_compile_options(lehr_${folder}_${level} PRIVATE ${LEHR_LEVEL_${level}})
  endforeach()
endfunction()
