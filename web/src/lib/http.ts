import type { paths } from "@/api/schema";
import { auth } from "./auth";
import { Problem, problemOf, Unreachable } from "./problem";

export type Query = Record<string, string | number | boolean | null | undefined>;
export interface Options {
  query?: Query;
  body?: unknown;
  /** Money and time: the same key makes a repeated request harmless. */
  key?: string;
  /** Ask the server to hold the answer for the result of a command. */
  waitSeconds?: number;
  signal?: AbortSignal;
}
type Method = "GET" | "POST" | "PATCH" | "PUT" | "DELETE";

export function urlOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return `/api/v1${path}${text ? `?${text}` : ""}`;
}

async function send(method: Method, path: string, options: Options, token: string | null): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  if (options.key) headers["Idempotency-Key"] = options.key;
  if (options.waitSeconds) headers.Prefer = `wait=${String(options.waitSeconds)}`;
  try {
    return await fetch(urlOf(path, options.query), {
      method,
      headers,
      credentials: "same-origin",
      signal: options.signal ?? null,
      body: options.body === undefined ? null : JSON.stringify(options.body),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Unreachable();
  }
}

/** An expired token is renewed once and the request repeated; then the session is over. */
async function authorised(method: Method, path: string, options: Options): Promise<Response> {
  const token = await auth.validToken();
  const response = await send(method, path, options, token);
  if (response.status !== 401 || !token) return response;
  const problem = await problemOf(response.clone());
  if (!problem.code.startsWith("identity.") || /wrong|second_factor/.test(problem.code)) return response;
  if (await auth.refresh()) return send(method, path, options, auth.token());
  auth.end();
  return response;
}

export async function request<T>(method: Method, path: string, options: Options = {}): Promise<T> {
  const response = await authorised(method, path, options);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

export async function requestImage(path: GetPath): Promise<Blob> {
  const response = await authorised("GET", path, {});
  if (!response.ok) throw await problemOf(response);
  return response.blob();
}

/** "/customers/{customer_id}/ban" of the contract accepts "/customers/42/ban" and nothing unknown. */
type Filled<P extends string> = P extends `${infer Head}{${string}}${infer Tail}` ? `${Head}${string}${Filled<Tail>}` : P;
type Having<M extends string> = {
  [P in keyof paths & string]: paths[P] extends Record<M, { responses: unknown }> ? (P extends `/api/v1${infer Rest}` ? Filled<Rest> : never) : never;
}[keyof paths & string];
export type GetPath = Having<"get">;

export const api = {
  get: <T>(path: GetPath, query?: Query, signal?: AbortSignal) =>
    request<T>("GET", path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: Having<"post">, body: unknown = {}, options: Options = {}) =>
    request<T>("POST", path, { ...options, body }),
  patch: <T>(path: Having<"patch">, body: unknown, options: Options = {}) =>
    request<T>("PATCH", path, { ...options, body }),
  put: <T>(path: Having<"put">, body: unknown) => request<T>("PUT", path, { body }),
  delete: <T = undefined>(path: Having<"delete">) => request<T>("DELETE", path),
};

/** `crypto.randomUUID` needs HTTPS; venues often run on plain HTTP inside their own network. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export { Problem, Unreachable };
