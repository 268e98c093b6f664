#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cli.sh LEHR EVIL_FOLDER: plugins as the command finds them.
set -eu
lehr=$1 evil=$2
fail() { echo "cli.sh: $*" >&2 && exit 1; }
unset LEHR_PLUGIN_PATH

# In the build tree the template is found beside the command.
"$lehr" engines | grep -q '^template ' || fail "the template is not found"

# LEHR_PLUGIN_PATH: what can be loaded is, the rest is listed with the reason.
listed=$(LEHR_PLUGIN_PATH=$evil:/nonexistent "$lehr" plugins)
for part in 'engine evil-deaf' 'plugin interface 2, this is 1' 'lacks lehr_plugin_v1' \
  'undefined symbol: function_that_nobody_has' '/nonexistent'; do
  case $listed in *"$part"*) ;; *) fail "no '$part' in: $listed" ;; esac
done
LEHR_PLUGIN_PATH=$evil "$lehr" engines | grep -q '^evil-deaf ' || fail "LEHR_PLUGIN_PATH is ignored"

# --plugin: must load, or the command fails and says why.
"$lehr" engines --plugin "$evil/deaf.lehr.so" | grep -q '^evil-deaf ' || fail "--plugin is ignored"
status=0
said=$("$lehr" engines --plugin "$evil/abi.lehr.so" 2>&1) || status=$?
[ "$status" = 69 ] || fail "a plugin of another version gave exit status $status"
case $said in *"$evil/abi.lehr.so: made for plugin interface 2"*) ;; *) fail "it said: $said" ;; esac

# A planted file is refused with its own exit status.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp "$evil/deaf.lehr.so" "$scratch/planted.lehr.so"
chmod 0666 "$scratch/planted.lehr.so"
status=0
"$lehr" engines --plugin "$scratch/planted.lehr.so" 2>/dev/null || status=$?
[ "$status" = 77 ] || fail "a file that others may write to gave exit status $status"
