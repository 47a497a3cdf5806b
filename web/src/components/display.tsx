import clsx from "clsx";
import { CircleAlert, RotateCw } from "lucide-react";
import { type CSSProperties, type ReactNode, useEffect, useRef } from "react";
import { clock } from "@/lib/clock";
import { errorText } from "@/lib/errors";
import { useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { countdownParts } from "@/lib/time";
import { useFormat } from "@/lib/venue";
import { Button } from "./Button";

export function Tag({ tone, icon, children }: { tone: string; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className="inline-flex w-fit items-center gap-1.5 rounded-full px-2 py-[3px] text-xs font-semibold whitespace-nowrap"
      style={{ color: `var(--${tone})`, background: `color-mix(in oklab, var(--${tone}) 13%, transparent)` }}
    >
      {icon}
      {children}
    </span>
  );
}

const gradients = [
  ["#ff8a5b", "#d24bd8"], ["#35c6d8", "#5b8cff"], ["#3ecf8e", "#2f8fae"], ["#b18cff", "#5b6cff"], ["#ffb020", "#e0603d"], ["#ff6d8d", "#a04bd8"],
];
export function Avatar({ name, size = 32 }: { name: string; size?: number }) {
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((part) => part[0]?.toUpperCase()).join("");
  let hash = 0;
  for (const char of name) hash = (hash * 31 + char.charCodeAt(0)) >>> 0;
  const [from, to] = gradients[hash % gradients.length] ?? [];
  return (
    <span
      aria-hidden
      className="grid shrink-0 place-items-center rounded-full font-semibold text-[#10131a]"
      style={{ width: size, height: size, fontSize: size * 0.36, background: `linear-gradient(135deg, color-mix(in oklab, ${from ?? ""} 82%, white), color-mix(in oklab, ${to ?? ""} 72%, white))` }}
    >
      {initials || "·"}
    </span>
  );
}

export function Skeleton({ className, style }: { className?: string; style?: CSSProperties }) {
  return <div aria-hidden className={clsx("skeleton", className)} style={style} />;
}
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  const t = useT();
  return (
    <div role="status" aria-label={t("state.loading")} className="flex flex-col gap-2">
      {Array.from({ length: rows }, (_, row) => <Skeleton key={row} className="h-11" style={{ opacity: 1 - row / (rows + 2) }} />)}
    </div>
  );
}

/** Nothing here yet: says why, and what to do next. */
export function Empty({ icon, title, text, children }: { icon?: ReactNode; title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="grid place-items-center gap-2 rounded-xl border border-dashed border-line2 px-6 py-12 text-center">
      {icon && <div className="mb-1 grid size-11 place-items-center rounded-xl bg-s3 text-fg3">{icon}</div>}
      <p className="font-semibold">{title}</p>
      {text && <p className="max-w-sm text-[13px] text-fg2">{text}</p>}
      {children && <div className="mt-2 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useT();
  return (
    <div role="alert" className="grid place-items-center gap-2 rounded-xl border border-dashed border-line2 px-6 py-10 text-center">
      <CircleAlert className="text-broken" size={22} aria-hidden />
      <p className="max-w-md text-[13.5px]">{errorText(error)}</p>
      {retry && <Button size="sm" icon={<RotateCw size={14} />} onClick={retry}>{t("action.retry")}</Button>}
    </div>
  );
}

/** A line of warning inside a form or a sheet. */
export function Notice({ tone = "soon", children }: { tone?: "soon" | "broken" | "free" | "play"; children: ReactNode }) {
  return (
    <div
      role={tone === "broken" ? "alert" : "note"}
      className="rounded-[10px] border px-3 py-2 text-[13px]"
      style={{ borderColor: `color-mix(in oklab, var(--${tone}) 40%, var(--line))`, background: `color-mix(in oklab, var(--${tone}) 9%, transparent)` }}
    >
      {children}
    </div>
  );
}

export function Money({ minor, className }: { minor: number; className?: string }) {
  const { main, fraction, tail } = useFormat().moneyParts(minor);
  return (
    <span className={clsx("num", className)}>
      {main}
      <span className="text-[0.66em] font-medium text-fg3">{fraction}{tail}</span>
    </span>
  );
}

/** Time left (or played, when the end is open), written straight into the page every second. */
export function Countdown({ endsAt, startedAt, frozenSeconds, className }: {
  endsAt: string | null;
  startedAt?: string | null;
  frozenSeconds?: number | null;
  className?: string;
}) {
  const big = useRef<HTMLSpanElement>(null);
  const small = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = (seconds: number) => {
      const [main, tail] = countdownParts(seconds);
      if (big.current && big.current.textContent !== main) big.current.textContent = main;
      if (small.current) small.current.textContent = tail;
    };
    if (frozenSeconds !== undefined && frozenSeconds !== null) {
      write(frozenSeconds);
      return;
    }
    const end = endsAt ? Date.parse(endsAt) : null;
    const start = startedAt ? Date.parse(startedAt) : clock.now();
    return onTick((now) => {
      write(end !== null ? (end - now) / 1000 : (now - start) / 1000);
    });
  }, [endsAt, startedAt, frozenSeconds]);
  return (
    <span className={clsx("num", className)}>
      <span ref={big} />
      <span ref={small} className="text-[0.62em] font-medium tracking-normal text-fg3" />
    </span>
  );
}

/** A ring that empties; `ratio` is what is left. */
export function Ring({ ratio, tone, size, children }: { ratio: number; tone: string; size: number; children: ReactNode }) {
  return (
    <div className="relative shrink-0" style={{ width: size, height: size }}>
      <svg viewBox="0 0 120 120" className="-rotate-90" aria-hidden>
        <circle cx="60" cy="60" r="53" fill="none" stroke="var(--s3)" strokeWidth="9" />
        {ratio > 0.001 && (
          <circle cx="60" cy="60" r="53" fill="none" stroke={`var(--${tone})`} strokeWidth="9" strokeLinecap="round" pathLength="100" strokeDasharray={`${String(Math.min(100, ratio * 100))} 100`} />
        )}
      </svg>
      <div className="absolute inset-0 grid place-content-center text-center">{children}</div>
    </div>
  );
}

export function Sparkline({ values, top: scale, className, style }: { values: number[]; top?: number; className?: string; style?: CSSProperties }) {
  if (values.length < 2) return null;
  const top = scale ?? Math.max(...values, 0.001);
  const points = values.map((value, index) => `${((index / (values.length - 1)) * 100).toFixed(2)},${(38 - (value / top) * 34).toFixed(2)}`);
  return (
    <svg viewBox="0 0 100 40" preserveAspectRatio="none" className={className} {...(style && { style })} aria-hidden>
      <path d={`M0,40 L${points.join(" L")} L100,40 Z`} fill="color-mix(in oklab, var(--accent) 14%, transparent)" />
      <path d={`M${points.join(" L")}`} fill="none" stroke="var(--accent)" strokeWidth="1.6" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
