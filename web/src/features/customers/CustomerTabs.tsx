import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Clock3, Package as PackageIcon, ScrollText } from "lucide-react";
import type { Grant, Items, Session, WalletEntry, Zone } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { GrantCard } from "@/components/domain/GrantCard";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { formatDuration } from "@/lib/time";
import { useFormat, useVenue } from "@/lib/venue";

export function CustomerPackages({ customerId }: { customerId: string }) {
  const t = useT();
  const venue = useVenue();
  const zones = useQuery({ queryKey: ["/zones", venue.id], queryFn: () => api.get<Items<Zone>>("/zones", { venue_id: venue.id }) });
  const grants = useQuery({ queryKey: ["grants", customerId], queryFn: () => api.get<Items<Grant>>(`/customers/${customerId}/packages`) });
  if (grants.isPending) return <SkeletonRows rows={3} />;
  if (grants.isError) return <Failed error={grants.error} retry={() => void grants.refetch()} />;
  if (grants.data.items.length === 0) return <Empty icon={<PackageIcon size={22} />} title={t("grant.none")} text={t("grant.none.text")} />;
  return <div className="grid gap-3 sm:grid-cols-2 2xl:grid-cols-3">{grants.data.items.map((grant) => <GrantCard key={grant.id} grant={grant} zones={zones.data?.items} />)}</div>;
}

export function CustomerHistory({ customerId }: { customerId: string }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const navigate = useNavigate();
  const sessions = usePages<Session>("/sessions", { venue_id: venue.id, customer_id: customerId });
  return (
    <DataTable
      label={t("nav.sessions")}
      rows={sessions.items}
      rowKey={(row) => row.id}
      source={sessions}
      onRow={(row) => void navigate({ to: "/sessions", search: { id: row.id } })}
      empty={<Empty icon={<Clock3 size={22} />} title={t("customer.noSessions")} />}
      columns={[
        { key: "start", header: t("session.started"), cell: (row) => format.dateTime(row.started_at) },
        { key: "station", header: t("session.station"), cell: (row) => `${row.station_name} · ${row.zone_name}` },
        { key: "mode", header: t("session.mode"), wide: true, cell: (row) => t(`mode.${row.mode}`) },
        { key: "length", header: t("session.length"), wide: true, align: "right", cell: (row) => (row.ended_at ? formatDuration((Date.parse(row.ended_at) - Date.parse(row.started_at)) / 1000) : t("timeline.now")) },
        { key: "paid", header: t("session.paid"), align: "right", cell: (row) => format.money(row.charge_minor ?? row.paid_minor) },
      ]}
    />
  );
}

export function CustomerStatement({ customerId }: { customerId: string }) {
  const t = useT();
  const format = useFormat();
  const entries = usePages<WalletEntry>(`/customers/${customerId}/wallet`, {});
  const signed = (minor: number) => (minor === 0 ? "" : <span className={minor > 0 ? "text-free" : ""}>{minor > 0 ? "+" : ""}{format.money(minor)}</span>);
  return (
    <DataTable
      label={t("customer.statement")}
      rows={entries.items}
      rowKey={(row) => row.id}
      source={entries}
      empty={<Empty icon={<ScrollText size={22} />} title={t("statement.none")} />}
      columns={[
        { key: "at", header: t("audit.at"), cell: (row) => format.dateTime(row.at) },
        { key: "what", header: t("statement.what"), cell: (row) => row.description },
        { key: "paid", header: t("wallet.paid"), align: "right", cell: (row) => signed(row.paid_minor) },
        { key: "bonus", header: t("wallet.bonusLabel"), align: "right", cell: (row) => signed(row.bonus_minor) },
        { key: "due", header: t("wallet.dueLabel"), align: "right", wide: true, cell: (row) => signed(row.due_minor) },
      ]}
    />
  );
}
