import type { Me, Tokens } from "@/api/types";
import { Problem, problemOf } from "./problem";

/**
 * Who is signed in. The access token lives in memory only; the refresh token is an HttpOnly
 * cookie the script never sees. Everything that needs a token asks `validToken`.
 */
export interface AuthState {
  status: "starting" | "out" | "in";
  me: Me | null;
  reason: "ended" | null;
}

const MARK = "gameops.signed-in";
const EARLY_MS = 30_000;
/** No form of another site can send this header, so the cookie is only taken from our own pages. */
const WEB = { "X-GameOps-Client": "web" };

let state: AuthState = { status: "starting", me: null, reason: null };
let token: string | null = null;
let expiresAt = 0;
let refreshing: Promise<boolean> | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

function publish(next: AuthState): void {
  state = next;
  listeners.forEach((listener) => {
    listener();
  });
}

export const auth = {
  get: (): AuthState => state,
  token: (): string | null => token,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },

  /** A tab that was signed in before asks once for a fresh token; others go straight to sign-in. */
  async start(): Promise<void> {
    if (remembered() && (await auth.refresh())) return;
    if (state.status === "starting") publish({ status: "out", me: null, reason: null });
  },

  adopt(tokens: Tokens): void {
    token = tokens.access_token;
    expiresAt = Date.now() + tokens.expires_in * 1000;
    remember(true);
    clearTimeout(timer);
    timer = setTimeout(() => void auth.refresh(), Math.max(5_000, tokens.expires_in * 1000 - 60_000));
    publish({ status: "in", me: tokens.user, reason: null });
  },

  updateMe(me: Me): void {
    publish({ ...state, me });
  },

  /** Many callers, one request: a rotated refresh token must be spent only once. */
  refresh(): Promise<boolean> {
    refreshing ??= withLock(spendRefreshToken).finally(() => {
      refreshing = null;
    });
    return refreshing;
  },

  async validToken(): Promise<string | null> {
    if (token && Date.now() > expiresAt - EARLY_MS) await auth.refresh();
    return token;
  },

  async signOut(): Promise<void> {
    const bearer = token;
    drop(null);
    await fetch("/api/v1/auth/logout", {
      method: "POST",
      credentials: "same-origin",
      headers: { ...WEB, ...(bearer && { Authorization: `Bearer ${bearer}` }) },
    }).catch(() => undefined);
  },

  end(): void {
    if (state.status !== "out") drop("ended");
  },
};

function drop(reason: AuthState["reason"]): void {
  token = null;
  expiresAt = 0;
  clearTimeout(timer);
  remember(false);
  publish({ status: "out", me: null, reason });
}

async function spendRefreshToken(): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", ...WEB },
      body: "{}",
    });
  } catch {
    return false; // offline: keep what we have, the next call tries again
  }
  if (response.ok) {
    auth.adopt((await response.json()) as Tokens);
    return true;
  }
  const problem = await problemOf(response);
  if (problem instanceof Problem && problem.status === 401) drop(state.status === "in" ? "ended" : null);
  return false;
}

/** Tabs share the cookie, so they also take turns (where the browser offers locks). */
async function withLock(work: () => Promise<boolean>): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  return locks ? await locks.request("gameops.refresh", () => work()) : work();
}

function remembered(): boolean {
  try {
    return localStorage.getItem(MARK) === "1";
  } catch {
    return true;
  }
}

function remember(signedIn: boolean): void {
  try {
    if (signedIn) localStorage.setItem(MARK, "1");
    else localStorage.removeItem(MARK);
  } catch {
    /* private mode: the cookie alone decides */
  }
}
