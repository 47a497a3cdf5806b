#!/usr/bin/env bash
# What the end-to-end tests drive: a browser, a virtual screen, Tk for the overlay, and a real game
# server (OpenArena's engine and data; its openarena-server would start a service of the machine's).
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v xdotool >/dev/null || missing+=(xdotool)
command -v import >/dev/null && import -version >/dev/null 2>&1 || missing+=(imagemagick)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v xprop >/dev/null || missing+=(x11-utils)
python3 -c 'import tkinter' 2>/dev/null || missing+=(python3-tk)
[ -x /usr/lib/ioquake3/ioq3ded ] || missing+=(ioquake3-server)
[ -e /usr/share/games/openarena/baseoa/pak6-patch088.pk3 ] || missing+=(openarena-data openarena-088-data)
[ "${#missing[@]}" -eq 0 ] && exit 0
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
echo "installing: ${missing[*]}"
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
