/** The server's end of /ws, driven by the test. */
export class FakeSocket {
  static readonly all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("nobody has connected");
    return socket;
  }
  /** Answers every subscription at once, for tests of whole pages. */
  static autoAnswer: ((topic: string) => unknown) | null = null;

  readyState = 0;
  readonly sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor() {
    FakeSocket.all.push(this);
    if (FakeSocket.autoAnswer) queueMicrotask(() => { this.open(); });
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  send(text: string): void {
    const frame = JSON.parse(text) as Record<string, unknown>;
    this.sent.push(frame);
    if (!FakeSocket.autoAnswer) return;
    if (frame.type === "auth") this.say({ type: "ready", server_time: Date.now() });
    if (frame.type === "subscribe") this.say({ type: "snapshot", id: frame.id, topic: frame.topic, epoch: "e", revision: 1, body: FakeSocket.autoAnswer(String(frame.topic)) });
  }
  say(frame: object): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  close(): void {
    this.drop(1000);
  }
  frames(type: string): Record<string, unknown>[] {
    return this.sent.filter((frame) => frame.type === type);
  }
}
