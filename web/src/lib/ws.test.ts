import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeSocket } from "@/test/fakeSocket";
import { staff } from "@/test/world";
import { auth } from "./auth";
import { clock } from "./clock";
import { Link } from "./ws";

const flush = () => vi.advanceTimersByTimeAsync(0);
let link: Link;
let heard: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-20T19:43:08Z") });
  FakeSocket.autoAnswer = null;
  clock.reset();
  auth.adopt({ access_token: "token-1", token_type: "bearer", expires_in: 90_000, refresh_token: null, user: staff });
  link = new Link(() => new FakeSocket() as unknown as WebSocket);
  heard = [];
  link.subscribe<string, string>("floor:v1", { snapshot: (body) => heard.push(`snapshot ${body}`), delta: (body) => heard.push(`delta ${body}`) });
});

async function ready(): Promise<FakeSocket> {
  FakeSocket.last.open();
  await flush();
  FakeSocket.last.say({ type: "ready", server_time: Date.now() });
  return FakeSocket.last;
}
const delta = (revision: number, body: string, epoch = "e") => ({ type: "delta", topic: "floor:v1", epoch, revision, body });
const snap = (revision: number, body: string, epoch = "e") => ({ type: "snapshot", topic: "floor:v1", epoch, revision, body });

describe("the live link", () => {
  it("shows who it is before it asks for anything", async () => {
    link.start();
    const socket = await ready();
    expect(socket.sent.slice(0, 2)).toEqual([{ type: "auth", token: "token-1" }, { type: "subscribe", id: "1", topic: "floor:v1" }]);
    expect(link.getStatus()).toEqual({ state: "live", asOf: null });
  });

  it("applies deltas in order, ignores what it has seen, and asks again at a gap", async () => {
    link.start();
    const socket = await ready();
    socket.say(snap(7, "a"));
    socket.say(delta(8, "b"));
    socket.say(delta(8, "again"));
    socket.say(delta(10, "too far"));
    expect(heard).toEqual(["snapshot a", "delta b"]);
    expect(socket.frames("subscribe")).toHaveLength(2);
    socket.say(delta(11, "still waiting"));
    socket.say(snap(11, "whole"));
    socket.say(delta(12, "on"));
    expect(heard).toEqual(["snapshot a", "delta b", "snapshot whole", "delta on"]);
  });

  it("asks again when the server has restarted with a new epoch", async () => {
    link.start();
    const socket = await ready();
    socket.say(snap(7, "a"));
    socket.say(delta(8, "other", "f"));
    expect(heard).toEqual(["snapshot a"]);
    expect(socket.frames("subscribe")).toHaveLength(2);
  });

  it("says since when the screen is old, comes back by itself and takes everything anew", async () => {
    link.start();
    (await ready()).say(snap(7, "a"));
    vi.setSystemTime(Date.parse("2026-11-20T19:43:20Z"));
    FakeSocket.last.drop();
    await flush();
    expect(link.getStatus().state).toBe("lost");
    expect(link.getStatus().asOf).toBeCloseTo(Date.parse("2026-11-20T19:43:08Z"), -2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(FakeSocket.all).toHaveLength(2);
    (await ready()).say(snap(20, "b"));
    expect(link.getStatus().state).toBe("live");
    expect(heard).toEqual(["snapshot a", "snapshot b"]);
  });

  it("waits longer after every failed attempt", async () => {
    link.start();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      FakeSocket.last.drop();
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(FakeSocket.all).toHaveLength(6);
    FakeSocket.last.drop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(FakeSocket.all).toHaveLength(6);
  });

  it("hangs up on a server that has gone silent", async () => {
    link.start();
    await ready();
    await vi.advanceTimersByTimeAsync(70_000);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("learns the server's clock from the pings", async () => {
    link.start();
    const socket = await ready();
    const { t } = socket.frames("ping")[0] ?? {};
    socket.say({ type: "pong", t, server_time: Number(t) + 90_000 });
    expect(clock.offset()).toBe(90_000);
  });

  it("shows a fresh token on the same socket", async () => {
    link.start();
    const socket = await ready();
    auth.adopt({ access_token: "token-2", token_type: "bearer", expires_in: 90_000, refresh_token: null, user: staff });
    link.reauthenticate();
    link.reauthenticate();
    expect(socket.frames("auth").map((frame) => frame.token)).toEqual(["token-1", "token-2"]);
  });

  it("takes deltas of topics that have no revisions", async () => {
    link.subscribe<unknown, string>("commands:v1", { snapshot: () => undefined, delta: (body) => heard.push(body) });
    link.start();
    (await ready()).say({ type: "delta", topic: "commands:v1", body: "done" });
    expect(heard).toEqual(["done"]);
  });

  it("tells the server when nobody listens any more", async () => {
    link.start();
    const socket = await ready();
    const stop = link.subscribe("me", { snapshot: () => undefined, delta: () => undefined });
    stop();
    expect(socket.frames("unsubscribe")).toEqual([{ type: "unsubscribe", topic: "me" }]);
  });
});
