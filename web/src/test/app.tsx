import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import axe from "axe-core";
import { expect } from "vitest";
import { routeTree } from "@/app/router";
import { Toaster } from "@/components/Toaster";
import type { Me } from "@/api/types";
import { auth } from "@/lib/auth";
import { queryClient } from "@/lib/query";
import { link } from "@/lib/ws";
import type { FakeApi } from "./fakeApi";
import { staff, usualWorld } from "./world";

/** The whole app at one address, with a world of its own. */
export async function openApp(path: string, me: Me | null = staff, prepare: (api: FakeApi) => void = () => undefined) {
  localStorage.clear();
  queryClient.clear();
  link.stop();
  const api = usualWorld(me ?? staff);
  prepare(api);
  if (me) {
    auth.adopt({ access_token: "token-1", token_type: "bearer", expires_in: 900, refresh_token: null, user: me });
    link.start();
  } else await auth.signOut();
  const router = createRouter({ routeTree, history: createMemoryHistory({ initialEntries: [path] }) });
  const view = render(
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router as never} />
      <Toaster />
    </QueryClientProvider>,
  );
  await act(async () => {
    await router.load();
  });
  return { api, router, view };
}

/** axe finds nothing; contrast needs real pixels and is checked in the browser instead. */
export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`)).toEqual([]);
}
