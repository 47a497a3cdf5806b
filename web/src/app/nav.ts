import { Tags, ChartColumn, Clock3, LayoutGrid, type LucideIcon, MonitorCog, ReceiptText, ScrollText, Settings, ShieldUser, Users } from "lucide-react";
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
}

export const navItems: NavItem[] = [
  { to: "/floor", label: "nav.floor", icon: LayoutGrid, needs: ["venue.floor.view"], key: "f" },
  { to: "/till", label: "nav.till", icon: ReceiptText, needs: ["billing.payments.view", "billing.payments.take"], key: "t" },
  { to: "/customers", label: "nav.customers", icon: Users, needs: ["venue.customers.view"], key: "c" },
  { to: "/sessions", label: "nav.sessions", icon: Clock3, needs: ["venue.floor.view"], key: "s" },
  { to: "/stations", label: "nav.stations", icon: MonitorCog, needs: ["venue.stations.manage"], key: "o" },
  { to: "/tariffs", label: "nav.tariffs", icon: Tags, needs: ["venue.tariffs.manage"], key: "p" },
  { to: "/reports", label: "nav.reports", icon: ChartColumn, needs: ["billing.payments.view"], key: "r" },
  { to: "/users", label: "nav.users", icon: ShieldUser, needs: ["identity.users.manage", "identity.roles.manage"], key: "u" },
  { to: "/audit", label: "nav.audit", icon: ScrollText, needs: ["identity.audit.view"], key: "a" },
  { to: "/settings", label: "nav.settings", icon: Settings, needs: [], key: "," },
];

export function navFor(me: Me, venueId: string | null): NavItem[] {
  return navItems.filter((item) => item.needs.length === 0 || item.needs.some((name) => may(me, name, venueId)));
}
