import { useQuery } from "@tanstack/react-query";
import { Camera, CircleAlert, CircleCheck, LoaderCircle, Lock, LockOpen, MessageSquare, MoreHorizontal, Power, Rocket, RotateCw, UserX, Wrench } from "lucide-react";
import { DropdownMenu as Menu } from "radix-ui";
import { type ReactNode, useState } from "react";
import type { Command, CommandKind, FloorStation, Page } from "@/api/types";
import { Button } from "@/components/Button";
import { Confirm } from "@/components/overlay";
import { errorText, toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useFormat, usePermission } from "@/lib/venue";
import { Screenshot, TextDialog } from "./StationDialogs";
import { useFloorActions } from "./mutations";

type Ask = "message" | "launch" | "reboot" | "shut_down" | "log_off" | "maintenance" | null;

/** The machine itself: what it reports, what can be sent to it, and what became of it. */
export function StationPanel({ station }: { station: FloorStation }) {
  const t = useT();
  const actions = useFloorActions();
  const mayCommand = usePermission("venue.stations.command");
  const mayManage = usePermission("venue.stations.manage");
  const [ask, setAsk] = useState<Ask>(null);
  const [running, setRunning] = useState<CommandKind | null>(null);
  const [shot, setShot] = useState<string | null>(null);
  const reachable = station.online === true;

  const send = async (kind: CommandKind, text?: string) => {
    setRunning(kind);
    try {
      const command = await actions.command(station.id, kind, text);
      if (command.state === "acknowledged" && kind === "screenshot" && command.has_image) setShot(command.id);
      else if (command.state === "acknowledged") toast.good(t("command.done", { command: t(`command.${kind}`), name: station.name }));
      else if (command.state !== "pending") toast.bad(t("command.failed", { command: t(`command.${kind}`), name: station.name }), command.code ?? undefined);
    } catch (error) {
      toast.bad(errorText(error));
    } finally {
      setRunning(null);
    }
  };
  const setMaintenance = async (on: boolean, reason?: string) => {
    try {
      await actions.maintenance(station.id, on, reason);
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  const command = (kind: CommandKind, icon: ReactNode, label: string, act: () => void) => (
    <Button size="sm" className="!px-1" disabled={!reachable} busy={running === kind} icon={icon} onClick={act}>{label}</Button>
  );
  const item = "flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-[13.5px] outline-none data-highlighted:bg-s3 data-disabled:opacity-40";
  return (
    <section className="border-t border-line pt-3.5">
      <h3 className="mb-2 text-xs font-semibold text-fg3">{t("sheet.station")}</h3>
      <Metrics station={station} />
      {mayCommand && station.online !== null && (
        <div className="mt-2.5 grid grid-cols-3 gap-1.5">
          {command("message", <MessageSquare size={14} />, t("command.message"), () => { setAsk("message"); })}
          {command("screenshot", <Camera size={14} />, t("command.screenshot"), () => void send("screenshot"))}
          {station.lock === "locked" ? command("unlock", <LockOpen size={14} />, t("command.unlock"), () => void send("unlock")) : command("lock", <Lock size={14} />, t("command.lock"), () => void send("lock"))}
          {command("launch", <Rocket size={14} />, t("command.launch"), () => { setAsk("launch"); })}
          {command("reboot", <RotateCw size={14} />, t("command.reboot"), () => { setAsk("reboot"); })}
          <Menu.Root>
            <Menu.Trigger asChild><Button size="sm" className="!px-1" icon={<MoreHorizontal size={15} />}>{t("nav.more")}</Button></Menu.Trigger>
            <Menu.Portal>
              <Menu.Content align="end" sideOffset={6} className="anim-rise z-50 w-52 rounded-xl border border-line2 bg-s1 p-1.5 shadow-pop">
                <Menu.Item disabled={!reachable} className={item} onSelect={() => { setAsk("log_off"); }}><UserX size={15} aria-hidden />{t("command.log_off")}</Menu.Item>
                <Menu.Item disabled={!reachable} className={item} onSelect={() => { setAsk("shut_down"); }}><Power size={15} aria-hidden />{t("command.shut_down")}</Menu.Item>
                {station.lock === "locked" && <Menu.Item disabled={!reachable} className={item} onSelect={() => void send("lock")}><Lock size={15} aria-hidden />{t("command.lock")}</Menu.Item>}
              </Menu.Content>
            </Menu.Portal>
          </Menu.Root>
        </div>
      )}
      {mayManage && station.session === null && (
        <Button size="sm" className="mt-1.5 w-full" icon={<Wrench size={14} />} onClick={() => { if (station.state === "maintenance") void setMaintenance(false).catch(() => undefined); else setAsk("maintenance"); }}>
          {station.state === "maintenance" ? t("sheet.backInService") : t("sheet.takeOut")}
        </Button>
      )}
      {mayCommand && station.online !== null && <LastCommands stationId={station.id} onImage={setShot} />}
      {(ask === "message" || ask === "launch") && <TextDialog kind={ask} name={station.name} onClose={() => { setAsk(null); }} onSend={(text) => { setAsk(null); void send(ask, text); }} />}
      {(ask === "reboot" || ask === "shut_down" || ask === "log_off") && (
        <Confirm open onClose={() => { setAsk(null); }} title={t("command.confirm", { command: t(`command.${ask}`), name: station.name })} text={station.session ? t("command.inSession", { player: station.session.player || t("session.guest") }) : t("command.idle")} action={t(`command.${ask}`)} onConfirm={() => send(ask)} />
      )}
      {ask === "maintenance" && <Confirm open onClose={() => { setAsk(null); }} title={t("sheet.takeOut.title", { name: station.name })} text={t("sheet.takeOut.text")} reason={t("sheet.takeOut.reason")} action={t("sheet.takeOut")} onConfirm={(reason) => setMaintenance(true, reason)} />}
      {shot && <Screenshot commandId={shot} name={station.name} onClose={() => { setShot(null); }} />}
    </section>
  );
}

function Metrics({ station }: { station: FloorStation }) {
  const t = useT();
  const format = useFormat();
  const { metrics } = station;
  const percent = (value: number | null | undefined) => (value === null || value === undefined ? "–" : format.percent(value > 1 ? value / 100 : value));
  if (station.online === null) return <p className="text-[13px] text-fg2">{t("sheet.noAgent")}</p>;
  return (
    <dl className="grid grid-cols-[1.4fr_1fr_1fr_1fr] gap-2">
      {[
        [metrics?.foreground || "–", t("metric.foreground")],
        [percent(metrics?.cpu), t("metric.cpu")],
        [percent(metrics?.memory), t("metric.memory")],
        [station.online ? t("metric.online") : t("metric.offline"), station.lock ? t(`lock.${station.lock}`) : t("metric.link")],
      ].map(([value, label]) => (
        <div key={label} className="flex min-w-0 flex-col-reverse">
          <dt className="truncate text-[11.5px] text-fg3">{label}</dt>
          <dd className="num truncate font-semibold">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function LastCommands({ stationId, onImage }: { stationId: string; onImage: (id: string) => void }) {
  const t = useT();
  const format = useFormat();
  const commands = useQuery({
    queryKey: ["commands", stationId],
    queryFn: () => api.get<Page<Command>>(`/stations/${stationId}/commands`, { limit: 3 }),
    refetchInterval: (query) => (query.state.data?.items.some((command) => command.state === "pending") ? 1500 : false),
  });
  if (!commands.data?.items.length) return null;
  return (
    <ul className="mt-3 flex flex-col gap-1" aria-label={t("command.last")} aria-live="polite">
      {commands.data.items.slice(0, 3).map((command) => (
        <li key={command.id} className="flex items-center gap-2 text-[12.5px]">
          {command.state === "pending" ? <LoaderCircle size={14} className="animate-spin text-fg3" aria-hidden /> : command.state === "acknowledged" ? <CircleCheck size={14} className="text-free" aria-hidden /> : <CircleAlert size={14} className="text-broken" aria-hidden />}
          <span className="min-w-0 flex-1 truncate">{t(`command.${command.kind}`)}{command.text && ` “${command.text}”`}</span>
          {command.has_image && <button type="button" className="font-medium text-accent-text hover:underline" onClick={() => { onImage(command.id); }}>{t("command.show")}</button>}
          <span className="num text-fg3">{t(`command.state.${command.state}`)} · {format.time(command.created_at)}</span>
        </li>
      ))}
    </ul>
  );
}
