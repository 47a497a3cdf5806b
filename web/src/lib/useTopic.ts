import { useEffect, useRef, useState } from "react";
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

/** At most one call in a span: the first at once, those in between as one at its end. */
export function useThrottled(work: () => void, span = 2000): () => void {
  const current = useRef(work);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const waiting = useRef(false);
  useEffect(() => {
    current.current = work;
  });
  useEffect(() => () => { if (timer.current) clearTimeout(timer.current); }, []);
  const [call] = useState(() => function throttled(): void {
    if (timer.current) {
      waiting.current = true;
      return;
    }
    current.current();
    timer.current = setTimeout(() => {
      timer.current = null;
      if (!waiting.current) return;
      waiting.current = false;
      throttled();
    }, span);
  });
  return call;
}
