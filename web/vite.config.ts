import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const server = process.env.GAMEOPS_URL ?? "http://127.0.0.1:8000";

/** The server's /docs page is Swagger UI, served from our own origin like everything else. */
function swaggerUi(): Plugin {
  return {
    name: "gameops-swagger-ui",
    apply: "build",
    generateBundle() {
      const home = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
      for (const file of ["swagger-ui.css", "swagger-ui-bundle.js", "LICENSE", "NOTICE"])
        this.emitFile({ type: "asset", fileName: `swagger/${file}`, source: readFileSync(join(home, file)) });
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), swaggerUi()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../packages/server/src/gameops/app/ui",
    emptyOutDir: true,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 600,
    rollupOptions: {
      output: {
        manualChunks: (id) =>
          /node_modules\/(react|react-dom|scheduler)\//.test(id)
            ? "react"
            : /node_modules\/@tanstack\//.test(id)
              ? "tanstack"
              : undefined,
      },
    },
  },
  server: {
    proxy: {
      "/api": { target: server, changeOrigin: true },
      "/status": { target: server },
      "/ws": { target: server, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    globals: true,
    setupFiles: ["src/test/setup.ts"],
    css: false,
    // Whole pages on a busy machine.
    testTimeout: 20_000,
    coverage: {
      provider: "v8",
      include: ["src/**/*.{ts,tsx}"],
      exclude: ["src/**/*.test.{ts,tsx}", "src/test/**", "src/api/**", "src/app/main.tsx"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 70 },
    },
  },
});
