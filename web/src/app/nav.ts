import { Bell, BellRing, ChartColumn, Clock3, Contact, History, LayoutGrid, type LucideIcon, Megaphone, MonitorCog, ReceiptText, ScrollText, Server, Settings, ShieldUser, Tags, Users, UsersRound } from "lucide-react";
import type { Me } from "@/api/types";
import type { MessageKey } from "@/lib/i18n";
import { may, type PermissionName } from "@/lib/session";

export interface NavItem {
  to: string;
  label: MessageKey;
  icon: LucideIcon;
  /** Any of these opens the page; none at all means that every member of staff may see it. */
  needs: PermissionName[];
  /** The second key of the "g" shortcut. */
  key: string;
  /** Pages of one group share one place on the rail and a row of links at their top. */
  group?: "alerts";
}

export const navItems: NavItem[] = [
  { to: "/floor", label: "nav.floor", icon: LayoutGrid, needs: ["venue.floor.view"], key: "f" },
  { to: "/till", label: "nav.till", icon: ReceiptText, needs: ["billing.payments.view", "billing.payments.take"], key: "t" },
  { to: "/customers", label: "nav.customers", icon: Users, needs: ["venue.customers.view"], key: "c" },
  { to: "/sessions", label: "nav.sessions", icon: Clock3, needs: ["venue.floor.view"], key: "s" },
  { to: "/servers", label: "nav.servers", icon: Server, needs: ["alerts.view"], key: "w", group: "alerts" },
  { to: "/alerts/rules", label: "nav.rules", icon: BellRing, needs: ["alerts.view"], key: "e", group: "alerts" },
  { to: "/notifications/channels", label: "nav.channels", icon: Megaphone, needs: ["notify.view"], key: "h", group: "alerts" },
  { to: "/notifications/recipients", label: "nav.recipients", icon: Contact, needs: ["notify.view"], key: "d", group: "alerts" },
  { to: "/notifications/log", label: "nav.log", icon: History, needs: ["notify.view"], key: "l", group: "alerts" },
  { to: "/alerts/communities", label: "nav.communities", icon: UsersRound, needs: ["alerts.view"], key: "m", group: "alerts" },
  { to: "/stations", label: "nav.stations", icon: MonitorCog, needs: ["venue.stations.manage"], key: "o" },
  { to: "/tariffs", label: "nav.tariffs", icon: Tags, needs: ["venue.tariffs.manage"], key: "p" },
  { to: "/reports", label: "nav.reports", icon: ChartColumn, needs: ["billing.payments.view"], key: "r" },
  { to: "/users", label: "nav.users", icon: ShieldUser, needs: ["identity.users.manage", "identity.roles.manage"], key: "u" },
  { to: "/audit", label: "nav.audit", icon: ScrollText, needs: ["identity.audit.view"], key: "a" },
  { to: "/settings", label: "nav.settings", icon: Settings, needs: [], key: "," },
];

const groups: Record<"alerts", { label: MessageKey; icon: LucideIcon }> = {
  alerts: { label: "nav.alerts", icon: Bell },
};

export function navFor(me: Me, venueId: string | null): NavItem[] {
  return navItems.filter((item) => item.needs.length === 0 || item.needs.some((name) => may(me, name, venueId)));
}

/** One place on the rail: a page, or a group that opens at its first page. */
export interface RailEntry {
  to: string;
  label: MessageKey;
  icon: LucideIcon;
  pages: NavItem[];
}

export function railOf(items: NavItem[]): RailEntry[] {
  const entries: RailEntry[] = [];
  for (const item of items) {
    const last = entries.at(-1);
    if (item.group && last?.pages[0]?.group === item.group) last.pages.push(item);
    else entries.push({ to: item.to, label: item.label, icon: item.icon, ...(item.group && groups[item.group]), pages: [item] });
  }
  return entries;
}

export const isAt = (pathname: string, to: string): boolean => pathname === to || pathname.startsWith(`${to}/`);
export const holds = (entry: RailEntry, pathname: string): boolean => entry.pages.some((page) => isAt(pathname, page.to));
