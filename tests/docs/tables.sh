#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tables.sh LEHR SOURCE_DIR: every engine, its options and every format are in the documentation,
# and every folder says what it is for.
set -eu
lehr=$1 source=$2
unset LEHR_PLUGIN_PATH
bad=0
for engine in $("$lehr" engines | awk '/^[a-z]/ { print $1 }'); do
  grep -qF "| \`$engine\` |" "$source/README.md" || { echo "README.md lacks engine $engine" && bad=1; }
  for option in $("$lehr" engines "$engine" | awk '/^    [a-z]/ { print $1 }'); do
    grep -q "\`${option}[\`=]" "$source/docs/engines.md" "$source"/plugins/*/README.md ||
      { echo "docs/engines.md lacks $option of $engine" && bad=1; }
  done
done
for format in $("$lehr" convert --help | awk '/^Formats:/ { on = 1; next } /^$/ { on = 0 }
  on && /^  [a-z]/ { print $1 }'); do
  grep -qF "| \`$format\` |" "$source/docs/formats.md" ||
    { echo "docs/formats.md lacks $format" && bad=1; }
done
for folder in "$source"/*/CMakeLists.txt; do
  folder=${folder%/CMakeLists.txt}
  case $folder in */build*) continue ;; esac
  [ -s "$folder/README.md" ] || { echo "$folder has no README.md" && bad=1; }
done
exit $bad
