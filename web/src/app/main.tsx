import "./styles.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Toaster } from "@/components/Toaster";
import { auth } from "@/lib/auth";
import { preferredLanguage, setLanguage } from "@/lib/i18n";
import { queryClient } from "@/lib/query";
import { startTheme } from "@/lib/theme";
import { link } from "@/lib/ws";
import { router } from "./router";

startTheme();
const root = document.getElementById("root");

async function start(): Promise<void> {
  await Promise.all([setLanguage(preferredLanguage()), auth.start()]);
  let status = auth.get().status;
  if (status === "in") link.start();
  auth.subscribe(() => {
    link.reauthenticate();
    const next = auth.get();
    if (next.status === status) return;
    status = next.status;
    if (status === "in") {
      link.start();
    } else {
      link.stop();
      queryClient.clear();
      void router.navigate({ to: "/signin", search: { next: router.state.location.href } });
    }
  });
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toaster />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
