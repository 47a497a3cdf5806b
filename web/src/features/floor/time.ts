import type { FloorSession } from "@/api/types";
import { clock } from "@/lib/clock";

/** What is left of a session now; a paused one keeps what it had. */
export function secondsLeft(session: FloorSession): number {
  if (session.state === "paused") return session.remaining_seconds;
  return session.ends_at ? Math.max(0, (Date.parse(session.ends_at) - clock.now()) / 1000) : 0;
}
