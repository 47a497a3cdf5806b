import { expect, it } from "vitest";
import { addDays, countdownParts, formatDuration, formatTime, instantOf, localDate, localDateTime, relativeTime, startOfDay, weekdayNames, weekdayOf } from "./time";

const berlin = "Europe/Berlin";

it("shows the venue's wall clock, not the browser's", () => {
  expect(formatTime("2026-07-01T20:00:00Z", berlin, "en")).toBe("22:00");
  expect(formatTime("2026-12-01T20:00:00Z", berlin, "en")).toBe("21:00");
  expect(localDate("2026-11-20T23:30:00Z", berlin)).toBe("2026-11-21");
  expect(localDateTime("2026-11-20T23:30:00Z", "America/New_York")).toBe("2026-11-20T18:30");
});
it("turns a wall-clock time into the instant on both sides of a clock change", () => {
  expect(instantOf("2026-03-28T12:00", berlin).toISOString()).toBe("2026-03-28T11:00:00.000Z");
  expect(instantOf("2026-03-29T12:00", berlin).toISOString()).toBe("2026-03-29T10:00:00.000Z");
  expect(instantOf("2026-10-25T12:00", berlin).toISOString()).toBe("2026-10-25T11:00:00.000Z");
});
it("moves a time that spring skips on by the gap", () => {
  expect(formatTime(instantOf("2026-03-29T02:30", berlin), berlin, "en")).toBe("03:30");
});
it("adds calendar days, so a day of a clock change keeps its midnight", () => {
  const before = startOfDay("2026-03-28T12:00:00Z", berlin);
  const day = addDays(before, 1, berlin);
  const after = addDays(before, 2, berlin);
  expect((day.getTime() - before.getTime()) / 3_600_000).toBe(24);
  expect((after.getTime() - day.getTime()) / 3_600_000).toBe(23);
  expect(formatTime(after, berlin, "en")).toBe("00:00");
});
it("counts weekdays from Monday in the venue's zone", () => {
  expect(weekdayOf("2026-11-20T12:00:00Z", berlin)).toBe(4);
  expect(weekdayOf("2026-11-20T23:30:00Z", berlin)).toBe(5);
  expect(weekdayNames("de")[0]).toMatch(/^Mo/);
});
it("says spans the way people do", () => {
  expect([30, 59, 60, 2700, 4800, 7200].map(formatDuration)).toEqual(["30 s", "59 s", "1 min", "45 min", "1 h 20 min", "2 h"]);
});
it("counts down to zero and never below", () => {
  expect(countdownParts(4462)).toEqual(["1:14", ":22"]);
  expect(countdownParts(-5)).toEqual(["0:00", ":00"]);
});
it("says how long ago something was", () => {
  const now = Date.parse("2026-11-20T12:00:00Z");
  expect(relativeTime("2026-11-20T11:55:00Z", now, "en")).toMatch(/5 min/);
  expect(relativeTime("2026-11-18T12:00:00Z", now, "en")).toMatch(/2 days/);
});
