import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";
import { auth } from "@/lib/auth";
import { isStaff } from "@/lib/session";
import { Crash, NotFound, Pending } from "./Crash";
import { MyShell } from "./MyShell";
import { StaffShell } from "./StaffShell";

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    const { me } = auth.get();
    if (!me) throw redirect({ to: "/signin", search: {} });
    throw redirect({ to: isStaff(me) ? "/floor" : "/my" });
  },
});

// for everybody --------------------------------------------------------------
const open = createRoute({ getParentRoute: () => root, id: "open", component: Outlet });
const signIn = createRoute({
  getParentRoute: () => open,
  path: "/signin",
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = text(search.next);
    return next?.startsWith("/") && !next.startsWith("//") ? { next } : {};
  },
  beforeLoad: () => {
    if (auth.get().status === "in") throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("@/features/auth/SignInPage"), "SignInPage"),
});
const register = createRoute({
  getParentRoute: () => open,
  path: "/register",
  component: lazyRouteComponent(() => import("@/features/auth/RegisterPage"), "RegisterPage"),
});
const forgot = createRoute({
  getParentRoute: () => open,
  path: "/forgot",
  component: lazyRouteComponent(() => import("@/features/auth/PasswordPages"), "ForgotPage"),
});
const reset = createRoute({
  getParentRoute: () => open,
  path: "/reset",
  validateSearch: (search: Record<string, unknown>): { token?: string } => ({ token: text(search.token) ?? "" }),
  component: lazyRouteComponent(() => import("@/features/auth/PasswordPages"), "ResetPage"),
});

// staff ----------------------------------------------------------------------
const signedIn = ({ location }: { location: { href: string } }) => {
  const { me } = auth.get();
  if (!me) throw redirect({ to: "/signin", search: { next: location.href } });
  return me;
};
const staff = createRoute({
  getParentRoute: () => root,
  id: "staff",
  component: StaffShell,
  beforeLoad: (context) => {
    if (!isStaff(signedIn(context))) throw redirect({ to: "/my" });
  },
});
export interface FloorSearch {
  station?: string;
  start?: boolean;
}
const floor = createRoute({
  getParentRoute: () => staff,
  path: "/floor",
  validateSearch: (search: Record<string, unknown>): FloorSearch => ({
    ...(text(search.station) && { station: text(search.station) }),
    ...(search.start === true && { start: true }),
  }),
  component: lazyRouteComponent(() => import("./FloorRoute"), "FloorRoute"),
});
const sessions = createRoute({
  getParentRoute: () => staff,
  path: "/sessions",
  validateSearch: (search: Record<string, unknown>): { id?: string } => ({ ...(text(search.id) && { id: text(search.id) }) }),
  component: lazyRouteComponent(() => import("@/features/sessions/SessionsPage"), "SessionsPage"),
});
const customers = createRoute({
  getParentRoute: () => staff,
  path: "/customers",
  component: lazyRouteComponent(() => import("@/features/customers/CustomersPage"), "CustomersPage"),
});
const customer = createRoute({
  getParentRoute: () => staff,
  path: "/customers/$customerId",
  component: lazyRouteComponent(() => import("@/features/customers/CustomerPage"), "CustomerPage"),
});
const till = createRoute({
  getParentRoute: () => staff,
  path: "/till",
  component: lazyRouteComponent(() => import("@/features/till/TillPage"), "TillPage"),
});
const tariffs = createRoute({
  getParentRoute: () => staff,
  path: "/tariffs",
  component: lazyRouteComponent(() => import("@/features/tariffs/TariffsPage"), "TariffsPage"),
});
const stations = createRoute({
  getParentRoute: () => staff,
  path: "/stations",
  component: lazyRouteComponent(() => import("@/features/stations/StationsPage"), "StationsPage"),
});
const users = createRoute({
  getParentRoute: () => staff,
  path: "/users",
  component: lazyRouteComponent(() => import("@/features/users/UsersPage"), "UsersPage"),
});
const audit = createRoute({
  getParentRoute: () => staff,
  path: "/audit",
  component: lazyRouteComponent(() => import("@/features/audit/AuditPage"), "AuditPage"),
});
const reports = createRoute({
  getParentRoute: () => staff,
  path: "/reports",
  component: lazyRouteComponent(() => import("@/features/reports/ReportsPage"), "ReportsPage"),
});
const settings = createRoute({
  getParentRoute: () => staff,
  path: "/settings",
  validateSearch: (search: Record<string, unknown>): { tab?: string } => ({ ...(text(search.tab) && { tab: text(search.tab) }) }),
  component: lazyRouteComponent(() => import("./SettingsRoute"), "SettingsRoute"),
});
const servers = createRoute({
  getParentRoute: () => staff,
  path: "/servers",
  component: lazyRouteComponent(() => import("@/features/alerts/ServersPage"), "ServersPage"),
});
const server = createRoute({
  getParentRoute: () => staff,
  path: "/servers/$serverId",
  component: lazyRouteComponent(() => import("@/features/alerts/ServerPage"), "ServerPage"),
});
const rules = createRoute({
  getParentRoute: () => staff,
  path: "/alerts/rules",
  component: lazyRouteComponent(() => import("@/features/alerts/RulesPage"), "RulesPage"),
});
const communities = createRoute({
  getParentRoute: () => staff,
  path: "/alerts/communities",
  component: lazyRouteComponent(() => import("@/features/alerts/CommunitiesPage"), "CommunitiesPage"),
});
const channels = createRoute({
  getParentRoute: () => staff,
  path: "/notifications/channels",
  component: lazyRouteComponent(() => import("@/features/notifications/ChannelsPage"), "ChannelsPage"),
});
const recipients = createRoute({
  getParentRoute: () => staff,
  path: "/notifications/recipients",
  component: lazyRouteComponent(() => import("@/features/notifications/RecipientsPage"), "RecipientsPage"),
});
const logKeys = ["subject", "channel", "recipient", "state", "topic", "id"] as const;
export type LogSearch = Partial<Record<(typeof logKeys)[number], string>>;
const log = createRoute({
  getParentRoute: () => staff,
  path: "/notifications/log",
  validateSearch: (search: Record<string, unknown>): LogSearch =>
    Object.fromEntries(logKeys.flatMap((key) => (text(search[key]) ? [[key, text(search[key])]] : []))),
  component: lazyRouteComponent(() => import("@/features/notifications/LogPage"), "LogPage"),
});

// customers ------------------------------------------------------------------
const my = createRoute({
  getParentRoute: () => root,
  id: "customer",
  component: MyShell,
  beforeLoad: (context) => {
    signedIn(context);
  },
});
const myTime = createRoute({
  getParentRoute: () => my,
  path: "/my",
  component: lazyRouteComponent(() => import("@/features/me/MyTimePage"), "MyTimePage"),
});
const myWallet = createRoute({
  getParentRoute: () => my,
  path: "/my/wallet",
  component: lazyRouteComponent(() => import("@/features/me/MyWalletPage"), "MyWalletPage"),
});
const myHistory = createRoute({
  getParentRoute: () => my,
  path: "/my/history",
  component: lazyRouteComponent(() => import("@/features/me/MyHistoryPage"), "MyHistoryPage"),
});
const myProfile = createRoute({
  getParentRoute: () => my,
  path: "/my/profile",
  component: lazyRouteComponent(() => import("@/features/me/MyProfilePage"), "MyProfilePage"),
});
const myNotifications = createRoute({
  getParentRoute: () => my,
  path: "/my/notifications",
  component: lazyRouteComponent(() => import("@/features/notifications/MyNotificationsPage"), "MyNotificationsPage"),
});

export const routeTree = root.addChildren([
  home,
  open.addChildren([signIn, register, forgot, reset]),
  staff.addChildren([floor, sessions, customers, customer, till, tariffs, stations, users, audit, reports, settings, servers, server, rules, communities, channels, recipients, log]),
  my.addChildren([myTime, myWallet, myHistory, myNotifications, myProfile]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: "intent",
  defaultPendingMs: 150,
  defaultPendingComponent: Pending,
  defaultErrorComponent: Crash,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
