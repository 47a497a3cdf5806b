import type { PriceLine } from "@/api/types";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { type Format, useFormat } from "@/lib/venue";

/** "Why does it cost that": every price line by line, down to the sum. */
export function PriceLines({ lines, total, totalLabel }: { lines: PriceLine[]; total: number; totalLabel?: string }) {
  const t = useT();
  const format = useFormat();
  return (
    <table className="num w-full text-[13px]">
      <tbody>
        {lines.map((line, index) => (
          <tr key={index}>
            <td className="py-[5px] align-top">
              {line.kind === "time" && line.seconds !== null ? formatDuration(line.seconds) : line.label}
              <small className="block text-[11.5px] text-fg3">{lineNote(line, format)}</small>
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

function lineNote(line: PriceLine, format: Format): string {
  const span = line.from && line.to ? `${format.time(line.from)}–${format.time(line.to)}` : null;
  const rate = line.rate_minor_per_hour !== null ? `${line.kind === "time" ? line.label + " " : ""}${format.rate(line.rate_minor_per_hour)}` : null;
  return [span, rate ?? (line.kind === "time" ? line.label : null), rate ? null : line.detail].filter(Boolean).join(" · ");
}
