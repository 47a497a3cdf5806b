import { useQuery } from "@tanstack/react-query";
import { Package as PackageIcon, Plus, Tags } from "lucide-react";
import { useState } from "react";
import type { Items, Package, Page as PageOf, Tariff, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { Empty, Failed, SkeletonRows, Tag } from "@/components/display";
import { Page } from "@/components/Page";
import { Tabs } from "@/components/Tabs";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { useFormat, useVenue } from "@/lib/venue";
import { PackageForm } from "./PackageForm";
import { PreviewTool } from "./PreviewTool";
import { TariffEditor } from "./TariffEditor";
import { WeekGrid } from "./WeekGrid";

export function TariffsPage() {
  const t = useT();
  const venue = useVenue();
  const [tab, setTab] = useState("tariffs");
  const [tariff, setTariff] = useState<Tariff | "new" | null>(null);
  const [pack, setPack] = useState<Package | "new" | null>(null);
  const zones = useQuery({ queryKey: ["/zones", venue.id], queryFn: () => api.get<PageOf<Zone>>("/zones", { venue_id: venue.id, limit: 200 }) });
  const zoneList = zones.data?.items ?? [];
  return (
    <Page
      title={t("nav.tariffs")}
      actions={
        tab === "packages" ? (
          <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setPack("new"); }}>{t("package.new")}</Button>
        ) : tab === "tariffs" ? (
          <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setTariff("new"); }}>{t("tariff.new")}</Button>
        ) : null
      }
    >
      <Tabs
        label={t("nav.tariffs")}
        value={tab}
        onChange={setTab}
        items={[
          { value: "tariffs", label: t("nav.tariffs"), content: <TariffList zones={zoneList} onOpen={setTariff} /> },
          { value: "packages", label: t("customer.packages"), content: <PackageList zones={zoneList} onOpen={setPack} /> },
          { value: "preview", label: t("preview.title"), content: <PreviewTool zones={zoneList} /> },
        ]}
      />
      {tariff && <TariffEditor tariff={tariff === "new" ? null : tariff} zones={zoneList} onClose={() => { setTariff(null); }} />}
      {pack && <PackageForm pack={pack === "new" ? null : pack} zones={zoneList} onClose={() => { setPack(null); }} />}
    </Page>
  );
}

export function zoneNames(ids: string[], zones: Zone[]): string {
  return ids.map((id) => zones.find((zone) => zone.id === id)?.name ?? "?").join(", ");
}

function TariffList({ zones, onOpen }: { zones: Zone[]; onOpen: (tariff: Tariff | "new") => void }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const tariffs = useQuery({ queryKey: ["/tariffs", venue.id], queryFn: () => api.get<Items<Tariff>>("/tariffs", { venue_id: venue.id }) });
  if (tariffs.isPending) return <SkeletonRows />;
  if (tariffs.isError) return <Failed error={tariffs.error} retry={() => void tariffs.refetch()} />;
  if (tariffs.data.items.length === 0)
    return <Empty icon={<Tags size={22} />} title={t("tariff.none")} text={t("tariff.none.text")}><Button tone="primary" onClick={() => { onOpen("new"); }}>{t("tariff.new")}</Button></Empty>;
  const sorted = [...tariffs.data.items].sort((a, b) => Number(a.archived) - Number(b.archived));
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      {sorted.map((tariff) => (
        <button key={tariff.id} type="button" onClick={() => { onOpen(tariff); }} className={`card flex flex-col gap-3 p-4 text-left hover:border-field ${tariff.archived ? "opacity-60" : ""}`}>
          <span className="flex flex-wrap items-center gap-2">
            <b className="text-[15px] font-semibold">{tariff.name}</b>
            {tariff.archived && <Tag tone="offline">{t("tariff.archived")}</Tag>}
            <span className="num ml-auto font-semibold">{tariff.current ? format.rate(tariff.current.rules.base_rate_minor_per_hour) : t("tariff.noVersion")}</span>
          </span>
          <span className="text-[13px] text-fg2">
            {tariff.zone_ids.length > 0 ? zoneNames(tariff.zone_ids, zones) : t("tariff.default")}
            {tariff.kinds.length > 0 && ` · ${tariff.kinds.map((kind) => t(`kind.${kind}`)).join(", ")}`}
            {tariff.current && ` · ${t("tariff.version", { n: tariff.current.version })}`}
          </span>
          {tariff.current && <WeekGrid rules={tariff.current.rules} compact />}
        </button>
      ))}
    </div>
  );
}

function PackageList({ zones, onOpen }: { zones: Zone[]; onOpen: (pack: Package | "new") => void }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const packages = useQuery({ queryKey: ["/packages", venue.id], queryFn: () => api.get<PageOf<Package>>("/packages", { venue_id: venue.id, limit: 200 }) });
  if (packages.isPending) return <SkeletonRows />;
  if (packages.isError) return <Failed error={packages.error} retry={() => void packages.refetch()} />;
  if (packages.data.items.length === 0)
    return <Empty icon={<PackageIcon size={22} />} title={t("package.none")} text={t("package.none.text")}><Button tone="primary" onClick={() => { onOpen("new"); }}>{t("package.new")}</Button></Empty>;
  return (
    <div className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
      {packages.data.items.map((pack) => (
        <button key={pack.id} type="button" onClick={() => { onOpen(pack); }} className={`card flex flex-col gap-1.5 p-4 text-left hover:border-field ${pack.active ? "" : "opacity-60"}`}>
          <span className="flex items-center gap-2">
            <b className="font-semibold">{pack.name}</b>
            {!pack.active && <Tag tone="offline">{t("package.inactive")}</Tag>}
          </span>
          <span className="num text-xl font-[650]">{format.money(pack.price_minor)} <span className="text-[13px] font-medium text-fg3">{formatDuration(pack.seconds)} · {format.rate(Math.round((pack.price_minor * 3600) / pack.seconds))}</span></span>
          <span className="text-[13px] text-fg2">
            {[pack.zone_ids.length > 0 ? zoneNames(pack.zone_ids, zones) : t("grant.allZones"), t("package.validDays", { n: pack.valid_days }), pack.windows.length > 0 ? pack.windows.map((window) => `${window.from.slice(0, 5)}–${window.to.slice(0, 5)}`).join(", ") : null].filter(Boolean).join(" · ")}
          </span>
        </button>
      ))}
    </div>
  );
}
