import { useEffect, useRef, useSyncExternalStore } from "react";
import { useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { useFormat } from "@/lib/venue";
import { link } from "@/lib/ws";

/** Whether what the screen shows is live; when it is not, since when it is not. */
export function ConnectionState() {
  const t = useT();
  const format = useFormat();
  const status = useSyncExternalStore(link.onStatus, link.getStatus);
  if (status.state === "live")
    return (
      <span role="status" className="flex items-center gap-2 text-[13px] text-fg2">
        <i className="size-[7px] rounded-full bg-free shadow-[0_0_0_4px_color-mix(in_oklab,var(--free)_20%,transparent)]" />
        <span className="max-sm:sr-only">{t("link.live")}</span>
      </span>
    );
  return (
    <span role="status" className="flex items-center gap-2 text-[13px] font-medium text-soon">
      <i className="size-[7px] animate-pulse rounded-full bg-soon" />
      {status.asOf === null ? t("link.connecting") : t("link.lost", { time: format.clock(status.asOf) })}
    </span>
  );
}

export function VenueClock() {
  const format = useFormat();
  const main = useRef<HTMLSpanElement>(null);
  const tail = useRef<HTMLSpanElement>(null);
  useEffect(
    () =>
      onTick((now) => {
        const text = format.clock(now);
        if (main.current) main.current.textContent = text.slice(0, 5);
        if (tail.current) tail.current.textContent = text.slice(5);
      }),
    [format],
  );
  return (
    <span className="num text-[15px] font-semibold max-lg:hidden" aria-hidden>
      <span ref={main} />
      <span ref={tail} className="text-fg3" />
    </span>
  );
}
