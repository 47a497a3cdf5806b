import { useQuery } from "@tanstack/react-query";
import type { GameServer, Protocol } from "@/api/alerts";
import type { Items } from "@/api/types";
import { Field, Input, Select, Switch } from "@/components/Field";
import { TagsInput } from "@/components/TagsInput";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";

export interface ServerDraft {
  name: string;
  address: string;
  port: string;
  protocol: string;
  query_port: string;
  tags: string[];
  interval_seconds: number;
  timeout_seconds: number;
  down_after: number;
  public: boolean;
}
export const freshServer: ServerDraft = { name: "", address: "", port: "", protocol: "auto", query_port: "", tags: [], interval_seconds: 60, timeout_seconds: 3, down_after: 3, public: true };

export const draftOf = (server: GameServer): ServerDraft => ({
  name: server.name === server.own_name ? "" : server.name, address: server.address ?? "", port: server.port === null ? "" : String(server.port), protocol: server.protocol ?? "auto",
  query_port: server.query_port === null ? "" : String(server.query_port), tags: server.tags, interval_seconds: server.interval_seconds,
  timeout_seconds: server.timeout_seconds, down_after: server.down_after, public: server.public,
});

/** An address as people paste it: "play.example.org:25565", with or without a scheme. */
export function splitAddress(text: string): { address: string; port: string | null } {
  const bare = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/[/?#].*$/, "");
  const match = /^(?:\[([0-9a-f:]+)\]|([^:]+)):(\d{1,5})$/i.exec(bare);
  return match ? { address: match[1] ?? match[2] ?? "", port: match[3] ?? null } : { address: bare, port: null };
}

const numberOr = (text: string, otherwise: number | null): number | null => (/^\d{1,5}$/.test(text.trim()) ? Number(text) : otherwise);

/** What the server wants to hear about where and how to ask. */
export const targetOf = (draft: ServerDraft) => ({
  address: draft.address.trim(),
  port: numberOr(draft.port, null),
  protocol: draft.protocol,
  query_port: numberOr(draft.query_port, null),
});
export const settingsOf = (draft: ServerDraft) => ({
  tags: draft.tags, interval_seconds: draft.interval_seconds, timeout_seconds: draft.timeout_seconds, down_after: draft.down_after, public: draft.public,
});

export function useProtocols() {
  return useQuery({ queryKey: ["/alerts/protocols"], queryFn: () => api.get<Items<Protocol>>("/alerts/protocols"), staleTime: Infinity });
}

interface Part {
  draft: ServerDraft;
  onChange: (change: Partial<ServerDraft>) => void;
}

export function AddressFields({ draft, onChange, field, fixed = false }: Part & { field: (name: string) => string | undefined; fixed?: boolean }) {
  const t = useT();
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_96px] gap-3">
      <Field label={t("server.address")} error={field("address")}>
        <Input
          value={draft.address}
          disabled={fixed}
          className="font-mono"
          placeholder="play.example.org"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus={draft.address === ""}
          onChange={(event) => {
            const { address, port } = splitAddress(event.target.value);
            onChange(port === null ? { address: event.target.value } : { address, port });
          }}
        />
      </Field>
      <Field label={t("server.port")} error={field("port")}><Input value={draft.port} inputMode="numeric" maxLength={5} className="num" onChange={(event) => { onChange({ port: event.target.value }); }} /></Field>
    </div>
  );
}

export function ProtocolFields({ draft, onChange }: Part) {
  const t = useT();
  const protocols = useProtocols();
  const items = protocols.data?.items ?? [];
  const libraries = [...new Set(items.map((one) => one.library))];
  const chosen = items.find((one) => one.id === draft.protocol);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_96px] gap-3">
      <Field label={t("server.protocol")} hint={chosen?.bots ? t("server.protocol.bots") : draft.protocol === "auto" ? t("server.protocol.auto.hint") : undefined}>
        <Select value={draft.protocol} onChange={(event) => { onChange({ protocol: event.target.value }); }}>
          <option value="auto">{t("server.protocol.auto")}</option>
          {draft.protocol !== "auto" && !chosen && <option value={draft.protocol}>{draft.protocol}</option>}
          {libraries.map((library) => (
            <optgroup key={library} label={library}>
              {items.filter((one) => one.library === library).map((one) => <option key={one.id} value={one.id}>{one.name}{one.default_port !== null ? ` (${String(one.default_port)})` : ""}</option>)}
            </optgroup>
          ))}
        </Select>
      </Field>
      <Field label={t("server.queryPort")}><Input value={draft.query_port} inputMode="numeric" maxLength={5} placeholder={t("server.same")} className="num" onChange={(event) => { onChange({ query_port: event.target.value }); }} /></Field>
    </div>
  );
}

const intervals = [10, 20, 30, 60, 120, 300, 600, 1800, 3600];

export function WatchFields({ draft, onChange }: Part) {
  const t = useT();
  const options = (values: number[], own: number) => [...new Set([...values, own])].sort((a, b) => a - b);
  const number = (text: string) => Number(text);
  return (
    <div className="grid grid-cols-3 gap-3">
      <Field label={t("server.interval")}>
        <Select value={draft.interval_seconds} onChange={(event) => { onChange({ interval_seconds: number(event.target.value) }); }}>
          {options(intervals, draft.interval_seconds).map((seconds) => <option key={seconds} value={seconds}>{formatDuration(seconds)}</option>)}
        </Select>
      </Field>
      <Field label={t("server.timeout")}>
        <Select value={draft.timeout_seconds} onChange={(event) => { onChange({ timeout_seconds: number(event.target.value) }); }}>
          {options([1, 2, 3, 5, 10], draft.timeout_seconds).map((seconds) => <option key={seconds} value={seconds}>{formatDuration(seconds)}</option>)}
        </Select>
      </Field>
      <Field label={t("server.downAfter")}>
        <Select value={draft.down_after} onChange={(event) => { onChange({ down_after: number(event.target.value) }); }}>
          {options([1, 2, 3, 4, 5, 10], draft.down_after).map((n) => <option key={n} value={n}>{t("server.misses", { n })}</option>)}
        </Select>
      </Field>
    </div>
  );
}

export function ShownFields({ draft, onChange, known }: Part & { known: string[] }) {
  const t = useT();
  return (
    <>
      <Field label={t("servers.tags")} hint={t("server.tags.hint")}><TagsInput value={draft.tags} suggestions={known} onChange={(tags) => { onChange({ tags }); }} /></Field>
      <Switch label={t("server.public")} hint={t("server.public.hint")} checked={draft.public} onChange={(on) => { onChange({ public: on }); }} />
    </>
  );
}
