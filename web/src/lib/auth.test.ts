import { beforeEach, describe, expect, it } from "vitest";
import { FakeApi, Refusal } from "@/test/fakeApi";
import { staff } from "@/test/world";
import { auth } from "./auth";
import { api } from "./http";

const tokens = (name: string, seconds = 900) => ({ access_token: name, token_type: "bearer", expires_in: seconds, refresh_token: null, user: staff });
let server: FakeApi;

beforeEach(() => {
  localStorage.clear();
  server = new FakeApi();
});

describe("the access token", () => {
  it("is renewed once for many callers at the same time", async () => {
    auth.adopt(tokens("old") as never);
    server.on("POST", "/auth/refresh", tokens("new")).on("GET", "/venues", (call) => (call.headers.get("Authorization") === "Bearer new" ? { items: [] } : new Refusal(401, "identity.token_expired")));
    await Promise.all([1, 2, 3, 4, 5].map(() => api.get("/venues")));
    expect(server.made("POST", "/auth/refresh")).toHaveLength(1);
    expect(auth.token()).toBe("new");
  });

  it("is renewed before it runs out, without a refused request", async () => {
    auth.adopt(tokens("short", 10) as never);
    server.on("POST", "/auth/refresh", tokens("fresh")).on("GET", "/venues", { items: [] });
    await api.get("/venues");
    expect(server.last("GET", "/venues").headers.get("Authorization")).toBe("Bearer fresh");
    expect(server.last("POST", "/auth/refresh").headers.get("X-GameOps-Client")).toBe("web");
  });

  it("ends the sign-in when it cannot be renewed", async () => {
    auth.adopt(tokens("old") as never);
    server.on("POST", "/auth/refresh", () => new Refusal(401, "identity.session_ended")).on("GET", "/venues", () => new Refusal(401, "identity.token_expired"));
    await expect(api.get("/venues")).rejects.toMatchObject({ status: 401 });
    expect(auth.get()).toMatchObject({ status: "out", me: null, reason: "ended" });
  });

  it("survives a server that is away: nothing is signed out", async () => {
    auth.adopt(tokens("kept") as never);
    server.on("POST", "/auth/refresh", () => { throw new TypeError("network"); });
    expect(await auth.refresh()).toBe(false);
    expect(auth.get().status).toBe("in");
  });

  it("is not asked for by a browser that never signed in", async () => {
    await auth.signOut();
    server.calls.length = 0;
    await auth.start();
    expect(server.made("POST", "/auth/refresh")).toHaveLength(0);
  });
});

it("does not take a wrong password for the end of the sign-in", async () => {
  auth.adopt(tokens("mine") as never);
  server.on("POST", "/auth/password", () => new Refusal(401, "identity.wrong_credentials"));
  await expect(api.post("/auth/password", {})).rejects.toMatchObject({ code: "identity.wrong_credentials" });
  expect(auth.get().status).toBe("in");
});
