import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Items, Tier } from "@/api/types";
import { Button } from "@/components/Button";
import { Failed, Notice, SkeletonRows } from "@/components/display";
import { Field, Input, Textarea } from "@/components/Field";
import { Card } from "@/components/Page";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";

export function TiersForm() {
  const venue = useVenue();
  const tiers = useQuery({ queryKey: ["/tiers", venue.id], queryFn: () => api.get<Items<Tier>>("/tiers", { venue_id: venue.id }) });
  if (tiers.isPending) return <SkeletonRows />;
  if (tiers.isError) return <Failed error={tiers.error} retry={() => void tiers.refetch()} />;
  return <div className="grid items-start gap-4 lg:grid-cols-3">{tiers.data.items.map((tier) => <TierCard key={tier.key} tier={tier} />)}</div>;
}

function TierCard({ tier }: { tier: Tier }) {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [name, setName] = useState(tier.name);
  const [percent, setPercent] = useState(tier.discount_bp / 100);
  const [perks, setPerks] = useState(tier.perks.join("\n"));
  const [color, setColor] = useState(tier.color);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.patch(`/tiers/${tier.key}`, { name: name.trim(), discount_bp: Math.round(percent * 100), perks: perks.split("\n").map((perk) => perk.trim()).filter(Boolean), color }, { query: { venue_id: venue.id } });
      await client.invalidateQueries({ queryKey: ["/tiers"] });
      toast.good(t("tariff.saved", { name: name.trim() }));
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={tier.name} actions={<i aria-hidden className="size-4 rounded-full" style={{ background: color }} />}>
      <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="grid grid-cols-[1fr_64px] gap-2">
          <Field label={t("tariff.name")}><Input value={name} maxLength={40} onChange={(event) => { setName(event.target.value); }} /></Field>
          <Field label={t("zone.colour")}><Input type="color" value={color} className="!px-1" onChange={(event) => { setColor(event.target.value); }} /></Field>
        </div>
        <Field label={t("tiers.discount")} hint={t("tiers.discount.hint")}><Input type="number" min={0} max={100} step={0.5} value={percent} onChange={(event) => { setPercent(Number(event.target.value)); }} /></Field>
        <Field label={t("tiers.perks")} hint={t("tiers.perks.hint")}><Textarea value={perks} onChange={(event) => { setPerks(event.target.value); }} /></Field>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <Button type="submit" tone="primary" className="self-end" busy={busy} disabled={name.trim() === ""}>{t("action.save")}</Button>
      </form>
    </Card>
  );
}
