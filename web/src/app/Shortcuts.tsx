import { Kbd } from "@/components/Button";
import { Dialog } from "@/components/overlay";
import { type MessageKey, useT } from "@/lib/i18n";
import type { NavItem } from "./nav";

const floorKeys: [string, MessageKey][] = [
  ["S", "keys.start"],
  ["E", "keys.extend"],
  ["P", "keys.pause"],
  ["M", "keys.move"],
  ["⌫", "keys.end"],
  ["← ↑ ↓ →", "keys.arrows"],
  ["Ctrl click", "keys.select"],
  ["⇧ click", "keys.range"],
  ["Esc", "keys.escape"],
];

export function Shortcuts({ open, onClose, items }: { open: boolean; onClose: () => void; items: NavItem[] }) {
  const t = useT();
  const general: [string, string][] = [
    ["Ctrl K", t("keys.palette")],
    ["/", t("keys.search")],
    ["?", t("keys.help")],
    ...items.map((item): [string, string] => [`G ${item.key.toUpperCase()}`, t(item.label)]),
  ];
  return (
    <Dialog open={open} onClose={onClose} title={t("menu.shortcuts")} width="lg">
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <Keys title={t("keys.everywhere")} rows={general} />
        <Keys title={t("nav.floor")} rows={floorKeys.map(([key, label]) => [key, t(label)])} />
      </div>
    </Dialog>
  );
}

function Keys({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <section>
      <h3 className="mb-2 text-xs font-semibold text-fg3">{title}</h3>
      <dl className="flex flex-col gap-1.5">
        {rows.map(([key, label]) => (
          <div key={key} className="flex items-center justify-between gap-3 text-[13.5px]">
            <dt>{label}</dt>
            <dd className="flex gap-1 max-md:[&>kbd]:inline">{key.split(" ").map((part, index) => <Kbd key={index}>{part}</Kbd>)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
