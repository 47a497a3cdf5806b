import { useSyncExternalStore } from "react";
import type { Me } from "@/api/types";
import { auth, type AuthState } from "./auth";

export function useAuth(): AuthState {
  return useSyncExternalStore(auth.subscribe, auth.get);
}

/** Only below the signed-in shell, where somebody is always signed in. */
export function useMe(): Me {
  const { me } = useAuth();
  if (!me) throw new Error("useMe needs a signed-in person");
  return me;
}

export type PermissionName =
  | "venue.floor.view" | "venue.sessions.operate" | "venue.sessions.refund" | "venue.sessions.credit"
  | "venue.stations.command" | "venue.stations.manage" | "venue.customers.view" | "venue.customers.manage"
  | "venue.tariffs.manage" | "venue.settings.manage" | "billing.payments.take" | "billing.payments.view"
  | "billing.payments.void" | "billing.payments.refund" | "identity.users.manage" | "identity.roles.manage"
  | "identity.audit.view" | "system.manage" | "alerts.view" | "alerts.manage" | "alerts.report" | "notify.view" | "notify.manage";

export function may(me: Me, permission: PermissionName, venueId: string | null): boolean {
  return Boolean(
    me.permissions["*"]?.includes(permission) || (venueId && me.permissions[venueId]?.includes(permission)),
  );
}

/** Staff hold at least one permission somewhere; customers hold none. */
export function isStaff(me: Me): boolean {
  return Object.values(me.permissions).some((list) => list.length > 0);
}
