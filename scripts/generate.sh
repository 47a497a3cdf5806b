#!/usr/bin/env bash
# Regenerate what is derived from the code: the OpenAPI document, the web client's types, tables.
set -euo pipefail
cd "$(dirname "$0")/.."
python scripts/write_openapi.py
npm --prefix web run --silent generate
