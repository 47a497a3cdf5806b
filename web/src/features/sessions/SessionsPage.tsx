import { useNavigate, useSearch } from "@tanstack/react-router";
import { Clock3 } from "lucide-react";
import { useState } from "react";
import type { Session } from "@/api/types";
import { type Column, DataTable } from "@/components/DataTable";
import { Countdown, Empty, Tag } from "@/components/display";
import { Field, Input, Segmented } from "@/components/Field";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { addDays, formatDuration, instantOf } from "@/lib/time";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, useVenue } from "@/lib/venue";
import { SessionSheet } from "./SessionSheet";

export function SessionsPage() {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const navigate = useNavigate();
  const { id } = useSearch({ from: "/staff/sessions" });
  const [state, setState] = useState<"active" | "ended">("active");
  const [q, setQ] = useState("");
  const [day, setDay] = useState("");
  const asked = useDebounced(q.trim());
  const from = day ? instantOf(`${day}T00:00`, venue.timezone) : null;
  const sessions = usePages<Session>(
    "/sessions",
    { venue_id: venue.id, state, q: asked, from: from?.toISOString(), to: from ? addDays(from, 1, venue.timezone).toISOString() : undefined },
    state === "active" ? { refetchInterval: 15_000 } : {},
  );
  const open = (sessionId: string | null) => void navigate({ to: "/sessions", search: sessionId ? { id: sessionId } : {}, replace: true });

  const columns: Column<Session>[] = [
    { key: "station", header: t("session.station"), cell: (row) => <b className="font-semibold">{row.station_name}</b> },
    { key: "player", header: t("session.player"), cell: (row) => row.customer?.display_name ?? row.guest_name ?? t("session.guest") },
    { key: "mode", header: t("session.mode"), wide: true, cell: (row) => t(`mode.${row.mode}`) },
    { key: "started", header: t("session.started"), wide: true, cell: (row) => format.dateTime(row.started_at) },
    state === "active"
      ? { key: "left", header: t("session.left"), align: "right", cell: (row) => row.state === "paused" ? <Tag tone="paused">{t("floor.state.paused")}</Tag> : <Countdown className="font-semibold" endsAt={row.ends_at} startedAt={row.started_at} /> }
      : { key: "ended", header: t("session.ended"), wide: true, cell: (row) => `${row.ended_at ? format.dateTime(row.ended_at) : ""}${row.end_reason ? ` · ${t(endReason(row.end_reason))}` : ""}` },
    ...(state === "ended" ? [{ key: "length", header: t("session.length"), align: "right" as const, wide: true, cell: (row: Session) => formatDuration((Date.parse(row.ended_at ?? row.started_at) - Date.parse(row.started_at)) / 1000) }] : []),
    { key: "paid", header: t("session.paid"), align: "right", cell: (row) => format.money(row.charge_minor ?? row.paid_minor) },
    { key: "due", header: t("session.due"), align: "right", wide: true, cell: (row) => (row.due_minor > 0 ? <span className="font-semibold text-broken">{format.money(row.due_minor)}</span> : "–") },
  ];
  return (
    <Page title={t("nav.sessions")} search controls={<Segmented label={t("session.which")} value={state} onChange={setState} options={[{ value: "active" as const, label: t("session.active") }, { value: "ended" as const, label: t("session.past") }]} />}>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField label={t("session.search")} value={q} onChange={setQ} className="w-64 max-sm:w-full" />
        {state === "ended" && (
          <Field label={t("session.day")} hideLabel className="w-40"><Input type="date" value={day} onChange={(event) => { setDay(event.target.value); }} /></Field>
        )}
      </div>
      <DataTable
        label={t("nav.sessions")}
        columns={columns}
        rows={sessions.items}
        rowKey={(row) => row.id}
        source={sessions}
        onRow={(row) => { open(row.id); }}
        empty={<Empty icon={<Clock3 size={22} />} title={asked || day ? t("session.noMatch") : state === "active" ? t("session.noActive") : t("session.noPast")} text={asked || day ? t("session.noMatch.text") : t("session.none.text")} />}
      />
      {id && <SessionSheet id={id} onClose={() => { open(null); }} />}
    </Page>
  );
}

export function endReason(reason: string) {
  return reason === "expired" ? "endReason.expired" : reason === "customer" ? "endReason.customer" : reason === "void" ? "endReason.void" : "endReason.staff";
}
