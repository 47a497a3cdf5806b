#!/usr/bin/env bash
# Run every benchmark; each prints one table and keeps it under bench/results.
set -uo pipefail
cd "$(dirname "$0")/../bench"
missed=0
for script in start api expiry commands growth intake notices watch; do
  printf '\n== %s\n\n' "$script"
  python "$script.py" 2> >(grep -v -E 'link\.|lock\.changed|simulation' >&2) || missed=$((missed + 1))
done
[ "$missed" -eq 0 ] || echo "$missed of the benchmarks missed a target; docs/performance.md says why"
