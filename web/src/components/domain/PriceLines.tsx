import type { PriceLine } from "@/api/types";
import { type Translate, useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { type Format, useFormat } from "@/lib/venue";

/** "Why does it cost that": every price line by line, down to the sum. */
export function PriceLines({ lines, total, totalLabel }: { lines: PriceLine[]; total: number; totalLabel?: string }) {
  const t = useT();
  const format = useFormat();
  const manyPlaces = new Set(lines.map((line) => line.place).filter(Boolean)).size > 1;
  return (
    <table className="num w-full text-[13px]">
      <tbody>
        {lines.map((line, index) => (
          <tr key={index}>
            <td className="py-[5px] align-top">
              {lineTitle(line, t, format)}
              <small className="block text-[11.5px] text-fg3">{lineNote(line, t, format, manyPlaces)}</small>
            </td>
            <td className="py-[5px] pl-3 text-right align-top whitespace-nowrap">{format.money(line.amount_minor)}</td>
          </tr>
        ))}
        <tr className="border-t border-line font-[650]">
          <td className="pt-2">{totalLabel ?? t("price.total")}</td>
          <td className="pt-2 text-right whitespace-nowrap">{format.money(total)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function lineTitle(line: PriceLine, t: Translate, format: Format): string {
  if (line.kind === "time") return formatDuration(line.seconds ?? 0);
  if (line.kind === "discount") {
    const percent = format.percent((line.discount_bp ?? 0) / 10_000, 1);
    return line.label ? t("price.discountOf", { tier: line.label, percent }) : t("price.kind.discount", { percent });
  }
  if (line.kind === "package" && line.label) return line.label;
  return t(`price.kind.${line.kind}`);
}

function lineNote(line: PriceLine, t: Translate, format: Format, manyPlaces: boolean): string {
  const span = line.from && line.to ? `${format.time(line.from)}–${format.time(line.to)}` : null;
  const rate = line.rate_minor_per_hour !== null ? format.rate(line.rate_minor_per_hour) : null;
  const name = line.kind === "time" ? line.label || t("price.standard") : null;
  return [span, [name, rate].filter(Boolean).join(" ") || null, manyPlaces && line.place ? line.place : null].filter(Boolean).join(" · ");
}
