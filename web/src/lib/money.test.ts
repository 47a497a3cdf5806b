import { expect, it } from "vitest";
import { formatMoney, minorDigits, moneyInput, moneyParts, parseMoney } from "./money";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

it("writes money in the venue's currency and locale", () => {
  expect(formatMoney(128_450, "EUR", "en")).toBe("€1,284.50");
  expect(plain(formatMoney(128_450, "EUR", "de-DE"))).toBe("1.284,50 €");
  expect(formatMoney(500, "JPY", "en")).toBe("¥500");
  expect(formatMoney(-62, "EUR", "en")).toBe("-€0.62");
});
it("knows how many minor digits a currency has", () => {
  expect([minorDigits("EUR"), minorDigits("JPY"), minorDigits("KWD")]).toEqual([2, 0, 3]);
});
it("splits the fraction off for large figures, whatever side the symbol is on", () => {
  expect(moneyParts(1460, "EUR", "en")).toEqual({ main: "€14", fraction: ".60", tail: "" });
  expect(plain(moneyParts(1460, "EUR", "de-DE").fraction + moneyParts(1460, "EUR", "de-DE").tail)).toBe(",60 €");
  expect(moneyParts(500, "JPY", "en").fraction).toBe("");
});
it.each([
  ["12,50", 1250], ["12.50", 1250], ["12.5", 1250], ["12", 1200], ["1.284,50", 128_450], ["1,284.50", 128_450], ["€ 3.20", 320],
  ["1.000", 100_000], [" 7 ", 700], ["-3", -300], [".5", 50],
])("reads %s as an amount", (text, minor) => {
  expect(parseMoney(text, "EUR")).toBe(minor);
});
it.each(["", "abc", "1.2.3", "-", "12,5,0"])("does not take %j for an amount", (text) => {
  expect(parseMoney(text, "EUR")).toBeNull();
});
it("takes no fraction in a currency that has none", () => {
  expect(parseMoney("500", "JPY")).toBe(500);
  expect(parseMoney("5.50", "JPY")).toBeNull();
});
it("fills an input field so that reading it gives the same amount", () => {
  for (const minor of [0, 5, 320, 1250, 128_450]) expect(parseMoney(moneyInput(minor, "EUR", "de-DE"), "EUR")).toBe(minor);
});
