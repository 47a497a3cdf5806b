// Shows what the server pushes to this device, also while GameOps is closed.
const shown = (data) => {
  try {
    return data ? data.json() : {};
  } catch {
    return { text: data.text() };
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const notice = shown(event.data);
  event.waitUntil(
    self.registration.showNotification(notice.title || "GameOps", {
      body: notice.text || notice.body || "",
      icon: "/icon-192.png",
      badge: "/icon-192.png",
      tag: notice.id || undefined,
      data: { url: notice.url || "/my/notifications" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(event.notification.data?.url || "/", self.location.origin);
  event.waitUntil(
    (async () => {
      if (url.origin === self.location.origin) {
        const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
        const open = windows.find((one) => new URL(one.url).pathname === url.pathname) ?? windows[0];
        if (open) {
          await open.focus();
          if ("navigate" in open && open.url !== url.href) await open.navigate(url.href).catch(() => undefined);
          return;
        }
      }
      await self.clients.openWindow(url.href);
    })(),
  );
});
