#!/usr/bin/env bash
# What the end-to-end tests drive: a browser, a virtual screen, Tk for the overlay, and a real game
# server (OpenArena, which the tests start themselves: Debian's service of it stays off).
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v Xvfb >/dev/null || missing+=(xvfb)
command -v xdotool >/dev/null || missing+=(xdotool)
command -v import >/dev/null && import -version >/dev/null 2>&1 || missing+=(imagemagick)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v xprop >/dev/null || missing+=(x11-utils)
python3 -c 'import tkinter' 2>/dev/null || missing+=(python3-tk)
[ -e /usr/lib/openarena-server ] || missing+=(openarena-server)
[ "${#missing[@]}" -eq 0 ] && exit 0
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
echo "installing: ${missing[*]}"
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
if [[ " ${missing[*]} " == *" openarena-server "* ]] && [ -d /run/systemd/system ]; then
  as_root systemctl disable --quiet --now openarena-server
fi
