/** A refusal by the server (RFC 9457). `code` is stable; texts are not. */
export interface FieldProblem {
  path: string;
  code: string;
  message: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | null;
  readonly fields: FieldProblem[];
  readonly retryAfter: number | null;
  readonly extra: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>, retryAfter: number | null = null) {
    const detail = typeof body.detail === "string" ? body.detail : undefined;
    const title = typeof body.title === "string" ? body.title : `HTTP ${String(status)}`;
    super(detail ?? title);
    this.name = "Problem";
    this.status = status;
    this.title = title;
    this.code = typeof body.code === "string" ? body.code : `http.${String(status)}`;
    this.requestId = typeof body.request_id === "string" ? body.request_id : null;
    this.fields = Array.isArray(body.fields) ? (body.fields as FieldProblem[]) : [];
    this.retryAfter = retryAfter;
    this.extra = body;
  }
}

/** The network did not answer at all. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  const retry = Number(response.headers.get("Retry-After"));
  return new Problem(response.status, body, Number.isFinite(retry) && retry > 0 ? retry : null);
}

export function hasCode(error: unknown, code: string): error is Problem {
  return error instanceof Problem && error.code === code;
}
