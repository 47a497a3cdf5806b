"""Write the OpenAPI document and the generated tables of the documentation."""

import json
from pathlib import Path

from gameops.app.composition import build_context
from gameops.app.server import create_app
from gameops.app.settings import Settings, settings_table

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Write both files."""
    settings = Settings(home=Path("/nonexistent"), secret_key="x" * 40, environment="development")
    app = create_app(settings, build_context(settings, "postgresql://localhost/none"))
    document = json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False)
    (ROOT / "packages/server/openapi.json").write_text(document + "\n", encoding="utf-8")
    guide = ROOT / "docs/guides/settings.md"
    guide.parent.mkdir(parents=True, exist_ok=True)
    guide.write_text(f"{INTRODUCTION}\n{settings_table()}", encoding="utf-8")


INTRODUCTION = """# Settings

Everything is set by environment variables. They are read once, at the start, and a value that
makes no sense stops the process with a message that names it. `gameops doctor` checks the rest.
"""

if __name__ == "__main__":
    main()
