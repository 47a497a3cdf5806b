import { Bot, KeyRound, MonitorCog, ScrollText, ShieldCheck, UserRound } from "lucide-react";
import { useState } from "react";
import type { AuditCheck, AuditEntry, PaymentMethod } from "@/api/types";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Empty, Notice, Tag } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Sheet } from "@/components/overlay";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { type MessageKey, useT } from "@/lib/i18n";
import { en } from "@/lib/i18n/en";
import { usePages } from "@/lib/query";
import { useMe } from "@/lib/session";
import { addDays, instantOf } from "@/lib/time";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, useVenue } from "@/lib/venue";

const actorIcons = { user: UserRound, api_key: KeyRound, agent: MonitorCog, system: Bot, anonymous: UserRound };

export function AuditPage() {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const mayAll = useMe().permissions["*"]?.includes("identity.audit.view") ?? false;
  const [q, setQ] = useState("");
  const [action, setAction] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [everything, setEverything] = useState(false);
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  const [check, setCheck] = useState<CheckState>(null);
  const entries = usePages<AuditEntry>("/audit", {
    venue_id: everything ? undefined : venue.id,
    q: useDebounced(q.trim()),
    action: useDebounced(action.trim()),
    from: from && instantOf(`${from}T00:00`, venue.timezone).toISOString(),
    to: to && addDays(instantOf(`${to}T00:00`, venue.timezone), 1, venue.timezone).toISOString(),
  });
  return (
    <Page title={t("nav.audit")} actions={<VerifyButton onResult={setCheck} />}>
      <VerifyResult state={check} />
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField label={t("audit.search")} value={q} onChange={setQ} className="w-72 max-sm:w-full" />
        <Field label={t("audit.action")} hideLabel className="w-52 max-sm:min-w-[44%] max-sm:flex-1"><Input placeholder={t("audit.action.hint")} value={action} onChange={(event) => { setAction(event.target.value); }} /></Field>
        {mayAll && (
          <Field label={t("audit.scope.venue")} hideLabel className="w-36 max-sm:min-w-[44%] max-sm:flex-1">
            <Select value={everything ? "all" : "venue"} onChange={(event) => { setEverything(event.target.value === "all"); }}>
              <option value="venue">{t("audit.scope.venue")}</option>
              <option value="all">{t("audit.scope.all")}</option>
            </Select>
          </Field>
        )}
        <Field label={t("audit.from")} hideLabel className="w-40 max-sm:min-w-[44%] max-sm:flex-1"><Input type="date" value={from} onChange={(event) => { setFrom(event.target.value); }} /></Field>
        <Field label={t("audit.to")} hideLabel className="w-40 max-sm:min-w-[44%] max-sm:flex-1"><Input type="date" value={to} onChange={(event) => { setTo(event.target.value); }} /></Field>
      </div>
      <DataTable
        label={t("nav.audit")}
        rows={entries.items}
        rowKey={(row) => String(row.id)}
        source={entries}
        onRow={setOpened}
        empty={<Empty icon={<ScrollText size={22} />} title={t("audit.none")} text={t("audit.none.text")} />}
        columns={[
          { key: "at", header: t("audit.at"), cell: (row) => <span className="whitespace-nowrap">{format.dateTime(row.at)}</span> },
          { key: "who", header: t("audit.who"), cell: (row) => <Actor entry={row} /> },
          { key: "what", header: t("till.what"), cell: (row) => <Happened entry={row} /> },
          { key: "action", header: t("audit.action"), wide: true, cell: (row) => <code className="font-mono text-xs text-fg2">{row.action}</code> },
          { key: "sealed", header: t("audit.sealed"), wide: true, cell: (row) => (row.sealed ? <Tag tone="free">{t("audit.sealed")}</Tag> : <span className="text-fg3">{t("audit.notSealed")}</span>) },
        ]}
      />
      {opened && <Entry entry={opened} onClose={() => { setOpened(null); }} />}
    </Page>
  );
}

/** The action in words, then the server's note; amounts are money, not minor units. */
function Happened({ entry }: { entry: AuditEntry }) {
  const t = useT();
  const format = useFormat();
  const known = `act.${entry.action}`;
  const words = known in en ? t(known as MessageKey) : entry.action.replace(/^\w+\./, "").replaceAll("_", " ");
  const { amount_minor: amount, method } = entry.detail as { amount_minor?: number; method?: PaymentMethod };
  const note = typeof amount === "number" ? [format.money(amount), method && t(`pay.${method}`)].filter(Boolean).join(" · ") : entry.summary;
  return <><b className="font-semibold first-letter:uppercase">{words}</b>{note && note !== entry.actor.name && <span className="text-fg2"> · {note}</span>}</>;
}

function Actor({ entry }: { entry: AuditEntry }) {
  const t = useT();
  const Icon = actorIcons[entry.actor.kind];
  return <span className="flex items-center gap-1.5"><Icon size={15} className="shrink-0 text-fg3" role="img" aria-label={t(`actor.${entry.actor.kind}`)} />{entry.actor.name}</span>;
}

function Entry({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const facts: [string, string][] = [
    [t("audit.at"), `${format.date(entry.at)} ${format.clock(entry.at)}`],
    [t("audit.who"), `${entry.actor.name} (${t(`actor.${entry.actor.kind}`)})`],
    [t("audit.action"), entry.action],
    [t("audit.subject"), [entry.subject_type, entry.subject_id].filter(Boolean).join(" ") || "–"],
    [t("audit.ip"), entry.ip ?? "–"],
    [t("audit.request"), entry.request_id ?? "–"],
  ];
  return (
    <Sheet open onClose={onClose} title={t("audit.entry", { id: entry.id })}>
      <p className="text-[15px]"><Happened entry={entry} /></p>
      <dl className="flex flex-col gap-2.5">
        {facts.map(([label, value]) => <div key={label} className="grid grid-cols-[120px_1fr] gap-3 text-[13.5px]"><dt className="text-fg3">{label}</dt><dd className="num break-all">{value}</dd></div>)}
      </dl>
      <section>
        <h3 className="mb-1.5 text-xs font-semibold text-fg3">{t("audit.detail")}</h3>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling block must be reachable by keyboard */}
        <pre tabIndex={0} className="overflow-auto rounded-[10px] border border-line2 bg-bg p-3 font-mono text-xs leading-relaxed">{JSON.stringify(entry.detail, null, 2)}</pre>
      </section>
    </Sheet>
  );
}

type CheckState = { result: AuditCheck } | { failure: string } | null;

function VerifyButton({ onResult }: { onResult: (state: CheckState) => void }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const verify = async () => {
    setBusy(true);
    try {
      onResult({ result: await api.get<AuditCheck>("/audit/verify") });
    } catch (error) {
      onResult({ failure: errorText(error) });
    } finally {
      setBusy(false);
    }
  };
  return <Button icon={<ShieldCheck size={15} />} busy={busy} onClick={() => void verify()}>{t("audit.verify")}</Button>;
}

function VerifyResult({ state }: { state: CheckState }) {
  const t = useT();
  if (!state) return null;
  if ("failure" in state) return <div className="mb-3"><Notice tone="broken">{state.failure}</Notice></div>;
  const { result } = state;
  return (
    <div className="mb-3" role="status">
      {result.ok ? (
        <Notice tone="free">{t("audit.ok", { n: result.checked, through: result.sealed_through })}</Notice>
      ) : (
        <Notice tone="broken">{t("audit.bad", { id: result.first_bad?.entry_id ?? "–", reason: result.first_bad?.reason.replaceAll("_", " ") ?? "" })}</Notice>
      )}
    </div>
  );
}
