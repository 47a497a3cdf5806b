import { afterEach, expect, it } from "vitest";
import { setLanguage, t } from ".";
import { de } from "./de";
import { en, type MessageKey } from "./en";
import { formatMessage } from "./format";

afterEach(() => setLanguage("en"));
const names = (text: string) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]))].filter((name) => name !== "one").sort();
const keys = Object.keys(en) as MessageKey[];

it("has every text in German, with the same parameters", () => {
  expect(Object.keys(de).sort()).toEqual([...keys].sort());
  const different = keys.filter((key) => names(en[key].replace(/(?<![a-z])(=0|one|other) \{[^{}]*\}/g, "")).join() !== names(de[key].replace(/(?<![a-z])(=0|one|other) \{[^{}]*\}/g, "")).join());
  expect(different).toEqual([]);
});
it("can format every text in both languages", () => {
  const params = new Proxy({}, { get: () => 2 }) as Record<string, number>;
  for (const key of keys) {
    expect(formatMessage(en[key], params, "en")).not.toMatch(/[{}]/);
    expect(formatMessage(de[key], params, "de")).not.toMatch(/[{}]/);
  }
});
it("chooses plural forms by the language's rules", async () => {
  expect(t("group.selected", { n: 1 })).toBe("1 station");
  expect(t("group.selected", { n: 3 })).toBe("3 stations");
  expect(t("till.times", { n: 0 })).toBe("none");
  await setLanguage("de");
  expect(t("group.selected", { n: 1 })).toBe("1 Platz");
  expect(t("group.selected", { n: 1200 })).toBe("1.200 Plätze");
  expect(document.documentElement.lang).toBe("de");
});
it("promises nothing for later", () => {
  expect(keys.filter((key) => /coming soon|lorem|todo|kommt bald/i.test(en[key] + de[key]))).toEqual([]);
});
