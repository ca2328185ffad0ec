#!/usr/bin/env bash
# Where a measurement writes its result. Sourced by measurements.

# record FILE HEADING ROWS: ROWS come after the last row of the table in section HEADING of FILE. A file that has no such section gets it at
# its end, as standard input says it, with the head of the table as its last lines.
record() {
  local file=$1 heading="## $2" rows=$3 written
  grep -qxF "$heading" "$file" || cat >>"$file"
  written=$(mktemp)
  heading=$heading rows=$rows awk '
    { line[NR] = $0 }
    /^## / { inside = ($0 == ENVIRON["heading"]) }
    inside && /^\|/ { last = NR }
    END { for (i = 1; i <= NR; i++) { print line[i]; if (i == last) print ENVIRON["rows"] } }' "$file" >"$written"
  cat "$written" >"$file"
  rm "$written"
}
