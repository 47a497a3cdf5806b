import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { GameServer } from "@/api/alerts";
import type { Page } from "@/api/types";
import { Checkbox, Field, Segmented } from "@/components/Field";
import { SearchField } from "@/components/SearchField";
import { TagsInput } from "@/components/TagsInput";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useDebounced } from "@/lib/useDebounced";

export interface Scope {
  server_ids: string[];
  tags: string[];
}

/** The servers of a community by name, for choosing some of them and for naming those chosen. */
export function useServerNames(communityId: string | null, q = "") {
  return useQuery({
    queryKey: ["/alerts/servers", "names", communityId, q],
    queryFn: () => api.get<Page<GameServer>>("/alerts/servers", { community_id: communityId, q, limit: 200 }),
    staleTime: 60_000,
    placeholderData: (previous) => previous,
  });
}

/** Every server, those with a tag, or some by name. */
export function ScopeFields({ communityId, value, onChange }: { communityId: string; value: Scope; onChange: (scope: Scope) => void }) {
  const t = useT();
  const [way, setWay] = useState<"all" | "tags" | "servers">(value.server_ids.length > 0 ? "servers" : value.tags.length > 0 ? "tags" : "all");
  const [q, setQ] = useState("");
  const names = useServerNames(communityId, useDebounced(q.trim()));
  const items = names.data?.items ?? [];
  const tags = [...new Set(items.flatMap((server) => server.tags))].sort();
  const toggle = (id: string, on: boolean) => { onChange({ server_ids: on ? [...value.server_ids, id] : value.server_ids.filter((one) => one !== id), tags: [] }); };
  return (
    <div className="flex flex-col gap-3">
      <Segmented
        label={t("scope.which")}
        value={way}
        onChange={(next) => {
          setWay(next);
          onChange({ server_ids: [], tags: [] });
        }}
        options={(["all", "tags", "servers"] as const).map((one) => ({ value: one, label: t(`scope.${one}`) }))}
      />
      {way === "tags" && <Field label={t("servers.tags")} hint={t("scope.tags.hint")}><TagsInput value={value.tags} suggestions={tags} onChange={(next) => { onChange({ server_ids: [], tags: next }); }} /></Field>}
      {way === "servers" && (
        <fieldset className="flex flex-col gap-2">
          <legend className="sr-only">{t("scope.servers")}</legend>
          <SearchField label={t("servers.search")} value={q} onChange={setQ} />
          <div className="grid max-h-48 gap-1 overflow-auto rounded-xl border border-line2 p-2.5">
            {items.length === 0 && <p className="py-2 text-center text-[13px] text-fg2">{t("servers.noMatch")}</p>}
            {items.map((server) => <Checkbox key={server.id} label={<>{server.name} <span className="text-xs text-fg3">{server.game}</span></>} checked={value.server_ids.includes(server.id)} onChange={(event) => { toggle(server.id, event.target.checked); }} />)}
          </div>
          <p className="text-xs text-fg3">{t("scope.chosen", { n: value.server_ids.length })}</p>
        </fieldset>
      )}
    </div>
  );
}
