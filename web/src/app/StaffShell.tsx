import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { Building2, Ellipsis, Search } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { Button, IconButton, Kbd } from "@/components/Button";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { Dialog } from "@/components/overlay";
import { ShellContext } from "@/components/Page";
import { auth } from "@/lib/auth";
import { useT } from "@/lib/i18n";
import { useMe } from "@/lib/session";
import { VenueContext } from "@/lib/venue";
import { ConnectionState, VenueClock } from "./ConnectionState";
import { holds, isAt, navFor, type NavItem, type RailEntry, railOf } from "./nav";
import { Shortcuts } from "./Shortcuts";
import { UserMenu } from "./UserMenu";
import { useShortcuts } from "./useShortcuts";
import { useVenueChoice } from "./useVenueChoice";

const Palette = lazy(() => import("./Palette").then((module) => ({ default: module.Palette })));

export function StaffShell() {
  const t = useT();
  const me = useMe();
  const { query, venues, choose } = useVenueChoice();
  const [palette, setPalette] = useState(false);
  const [shortcuts, setShortcuts] = useState(false);
  const items = navFor(me, query.data?.id ?? null);
  const entries = railOf(items);
  const pathname = useLocation({ select: (location) => location.pathname });
  const pages = entries.find((entry) => holds(entry, pathname))?.pages ?? [];
  useShortcuts({ items, onPalette: () => { setPalette(true); }, onHelp: () => { setShortcuts(true); } });

  const slots = useMemo(
    () => ({
      search: <SearchBox onOpen={() => { setPalette(true); }} />,
      status: (
        <div className="flex items-center gap-3.5">
          <ConnectionState />
          <VenueClock />
          <IconButton label={t("palette.open")} className="lg:hidden" onClick={() => { setPalette(true); }}><Search size={18} /></IconButton>
          <UserMenu accountPath="/settings" onShortcuts={() => { setShortcuts(true); }} />
        </div>
      ),
    }),
    [t],
  );
  const shell = { ...slots, section: pages.length > 1 ? <Section pages={pages} pathname={pathname} /> : null };

  if (venues.length === 0)
    return (
      <div className="mx-auto max-w-lg p-8">
        <Empty icon={<Building2 size={22} />} title={t("venue.none.title")} text={t("venue.none.text")}>
          <Button onClick={() => void auth.signOut()}>{t("menu.signOut")}</Button>
        </Empty>
      </div>
    );

  return (
    <div className="grid h-full md:grid-cols-[76px_minmax(0,1fr)]">
      <a href="#main" className="sr-only z-50 rounded-lg bg-accent p-2 text-accent-fg focus:not-sr-only focus:absolute focus:top-2 focus:left-2">{t("shell.skip")}</a>
      <Rail entries={entries} pathname={pathname} />
      <main id="main" tabIndex={-1} className="min-h-0 min-w-0 overflow-hidden outline-none">
        {query.data ? (
          <VenueContext value={query.data}>
            <ShellContext value={shell}>
              {venues.length > 1 && <VenueSwitch value={query.data.id} venues={venues} onChoose={choose} />}
              <div className={venues.length > 1 ? "h-[calc(100%-40px)]" : "h-full"}><Outlet /></div>
              {palette && <Suspense><Palette onClose={() => { setPalette(false); }} items={items} /></Suspense>}
            </ShellContext>
          </VenueContext>
        ) : (
          <div className="p-6">{query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <SkeletonRows />}</div>
        )}
      </main>
      <Dock entries={entries} pathname={pathname} />
      <Shortcuts open={shortcuts} onClose={() => { setShortcuts(false); }} items={items} />
    </div>
  );
}

function SearchBox({ onOpen }: { onOpen: () => void }) {
  const t = useT();
  return (
    <button type="button" onClick={onOpen} className="flex h-9 w-[270px] items-center gap-2 rounded-[9px] border border-line2 bg-s2 px-2.5 text-[13.5px] text-fg3 hover:border-field max-lg:hidden @max-[1010px]/head:hidden">
      <Search size={16} aria-hidden />
      <span className="flex-1 text-left">{t("palette.placeholder")}</span>
      <Kbd>/</Kbd>
    </button>
  );
}

function VenueSwitch({ value, venues, onChoose }: { value: string; venues: { id: string; name: string }[]; onChoose: (id: string) => void }) {
  const t = useT();
  return (
    <div className="no-print flex h-10 items-center gap-2 border-b border-line px-4 text-[13px] text-fg2 md:px-[22px]">
      <Building2 size={15} aria-hidden />
      <select aria-label={t("venue.switch")} value={value} onChange={(event) => { onChoose(event.target.value); }} className="rounded-md bg-transparent py-1 font-medium text-fg">
        {venues.map((venue) => <option key={venue.id} value={venue.id} className="bg-s1">{venue.name}</option>)}
      </select>
    </div>
  );
}

const railLink = "flex h-[52px] w-[62px] flex-col items-center justify-center gap-1 rounded-xl text-[10.5px] font-medium text-fg3 hover:bg-s3 hover:text-fg aria-[current=page]:bg-[color-mix(in_oklab,var(--accent)_16%,transparent)] aria-[current=page]:text-accent-text";
const here = (entry: RailEntry, pathname: string) => (holds(entry, pathname) ? { "aria-current": "page" as const } : {});

function Rail({ entries, pathname }: { entries: RailEntry[]; pathname: string }) {
  const t = useT();
  return (
    <nav aria-label={t("nav.label")} className="no-print flex flex-col items-center gap-1 overflow-y-auto border-r border-line bg-s1 py-3.5 max-md:hidden">
      <Link to="/" aria-label="GameOps" className="mb-3 shrink-0"><img src="/icon.svg" alt="" width={36} height={36} /></Link>
      {entries.map((entry, index) => (
        <Link key={entry.to} to={entry.to} {...here(entry, pathname)} className={`${railLink} shrink-0 ${index === entries.length - 1 ? "mt-auto" : ""}`}>
          <entry.icon size={19} strokeWidth={1.7} aria-hidden />
          <span className="max-w-full truncate">{t(entry.label)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** On a phone the row is longer than the screen: where one is comes into view. */
const intoView = (node: HTMLElement | null) => { node?.scrollIntoView({ block: "nearest", inline: "center" }); };

/** The pages of a group, side by side under the title. */
function Section({ pages, pathname }: { pages: NavItem[]; pathname: string }) {
  const t = useT();
  return (
    <nav aria-label={t("nav.section")} className="no-print mx-4 mb-3 flex shrink-0 gap-0.5 overflow-x-auto border-b border-line [scrollbar-width:none] md:mx-[22px]">
      {pages.map((page) => (
        <Link key={page.to} to={page.to} {...(isAt(pathname, page.to) && { "aria-current": "page", ref: intoView })} className="-mb-px flex shrink-0 items-center gap-1.5 border-b-2 border-transparent px-3 py-2 text-[13px] font-medium text-fg2 hover:text-fg focus-visible:-outline-offset-2 aria-[current=page]:border-accent aria-[current=page]:text-fg">
          <page.icon size={15} strokeWidth={1.8} aria-hidden />
          {t(page.label)}
        </Link>
      ))}
    </nav>
  );
}

function Dock({ entries, pathname }: { entries: RailEntry[]; pathname: string }) {
  const t = useT();
  const [more, setMore] = useState(false);
  const style = "flex flex-1 flex-col items-center gap-1 py-1 text-[11px] font-medium text-fg3 aria-[current=page]:text-accent-text";
  return (
    <nav aria-label={t("nav.dock")} className="no-print fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-s1/95 px-2 pt-2 pb-[max(10px,env(safe-area-inset-bottom))] backdrop-blur md:hidden">
      {entries.slice(0, 4).map((entry) => (
        <Link key={entry.to} to={entry.to} {...here(entry, pathname)} className={style}>
          <entry.icon size={21} strokeWidth={1.7} aria-hidden />
          {t(entry.label)}
        </Link>
      ))}
      <button type="button" className={style} onClick={() => { setMore(true); }}>
        <Ellipsis size={21} aria-hidden />
        {t("nav.more")}
      </button>
      <Dialog open={more} onClose={() => { setMore(false); }} title={t("nav.more")}>
        <div className="grid grid-cols-3 gap-2">
          {entries.slice(4).map((entry) => (
            <Link key={entry.to} to={entry.to} onClick={() => { setMore(false); }} className="card flex flex-col items-center gap-2 p-4 text-[13px] font-medium">
              <entry.icon size={22} strokeWidth={1.7} aria-hidden />
              {t(entry.label)}
            </Link>
          ))}
        </div>
      </Dialog>
    </nav>
  );
}
