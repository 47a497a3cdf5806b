import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BellRing, Smartphone } from "lucide-react";
import type { MyNotifications, Recipient } from "@/api/notify";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Card } from "@/components/Page";
import { api } from "@/lib/http";
import { hasCode } from "@/lib/problem";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { deviceName, pushState, rememberedRecipient, rememberRecipient, subscribeHere, unsubscribeHere } from "./push";

/** "Notify me on this device", with each reason why it cannot. */
export function PushCard({ mine }: { mine: MyNotifications }) {
  const t = useT();
  const client = useQueryClient();
  const action = useAction();
  const state = useQuery({ queryKey: ["push-state"], queryFn: pushState, staleTime: 0 });
  const pushChannels = mine.channels.filter((channel) => channel.kind === "webpush");
  const known = mine.addresses.some((one) => one.id === rememberedRecipient());
  const on = state.data === "on" && known;
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ["push-state"] });
    await client.invalidateQueries({ queryKey: ["/me/notifications"] });
  };
  const switchOn = () =>
    action.run(async () => {
      const subscription = await subscribeHere(mine.vapid_public_key);
      if (!subscription) {
        await refresh();
        return;
      }
      const made = await api.post<Recipient>("/me/notifications/push", { ...subscription, channel_ids: pushChannels.map((channel) => channel.id), label: deviceName() });
      rememberRecipient(made.id);
      toast.good(t("push.on.done"));
      await refresh();
    });
  const switchOff = () =>
    action.run(async () => {
      const id = rememberedRecipient();
      if (id) await api.delete(`/me/notifications/${id}`).catch((error: unknown) => {
        if (!hasCode(error, "notify.recipient_not_found")) throw error;
      });
      await unsubscribeHere();
      toast.good(t("push.off.done"));
      await refresh();
    });
  const cannot = state.data && state.data !== "on" && state.data !== "off" ? state.data : null;
  return (
    <Card title={t("push.title")}>
      <div className="flex items-center gap-3">
        <span className={`grid size-10 shrink-0 place-items-center rounded-xl ${on ? "bg-[color-mix(in_oklab,var(--free)_16%,transparent)] text-free" : "bg-s3 text-fg3"}`}>{on ? <BellRing size={20} aria-hidden /> : <Smartphone size={20} aria-hidden />}</span>
        <p className="min-w-0 flex-1 text-[13px] text-fg2">{on ? t("push.on") : t("push.text")}</p>
      </div>
      {cannot && <Notice>{t(`push.${cannot}`)}</Notice>}
      {!cannot && state.data && pushChannels.length === 0 && !on && <Notice>{t("push.noChannel")}</Notice>}
      {action.failure && <Notice tone="broken">{action.failure}</Notice>}
      {!cannot && state.data && (on ? <Button size="lg" busy={action.busy} onClick={() => void switchOff()}>{t("push.switchOff")}</Button> : <Button size="lg" tone="primary" busy={action.busy} disabled={pushChannels.length === 0} onClick={() => void switchOn()}>{t("push.switchOn")}</Button>)}
    </Card>
  );
}
