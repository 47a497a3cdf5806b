import { Link, Outlet } from "@tanstack/react-router";
import { Bell, Clock3, History, type LucideIcon, UserRound, WalletCards } from "lucide-react";
import { Failed, SkeletonRows } from "@/components/display";
import { type MessageKey, useT } from "@/lib/i18n";
import { isStaff, useMe } from "@/lib/session";
import { VenueContext } from "@/lib/venue";
import { ConnectionState } from "./ConnectionState";
import { UserMenu } from "./UserMenu";
import { useMyVenue } from "./useVenueChoice";

const tabs: { to: "/my" | "/my/wallet" | "/my/history" | "/my/notifications" | "/my/profile"; label: MessageKey; icon: LucideIcon }[] = [
  { to: "/my", label: "my.nav.time", icon: Clock3 },
  { to: "/my/wallet", label: "my.nav.wallet", icon: WalletCards },
  { to: "/my/history", label: "my.nav.history", icon: History },
  { to: "/my/notifications", label: "my.nav.notifications", icon: Bell },
  { to: "/my/profile", label: "my.nav.profile", icon: UserRound },
];

/** What customers carry in their pocket: five pages, thumb-sized. */
export function MyShell() {
  const t = useT();
  const me = useMe();
  const { query, venues, choose } = useMyVenue();
  const venue = query.data?.venue;
  return (
    <div className="flex h-full flex-col">
      <header className="mx-auto flex w-full max-w-[460px] items-center gap-3 px-[18px] pt-4 pb-1">
        <div className="min-w-0 flex-1">
          {venues.length > 1 && venue ? (
            <select aria-label={t("venue.switch")} value={venue.id} onChange={(event) => { choose(event.target.value); }} className="-ml-1 max-w-full rounded-md bg-transparent text-[13px] text-fg2">
              {venues.map((one) => <option key={one.id} value={one.id} className="bg-s1">{one.name}</option>)}
            </select>
          ) : (
            <div className="truncate text-[13px] text-fg2">{venue?.name ?? "GameOps"}</div>
          )}
        </div>
        {isStaff(me) && <Link to="/floor" className="text-[13px] font-medium text-accent-text">{t("nav.floor")}</Link>}
        <ConnectionState />
        <UserMenu accountPath="/my/profile" />
      </header>
      <main className="min-h-0 flex-1 overflow-auto">
        <div className="mx-auto flex w-full max-w-[460px] flex-col gap-3.5 px-[18px] pt-2 pb-28">
          {venue ? (
            <VenueContext value={venue}><Outlet /></VenueContext>
          ) : query.isError ? (
            <Failed error={query.error} retry={() => void query.refetch()} />
          ) : (
            <SkeletonRows />
          )}
        </div>
      </main>
      <nav aria-label={t("nav.label")} className="fixed inset-x-0 bottom-0 z-30 border-t border-line bg-s1/95 backdrop-blur">
        <div className="mx-auto flex max-w-[460px] px-3 pt-2 pb-[max(12px,env(safe-area-inset-bottom))]">
          {tabs.map((tab) => (
            <Link key={tab.to} to={tab.to} activeOptions={{ exact: true }} className="flex flex-1 flex-col items-center gap-1 py-1 text-[11px] font-medium text-fg3 aria-[current=page]:text-accent-text">
              <tab.icon size={22} strokeWidth={1.7} aria-hidden />
              {t(tab.label)}
            </Link>
          ))}
        </div>
      </nav>
    </div>
  );
}
