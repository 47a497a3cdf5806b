import { useEffect, useRef } from "react";
import { onTick } from "@/lib/ticker";
import { relativeTime } from "@/lib/time";
import { useFormat } from "@/lib/venue";

/** "2 min ago", kept true without rendering; the exact time is the tooltip. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const format = useFormat();
  const node = useRef<HTMLTimeElement>(null);
  useEffect(
    () =>
      onTick((now) => {
        const text = relativeTime(at, Math.max(now, Date.parse(at)), format.locale);
        if (node.current && node.current.textContent !== text) node.current.textContent = text;
      }),
    [at, format.locale],
  );
  return <time ref={node} dateTime={at} title={format.dateTime(at)} className={className} />;
}
