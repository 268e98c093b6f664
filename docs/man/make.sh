#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# make.sh LEHR TEMPLATE PAGE: the manual page, with the options of every command as it prints them.
set -eu
lehr=$1 template=$2 page=$3

# Text as it is: backslashes, hyphens, and lines that would look like requests.
literal() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"; }

commands() {
  # "  NAME  summary" lines of `lehr --help`, up to its first option.
  "$lehr" --help | awk '/^  -/ { exit } /^  [a-z]/ { print $1 }' | while read -r command; do
    printf '.SS lehr %s\n.nf\n' "$command"
    ARGP_HELP_FMT=rmargin=78 "$lehr" "$command" --help </dev/null |
      sed '/^Mandatory or optional arguments/,$d' | literal
    printf '.fi\n'
  done
}

version=$("$lehr" --version | awk 'NR == 1 { print $2 }')
{
  echo "'\\\" t"
  while IFS= read -r line; do
    case $line in
      @COMMANDS@) commands ;;
      *@VERSION@*) printf '%s\n' "$line" | sed "s/@VERSION@/$version/" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done <"$template"
} >"$page.new"
mv "$page.new" "$page"
