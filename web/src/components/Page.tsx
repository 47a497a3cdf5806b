import { createContext, type ReactNode, useContext, useEffect } from "react";

/** What the shell puts into every page's header: search, link state, clock, the person's menu. */
export interface ShellSlots {
  search: ReactNode;
  status: ReactNode;
  /** Links to the neighbours of a page that belongs to a group. */
  section: ReactNode;
}
export const ShellContext = createContext<ShellSlots>({ search: null, status: null, section: null });

export function Page({ title, heading, controls, wide = false, actions, search = false, fill = false, children }: {
  title: string;
  /** Instead of the title, when the page is about one thing: where it belongs and its name. */
  heading?: ReactNode;
  /** Beside the title: views, tabs. */
  controls?: ReactNode;
  /** The controls need a row of their own on a phone. */
  wide?: boolean;
  /** At the right: what this page is for. */
  actions?: ReactNode;
  search?: boolean;
  /** The page manages its own scrolling (floor). */
  fill?: boolean;
  children: ReactNode;
}) {
  const shell = useContext(ShellContext);
  useEffect(() => {
    document.title = `${title} · GameOps`;
  }, [title]);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <header className="no-print @container/head px-4 pt-3.5 pb-2.5 md:px-[22px]"><div className="flex flex-wrap items-center gap-x-3.5 gap-y-2">
        {heading ?? <h1 className="text-xl font-[650] tracking-tight">{title}</h1>}
        {controls && <div className={wide ? "max-md:order-last max-md:w-full" : "contents"}>{controls}</div>}
        {search && shell.search}
        <div className="flex-1" />
        {shell.status}
        {actions && <div className="flex items-center gap-2 max-md:order-last max-md:w-full max-md:[&>*]:flex-1">{actions}</div>}
      </div></header>
      {shell.section}
      <div className={fill ? "flex min-h-0 flex-1 flex-col" : "min-h-0 flex-1 overflow-auto px-4 pt-1 pb-24 md:px-[22px] md:pb-8"}>{children}</div>
    </div>
  );
}

export function Card({ title, actions, children, className = "" }: { title?: string; actions?: ReactNode; children: ReactNode; className?: string }) {
  return (
    <section className={`card flex flex-col gap-3 p-4 ${className}`} {...(title ? { "aria-label": title } : {})}>
      {(title ?? actions) && (
        <header className="flex min-h-8 flex-wrap items-center justify-between gap-2">
          <h2 className="text-[14px] font-[650]">{title}</h2>
          {actions && <div className="flex items-center gap-2">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

export function Kpi({ label, children, note, tone }: { label: string; children: ReactNode; note?: ReactNode; tone?: "soon" | "broken" | "free" }) {
  return (
    <div className="card relative min-w-0 overflow-hidden px-3.5 py-2.5">
      <div className="text-xs font-medium text-fg3">{label}</div>
      <div className="num text-2xl leading-tight font-[650] tracking-tight" style={tone ? { color: `var(--${tone})` } : undefined}>
        {children}
      </div>
      {note && <div className="relative truncate text-[12.5px] text-fg2">{note}</div>}
    </div>
  );
}
