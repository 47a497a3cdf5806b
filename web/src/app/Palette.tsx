import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Languages, Moon, Plus, Server, Sun } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { GameServer } from "@/api/alerts";
import type { Customer, Page, Station } from "@/api/types";
import { Avatar } from "@/components/display";
import { KindIcon } from "@/components/domain/states";
import { api } from "@/lib/http";
import { setLanguage, useLanguage, useT } from "@/lib/i18n";
import { setTheme } from "@/lib/theme";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission, useVenue } from "@/lib/venue";
import type { NavItem } from "./nav";

/** Ctrl-K and "/": pages, people, stations and the few commands that are not tied to a page. */
export function Palette({ onClose, items }: { onClose: () => void; items: NavItem[] }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const language = useLanguage();
  const navigate = useNavigate();
  const mayCustomers = usePermission("venue.customers.view");
  const mayStart = usePermission("venue.sessions.operate");
  const [text, setText] = useState("");
  const q = useDebounced(text.trim(), 120);
  const customers = useQuery({
    queryKey: ["/customers", "palette", venue.id, q],
    queryFn: ({ signal }) => api.get<Page<Customer>>("/customers", { venue_id: venue.id, q, limit: 6 }, signal),
    enabled: q !== "" && mayCustomers,
    placeholderData: (previous) => previous,
  });
  const mayServers = usePermission("alerts.view");
  const servers = useQuery({
    queryKey: ["/alerts/servers", "palette", q],
    queryFn: ({ signal }) => api.get<Page<GameServer>>("/alerts/servers", { q, limit: 6 }, signal),
    enabled: q !== "" && mayServers,
    placeholderData: (previous) => previous,
  });
  const stations = useQuery({
    queryKey: ["/stations", "palette", venue.id],
    queryFn: () => api.get<Page<Station>>("/stations", { venue_id: venue.id, limit: 200 }),
    staleTime: 60_000,
  });
  const run = (act: () => void) => () => {
    onClose();
    act();
  };
  const needle = text.trim().toLowerCase();
  const matches = (label: string) => needle === "" || label.toLowerCase().includes(needle);
  const foundStations = needle === "" ? [] : (stations.data?.items ?? []).filter((station) => matches(`${station.name} ${station.zone_name}`)).slice(0, 8);
  const commands: { label: string; icon: ReactNode; act: () => void }[] = [
    ...(mayStart ? [{ label: t("floor.startSession"), icon: <Plus size={17} />, act: () => void navigate({ to: "/floor", search: { start: true } }) }] : []),
    { label: t("palette.dark"), icon: <Moon size={17} />, act: () => { setTheme("dark"); } },
    { label: t("palette.light"), icon: <Sun size={17} />, act: () => { setTheme("light"); } },
    { label: language === "de" ? "English" : "Deutsch", icon: <Languages size={17} />, act: () => void setLanguage(language === "de" ? "en" : "de") },
  ];
  return (
    <Command.Dialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      label={t("palette.open")}
      shouldFilter={false}
      overlayClassName="anim-fade fixed inset-0 z-50 bg-black/55 backdrop-blur-[2px]"
      contentClassName="anim-rise fixed top-[12vh] left-1/2 z-50 w-[min(600px,calc(100%-24px))] -translate-x-1/2 overflow-hidden rounded-2xl border border-line2 bg-s1 shadow-pop"
    >
      <Command.Input value={text} onValueChange={setText} placeholder={t("palette.hint")} className="h-[52px] w-full border-b border-line bg-transparent px-4 text-[15px] outline-none" />
      <Command.List className="max-h-[56vh] overflow-auto p-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-fg3">
        <Command.Empty className="px-3 py-8 text-center text-fg2">{t("palette.nothing", { q: text })}</Command.Empty>
        {foundStations.length > 0 && (
          <Command.Group heading={t("nav.stations")}>
            {foundStations.map((station) => (
              <Row key={station.id} value={`station ${station.id}`} onSelect={run(() => void navigate({ to: "/floor", search: { station: station.id } }))} icon={<KindIcon kind={station.kind} size={17} />} label={station.name} note={station.zone_name} />
            ))}
          </Command.Group>
        )}
        {q !== "" && (customers.data?.items.length ?? 0) > 0 && (
          <Command.Group heading={t("nav.customers")}>
            {customers.data?.items.map((customer) => (
              <Row key={customer.id} value={`customer ${customer.id}`} onSelect={run(() => void navigate({ to: "/customers/$customerId", params: { customerId: customer.id } }))} icon={<Avatar name={customer.display_name} size={24} />} label={customer.display_name} note={`${t(`tier.${customer.tier}`)} · ${format.money(customer.wallet.paid_minor + customer.wallet.bonus_minor)}`} />
            ))}
          </Command.Group>
        )}
        {q !== "" && (servers.data?.items.length ?? 0) > 0 && (
          <Command.Group heading={t("nav.servers")}>
            {servers.data?.items.map((server) => (
              <Row key={server.id} value={`server ${server.id}`} onSelect={run(() => void navigate({ to: "/servers/$serverId", params: { serverId: server.id } }))} icon={<Server size={17} />} label={server.name} note={server.state === "up" ? t("palette.playing", { n: server.players }) : t(`servers.state.${server.state}`)} />
            ))}
          </Command.Group>
        )}
        <Section heading={t("palette.pages")} rows={items.filter((item) => matches(t(item.label))).map((item) => ({ label: t(item.label), icon: <item.icon size={17} />, act: () => void navigate({ to: item.to }) }))} run={run} />
        <Section heading={t("keys.palette")} rows={commands.filter((command) => matches(command.label))} run={run} />
      </Command.List>
    </Command.Dialog>
  );
}

function Section({ heading, rows, run }: { heading: string; rows: { label: string; icon: ReactNode; act: () => void }[]; run: (act: () => void) => () => void }) {
  if (rows.length === 0) return null;
  return (
    <Command.Group heading={heading}>
      {rows.map((row) => <Row key={row.label} value={`${heading} ${row.label}`} label={row.label} icon={row.icon} onSelect={run(row.act)} />)}
    </Command.Group>
  );
}

function Row({ value, icon, label, note, onSelect }: { value: string; icon: ReactNode; label: string; note?: string; onSelect: () => void }) {
  return (
    <Command.Item value={value} onSelect={onSelect} className="flex cursor-pointer items-center gap-3 rounded-lg px-2.5 py-2 text-[14px] data-[selected=true]:bg-s3">
      <span className="grid w-6 place-items-center text-fg3">{icon}</span>
      <span className="flex-1 truncate">{label}</span>
      {note && <span className="num text-xs text-fg2">{note}</span>}
    </Command.Item>
  );
}
