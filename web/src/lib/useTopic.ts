import { useEffect, useRef } from "react";
import { link } from "./ws";

/** Follows a live topic; `onFresh` runs when the link comes back and something may have been missed. */
export function useTopic<D>(topic: string | null, onDelta: (delta: D) => void, onFresh?: () => void): void {
  const current = useRef({ onDelta, onFresh });
  useEffect(() => {
    current.current = { onDelta, onFresh };
  });
  useEffect(() => {
    if (topic === null) return;
    let first = true;
    return link.subscribe<unknown, D>(topic, {
      snapshot: () => {
        if (!first) current.current.onFresh?.();
        first = false;
      },
      delta: (delta) => { current.current.onDelta(delta); },
    });
  }, [topic]);
}
