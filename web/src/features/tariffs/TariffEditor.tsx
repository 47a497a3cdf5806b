import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Items, StationKind, Tariff, TariffRules, TariffVersion, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Checkbox, Field, Input } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { Tabs } from "@/components/Tabs";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { instantOf } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";
import { PreviewTool } from "./PreviewTool";
import { emptyRules, problemOfRate } from "./rules";
import { RulesForm } from "./RulesForm";
import { WeekGrid } from "./WeekGrid";

const kinds: StationKind[] = ["pc", "ps5", "xbox", "switch", "vr", "sim_rig"];

/** A tariff's name and reach change in place; its rules never do: a change is a new version. */
export function TariffEditor({ tariff, zones, onClose }: { tariff: Tariff | null; zones: Zone[]; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [tab, setTab] = useState("rules");
  const [name, setName] = useState(tariff?.name ?? "");
  const [zoneIds, setZoneIds] = useState<string[]>(tariff?.zone_ids ?? []);
  const [kindList, setKindList] = useState<StationKind[]>(tariff?.kinds ?? []);
  const [archived, setArchived] = useState(tariff?.archived ?? false);
  const [rules, setRules] = useState<TariffRules>(tariff?.current?.rules ?? emptyRules());
  const [validFrom, setValidFrom] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const rulesChanged = JSON.stringify(rules) !== JSON.stringify(tariff?.current?.rules);
  const wrong = rules.rates.map(problemOfRate).find((problem) => problem !== null);

  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const head = { name: name.trim(), zone_ids: zoneIds, kinds: kindList };
      if (!tariff) await api.post("/tariffs", { venue_id: venue.id, ...head, rules });
      else {
        await api.patch(`/tariffs/${tariff.id}`, { ...head, archived });
        if (rulesChanged) await api.post(`/tariffs/${tariff.id}/versions`, { rules, ...(validFrom && { valid_from: instantOf(validFrom, venue.timezone).toISOString() }) });
      }
      await client.invalidateQueries({ queryKey: ["/tariffs"] });
      toast.good(t("tariff.saved", { name: name.trim() }));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  const toggle = <T,>(list: T[], item: T): T[] => (list.includes(item) ? list.filter((one) => one !== item) : [...list, item]);

  return (
    <Dialog open onClose={onClose} width="lg" title={tariff ? tariff.name : t("tariff.new")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="grid gap-4 md:grid-cols-2">
          <Field label={t("tariff.name")}><Input value={name} maxLength={80} required onChange={(event) => { setName(event.target.value); }} /></Field>
          {tariff && rulesChanged && (
            <Field label={t("tariff.validFrom")} hint={t("tariff.validFrom.hint")}><Input type="datetime-local" value={validFrom} onChange={(event) => { setValidFrom(event.target.value); }} /></Field>
          )}
        </div>
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-[12.5px] font-medium text-fg2">{t("tariff.zones")} <span className="font-normal text-fg3">{t("tariff.zones.hint")}</span></legend>
          <div className="flex flex-wrap gap-x-5 gap-y-2">{zones.map((zone) => <Checkbox key={zone.id} label={zone.name} checked={zoneIds.includes(zone.id)} onChange={() => { setZoneIds(toggle(zoneIds, zone.id)); }} />)}</div>
        </fieldset>
        <fieldset className="flex flex-col gap-1.5">
          <legend className="mb-1 text-[12.5px] font-medium text-fg2">{t("tariff.kinds")} <span className="font-normal text-fg3">{t("tariff.kinds.hint")}</span></legend>
          <div className="flex flex-wrap gap-x-5 gap-y-2">{kinds.map((kind) => <Checkbox key={kind} label={t(`kind.${kind}`)} checked={kindList.includes(kind)} onChange={() => { setKindList(toggle(kindList, kind)); }} />)}</div>
        </fieldset>
        <Tabs
          label={t("tariff.parts")}
          value={tab}
          onChange={setTab}
          items={[
            { value: "rules", label: t("tariff.rules"), content: <RulesForm rules={rules} onChange={setRules} /> },
            { value: "week", label: t("tariff.weekTab"), content: <WeekGrid rules={rules} /> },
            { value: "preview", label: t("preview.title"), content: <PreviewTool zones={zones} rules={rules} zoneIds={zoneIds} /> },
            ...(tariff ? [{ value: "versions", label: t("tariff.versions"), content: <Versions tariff={tariff} onUse={(old) => { setRules(old); setTab("rules"); }} /> }] : []),
          ]}
        />
        {wrong && <Notice tone="broken">{t(wrong)}</Notice>}
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex flex-wrap items-center gap-3 border-t border-line pt-4">
          {tariff && <Checkbox label={t("tariff.archive")} checked={archived} onChange={(event) => { setArchived(event.target.checked); }} />}
          <span className="flex-1" />
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={name.trim() === "" || wrong !== undefined}>{tariff && rulesChanged ? t("tariff.saveVersion", { n: (tariff.current?.version ?? 0) + 1 }) : t("action.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Versions({ tariff, onUse }: { tariff: Tariff; onUse: (rules: TariffRules) => void }) {
  const t = useT();
  const format = useFormat();
  const versions = useQuery({ queryKey: ["/tariffs", tariff.id, "versions"], queryFn: () => api.get<Items<TariffVersion>>(`/tariffs/${tariff.id}/versions`) });
  return (
    <ul className="flex flex-col">
      {versions.data?.items.map((version) => (
        <li key={version.id} className="flex flex-wrap items-center gap-3 border-b border-line py-2 last:border-0">
          <b className="num w-10 font-semibold">v{version.version}</b>
          <span className="flex-1 text-[13px]">{t("tariff.from", { date: format.dateTime(version.valid_from) })}<span className="block text-xs text-fg3">{[format.rate(version.rules.base_rate_minor_per_hour), t("tariff.rateCount", { n: version.rules.rates.length })].filter(Boolean).join(" · ")}</span></span>
          {version.id !== tariff.current?.id && <Button size="sm" onClick={() => { onUse(version.rules); }}>{t("tariff.useAgain")}</Button>}
        </li>
      ))}
    </ul>
  );
}
