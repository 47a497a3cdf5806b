#!/usr/bin/env bash
# Every test: Python packages in parallel, then the web components, then end to end.
set -euo pipefail
cd "$(dirname "$0")/.."
workers=$(( $(nproc) > 4 ? 4 : $(nproc) ))
export COVERAGE_FILE="$PWD/.coverage"

pytest packages tests --ignore=tests/e2e -n "$workers" --dist worksteal \
  --cov=gameops --cov=gameops_agent --cov=gameops_protocol --cov-report=
npm --prefix web test --silent
pytest tests/e2e -m e2e --cov=gameops --cov-append --cov-report=

for floor in "gameops:85" "gameops_agent:75" "gameops_protocol:85"; do
  printf '\ncoverage of %s\n' "${floor%%:*}"
  python -m coverage report --include="*/${floor%%:*}/*" --fail-under="${floor##*:}" \
    --skip-covered --format=total
done
