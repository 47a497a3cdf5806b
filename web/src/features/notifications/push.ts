/** Web Push on this device: whether it can, whether it may, and whether it does. */
export type PushState = "unsupported" | "insecure" | "home_screen" | "denied" | "off" | "on";
const WORKER = "/push-worker.js";
const STORED = "gameops.push.recipient";

export async function pushState(): Promise<PushState> {
  if (!window.isSecureContext) return "insecure";
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return isApple() ? "home_screen" : "unsupported";
  if (Notification.permission === "denied") return "denied";
  const subscription = await current();
  return subscription && Notification.permission === "granted" && rememberedRecipient() ? "on" : "off";
}

/** Safari on a phone pushes only to apps on the home screen. */
const isApple = (): boolean => /iPhone|iPad|iPod/.test(navigator.userAgent);

async function current(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

export interface Subscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

/** Asks the person, then the browser's push service; null when the person says no. */
export async function subscribeHere(publicKey: string): Promise<Subscription | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  await navigator.serviceWorker.register(WORKER);
  const registration = await navigator.serviceWorker.ready;
  const old = await registration.pushManager.getSubscription();
  if (old) await old.unsubscribe(); // it may belong to another key
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(publicKey) });
  const { endpoint = "", keys = {} } = subscription.toJSON();
  return { endpoint, keys: { p256dh: keys.p256dh ?? "", auth: keys.auth ?? "" } };
}

export async function unsubscribeHere(): Promise<void> {
  await (await current())?.unsubscribe();
  localStorage.removeItem(STORED);
}

export const rememberRecipient = (id: string): void => { localStorage.setItem(STORED, id); };
export const rememberedRecipient = (): string | null => localStorage.getItem(STORED);

/** The server's key comes in base64url. */
export function bytesOf(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/").padEnd(Math.ceil(key.length / 4) * 4, "="));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function deviceName(agent: string = navigator.userAgent): string {
  const browser = [["Edg", "Edge"], ["OPR", "Opera"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]].find(([mark]) => agent.includes(mark ?? ""))?.[1];
  const system = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS", "macOS"], ["Linux", "Linux"]].find(([mark]) => agent.includes(mark ?? ""))?.[1];
  return [browser, system].filter(Boolean).join(" · ") || "Browser";
}
