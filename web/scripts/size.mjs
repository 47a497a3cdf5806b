// Fails when the script a first visit needs, before the route's own, grows past the budget.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budget = 250 * 1024;
const ui = new URL("../../packages/server/src/gameops/app/ui/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", ui), "utf8"));

const first = new Set();
const visit = (key) => {
  const chunk = manifest[key];
  if (!chunk || first.has(chunk.file)) return;
  first.add(chunk.file);
  (chunk.imports ?? []).forEach(visit);
};
visit("index.html");

const gzip = (file) => gzipSync(readFileSync(new URL(file, ui))).length;
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

let total = 0;
for (const file of first) {
  if (!file.endsWith(".js")) continue;
  total += gzip(file);
  console.log(`${kib(gzip(file)).padStart(10)}  ${file}`);
}
const routes = Object.values(manifest)
  .filter((chunk) => chunk.isDynamicEntry && chunk.file.endsWith(".js"))
  .map((chunk) => [gzip(chunk.file), chunk.src ?? chunk.file])
  .sort((a, b) => b[0] - a[0]);
console.log(`largest route chunks: ${routes.slice(0, 5).map(([size, src]) => `${src} ${kib(size)}`).join(", ")}`);
console.log(`first load: ${kib(total)} gzip of ${kib(budget)}`);
if (total > budget) {
  console.error("first load is over budget");
  process.exit(1);
}
