import "@testing-library/jest-dom/vitest";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { FakeSocket } from "./fakeSocket";

// The whole page in every failure message would hide the message.
configure({ getElementError: (message) => new Error(message ?? "not found"), asyncUtilTimeout: 4000 });

vi.stubGlobal("WebSocket", FakeSocket);
vi.stubGlobal("matchMedia", (query: string) => ({ matches: false, media: query, addEventListener: () => undefined, removeEventListener: () => undefined }));
vi.stubGlobal("ResizeObserver", class {
  observe() { /* nothing has a size here */ }
  unobserve() { /* nothing has a size here */ }
  disconnect() { /* nothing has a size here */ }
});
vi.stubGlobal("scrollTo", () => undefined);
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.hasPointerCapture = () => false;
Element.prototype.setPointerCapture = () => undefined;
Element.prototype.releasePointerCapture = () => undefined;

Blob.prototype.text = function text() {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => { resolve(String(reader.result)); };
    reader.readAsText(this);
  });
};
HTMLCanvasElement.prototype.getContext = () => null;

// Live data arrives outside of act() on purpose: that is how it arrives in a browser.
const { error } = console;
vi.spyOn(console, "error").mockImplementation((...args: unknown[]) => {
  if (!String(args[0]).includes("not wrapped in act")) error(...args);
});

afterEach(() => {
  cleanup();
  FakeSocket.all.length = 0;
  vi.useRealTimers();
});
