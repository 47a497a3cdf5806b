#!/usr/bin/env bash
# Write the hashed pins under requirements/ from the (untracked) lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
export_pins() { uv export --quiet --frozen --no-emit-workspace --no-header --no-annotate --format requirements-txt "$@"; }
export_pins --all-packages --no-dev >requirements/runtime.txt
export_pins --all-packages --group dev --group docs --group tool >requirements/dev.txt
export_pins --only-group node >requirements/node.txt
export_pins --only-group tool >requirements/uv.txt
