import { auth } from "./auth";
import { clock } from "./clock";

/**
 * The live link. One socket for the page; topics are subscribed once and resubscribed after every
 * reconnect. Deltas carry a revision that rises by one: a gap means something was missed, and the
 * topic asks for a new snapshot instead of guessing.
 */
export type LinkState = "connecting" | "live" | "lost";
export interface LinkStatus {
  state: LinkState;
  /** Server time of the last frame: what the screen still trusts when the link is down. */
  asOf: number | null;
}
export interface TopicHandler<S = unknown, D = unknown> {
  snapshot(body: S): void;
  delta(body: D): void;
}
interface Frame {
  type: string;
  id?: string;
  topic?: string;
  epoch?: string | number;
  revision?: number;
  body?: unknown;
  t?: number;
  server_time?: number;
  code?: string;
}
interface Topic {
  name: string;
  handlers: Set<TopicHandler>;
  epoch: string | number | undefined;
  revision: number | undefined;
  waiting: boolean;
  last: unknown;
}

const PING_MS = 15_000;
const SILENCE_MS = 40_000;

export class Link {
  private socket: WebSocket | null = null;
  private ready = false;
  private attempts = 0;
  private counter = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private pinger: ReturnType<typeof setInterval> | undefined;
  private heardAt = 0;
  private sentToken: string | null = null;
  private readonly topics = new Map<string, Topic>();
  private readonly listeners = new Set<() => void>();
  private status: LinkStatus = { state: "connecting", asOf: null };
  private stopped = true;

  constructor(private readonly open: () => WebSocket = defaultSocket) {}

  getStatus = (): LinkStatus => this.status;
  onStatus = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.connect();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.pinger);
    this.socket?.close();
    this.socket = null;
    this.ready = false;
    this.publish("connecting");
  }

  subscribe<S, D>(name: string, handler: TopicHandler<S, D>): () => void {
    const own = handler as TopicHandler;
    let topic = this.topics.get(name);
    if (!topic) {
      topic = { name, handlers: new Set(), epoch: undefined, revision: undefined, waiting: false, last: undefined };
      this.topics.set(name, topic);
    }
    topic.handlers.add(own);
    if (this.ready) this.ask(topic);
    return () => {
      topic.handlers.delete(own);
      if (topic.handlers.size > 0) return;
      this.topics.delete(name);
      if (this.ready) this.send({ type: "unsubscribe", topic: name });
    };
  }

  /** A fresh token keeps a long-lived socket alive. */
  reauthenticate(): void {
    const token = auth.token();
    if (this.ready && token && token !== this.sentToken) this.send({ type: "auth", token: (this.sentToken = token) });
  }

  private connect(): void {
    clearTimeout(this.retry);
    if (this.stopped) return;
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => void this.greet(socket);
    socket.onmessage = (event: MessageEvent<string>) => {
      if (socket === this.socket) this.read(JSON.parse(event.data) as Frame);
    };
    socket.onclose = (event) => {
      if (socket === this.socket) void this.lost(event.code);
    };
  }

  private async greet(socket: WebSocket): Promise<void> {
    const token = await auth.validToken();
    if (socket !== this.socket || !token) return;
    this.sentToken = token;
    this.heardAt = Date.now();
    this.send({ type: "auth", token });
  }

  private async lost(code: number): Promise<void> {
    this.ready = false;
    this.socket = null;
    clearInterval(this.pinger);
    this.topics.forEach((topic) => (topic.waiting = false));
    if (this.stopped) return;
    this.publish("lost");
    if (code === 4401) await auth.refresh();
    const delay = Math.min(10_000, 400 * 2 ** this.attempts) * (0.7 + Math.random() * 0.6);
    this.attempts += 1;
    this.retry = setTimeout(() => {
      this.connect();
    }, delay);
  }

  private read(frame: Frame): void {
    this.heardAt = Date.now();
    if (frame.type === "ready") this.become(frame);
    else if (frame.type === "snapshot") this.takeSnapshot(frame);
    else if (frame.type === "delta") this.takeDelta(frame);
    else if (frame.type === "pong" && frame.t !== undefined && frame.server_time !== undefined)
      clock.sample(frame.server_time, frame.t, Date.now());
  }

  private become(frame: Frame): void {
    if (this.ready) return; // answer to a re-authentication
    this.ready = true;
    this.attempts = 0;
    if (frame.server_time !== undefined) clock.sample(frame.server_time, this.heardAt - 50, this.heardAt);
    this.topics.forEach((topic) => {
      this.ask(topic);
    });
    this.ping();
    this.pinger = setInterval(() => {
      if (Date.now() - this.heardAt > SILENCE_MS) this.socket?.close();
      else this.ping();
    }, PING_MS);
    this.publish("live");
  }

  private takeSnapshot(frame: Frame): void {
    const topic = this.topics.get(frame.topic ?? "");
    if (!topic) return;
    topic.epoch = frame.epoch;
    topic.revision = frame.revision;
    topic.waiting = false;
    topic.handlers.forEach((handler) => {
      handler.snapshot(frame.body);
    });
    this.publish("live");
  }

  private takeDelta(frame: Frame): void {
    const topic = this.topics.get(frame.topic ?? "");
    if (!topic || (topic.waiting && frame.revision !== undefined)) return;
    if (frame.revision !== undefined && topic.revision !== undefined) {
      if (frame.epoch === topic.epoch && frame.revision <= topic.revision) return; // seen already
      if (frame.epoch !== topic.epoch || frame.revision !== topic.revision + 1) {
        this.ask(topic);
        return;
      }
      topic.revision = frame.revision;
    }
    topic.handlers.forEach((handler) => {
      handler.delta(frame.body);
    });
  }

  private ask(topic: Topic): void {
    topic.waiting = true;
    this.counter += 1;
    this.send({ type: "subscribe", id: String(this.counter), topic: topic.name });
  }

  private ping(): void {
    this.send({ type: "ping", t: Date.now() });
  }

  private send(frame: object): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  private publish(state: LinkState): void {
    if (state === this.status.state && state !== "live") return;
    const asOf = state === "live" ? null : this.heardAt ? this.heardAt + clock.offset() : this.status.asOf;
    if (state === this.status.state && asOf === this.status.asOf) return;
    this.status = { state, asOf };
    this.listeners.forEach((listener) => {
      listener();
    });
  }
}

function defaultSocket(): WebSocket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/ws`);
}

export const link = new Link();
