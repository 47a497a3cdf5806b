import { Lock, MessageSquare, Play, X } from "lucide-react";
import { useState } from "react";
import type { CommandKind } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { Confirm } from "@/components/overlay";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { usePermission } from "@/lib/venue";
import { GroupStart } from "./GroupStart";
import { useFloorActions } from "./mutations";
import { selection, useMarked } from "./selection";
import { TextDialog } from "./StationDialogs";
import { floor, useCounts } from "./store";

/** What can be done with several stations at once. */
export function GroupBar() {
  const t = useT();
  const marked = useMarked();
  useCounts();
  const actions = useFloorActions();
  const mayStart = usePermission("venue.sessions.operate");
  const mayCommand = usePermission("venue.stations.command");
  const [ask, setAsk] = useState<"start" | "message" | "lock" | null>(null);
  if (marked.size === 0) return null;
  const stations = [...marked].flatMap((id) => floor.get(id) ?? []);
  const free = stations.filter((station) => station.state === "free");
  const online = stations.filter((station) => station.online);

  const sendAll = async (kind: CommandKind, text?: string) => {
    const results = await Promise.allSettled(online.map((station) => actions.command(station.id, kind, text)));
    const failed = online.filter((_, index) => {
      const result = results[index];
      return result?.status !== "fulfilled" || result.value.state === "failed" || result.value.state === "expired";
    });
    if (failed.length === 0) toast.good(t("group.sent", { n: online.length }));
    else toast.bad(t("group.someFailed", { n: failed.length }), failed.map((station) => station.name).join(", "));
  };
  return (
    <div role="region" aria-label={t("group.label")} className="anim-rise absolute inset-x-0 bottom-6 z-20 mx-auto flex w-fit max-w-[calc(100%-32px)] flex-wrap items-center gap-2 rounded-2xl border border-line2 bg-s1 p-2 pl-4 shadow-pop max-md:bottom-24">
      <b className="num font-semibold">{t("group.selected", { n: marked.size })}</b>
      {mayStart && <Button tone="primary" icon={<Play size={14} />} disabled={free.length === 0} onClick={() => { setAsk("start"); }}>{t("group.start", { n: free.length })}</Button>}
      {mayCommand && <Button icon={<MessageSquare size={14} />} disabled={online.length === 0} onClick={() => { setAsk("message"); }}>{t("command.message")}</Button>}
      {mayCommand && <Button icon={<Lock size={14} />} disabled={online.length === 0} onClick={() => { setAsk("lock"); }}>{t("command.lock")}</Button>}
      <IconButton label={t("group.clear")} onClick={() => { selection.clear(); }}><X size={17} /></IconButton>
      {ask === "start" && <GroupStart stations={free} onClose={() => { setAsk(null); }} />}
      {ask === "message" && <TextDialog kind="message" name={t("group.selected", { n: online.length })} onClose={() => { setAsk(null); }} onSend={(text) => { setAsk(null); void sendAll("message", text); }} />}
      {ask === "lock" && <Confirm open title={t("group.lock.title", { n: online.length })} text={online.map((station) => station.name).join(", ")} action={t("command.lock")} onClose={() => { setAsk(null); }} onConfirm={() => sendAll("lock")} />}
    </div>
  );
}
