import { vi } from "vitest";

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: Headers;
}
type Answer = unknown;
type Handler = (call: Call, match: RegExpExecArray) => Answer;

export class Refusal {
  constructor(readonly status: number, readonly code: string, readonly extra: Record<string, unknown> = {}) {}
}

/** The REST API at the fetch boundary: routes answer, calls are kept for the test to read. */
export class FakeApi {
  readonly calls: Call[] = [];
  private readonly routes: { method: string; pattern: RegExp; handler: Handler }[] = [];

  constructor() {
    vi.stubGlobal("fetch", (input: string, init: RequestInit = {}) => this.answer(input, init));
  }

  /** The newest route wins, so a test can override the usual world. */
  on(method: string, path: string, handler: Handler | object): this {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "([^/]+)")}$`);
    this.routes.unshift({ method, pattern, handler: typeof handler === "function" ? (handler as Handler) : () => handler });
    return this;
  }
  made(method: string, path: string): Call[] {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`);
    return this.calls.filter((call) => call.method === method && pattern.test(call.path));
  }
  last(method: string, path: string): Call {
    const call = this.made(method, path).at(-1);
    if (!call) throw new Error(`no ${method} ${path}; there were: ${this.calls.map((one) => `${one.method} ${one.path}`).join(", ")}`);
    return call;
  }

  private async answer(input: string, init: RequestInit): Promise<Response> {
    const url = new URL(input, "http://gameops.test");
    const call: Call = {
      method: init.method ?? "GET",
      path: url.pathname.replace("/api/v1", ""),
      query: url.searchParams,
      body: typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, unknown>) : {},
      headers: new Headers(init.headers),
    };
    this.calls.push(call);
    await Promise.resolve();
    for (const { method, pattern, handler } of this.routes) {
      const match = method === call.method ? pattern.exec(call.path) : null;
      if (!match) continue;
      const result = await handler(call, match);
      if (result instanceof Refusal)
        return Response.json({ code: result.code, status: result.status, title: result.code, detail: `server says ${result.code}`, ...result.extra }, { status: result.status });
      if (result === null || result === undefined) return new Response(null, { status: 204 });
      return Response.json(result);
    }
    return Response.json({ code: "core.not_found", status: 404, title: "Not found", detail: `no route for ${call.method} ${call.path}` }, { status: 404 });
  }
}
