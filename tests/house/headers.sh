#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# headers.sh CC INCLUDE_DIR [CXX]: every public header compiles alone, as C11 and as C++17.
set -eu
cc=$1 include=$2 cxx=${3:-}
for header in "$include"/lehr/*.h; do
  name=lehr/$(basename "$header")
  # Twice: the guards hold. A declaration of its own: an empty unit is not C.
  printf '#include <%s>\n#include <%s>\nextern int one_declaration;\n' "$name" "$name" |
    "$cc" -x c -std=c11 -Wall -Wextra -pedantic-errors -Werror -fsyntax-only -I "$include" -
  [ -z "$cxx" ] || printf '#include <%s>\n#include <%s>\n' "$name" "$name" |
    "$cxx" -x c++ -std=c++17 -Wall -Wextra -pedantic-errors -Werror -fsyntax-only -I "$include" -
done
