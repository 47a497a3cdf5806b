#!/usr/bin/env bash
# What CI checks beside the tests: style, types, import contracts, drift of generated files.
set -euo pipefail
cd "$(dirname "$0")/.."
step() { printf '\n== %s\n' "$1"; }

step "format";            ruff format --check --quiet conftest.py packages bench tests scripts docs
step "lint";              ruff check --quiet conftest.py packages bench tests scripts docs
step "types";             mypy packages/protocol/src packages/agent/src packages/server/src
step "import contracts";  lint-imports
step "web lint";          npm --prefix web run --silent lint
step "web types";         npm --prefix web run --silent typecheck
step "generated files"
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
generated=(packages/server/openapi.json docs/guides/settings.md web/src/api/schema.d.ts)
cp --parents "${generated[@]}" "$before"
bash scripts/generate.sh
for file in "${generated[@]}"; do
  cmp --silent "$file" "$before/$file" || { echo "$file is out of date: run make generate"; exit 1; }
done
step "pins"  # what the exported pins installed must be what every package asks for
uv pip check --quiet
echo "everything checks"
