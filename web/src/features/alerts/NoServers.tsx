import { Link } from "@tanstack/react-router";
import { Plus, Radar, Radio, Server, UsersRound } from "lucide-react";
import { Button } from "@/components/Button";
import { Copyable } from "@/components/Copyable";
import { Empty } from "@/components/display";
import { useT } from "@/lib/i18n";
import { usePermission } from "@/lib/venue";

export const primaryLink = "inline-flex h-9 items-center rounded-[9px] bg-accent px-3 text-[13px] font-semibold text-accent-fg";

export function NoCommunity() {
  const t = useT();
  const mayManage = usePermission("alerts.manage");
  return (
    <Empty icon={<UsersRound size={22} />} title={t("comm.none")} text={mayManage ? t("comm.none.text") : t("comm.none.ask")}>
      {mayManage && <Link to="/alerts/communities" className={primaryLink}>{t("comm.new")}</Link>}
    </Empty>
  );
}

/** Both ways in: servers announce themselves, or somebody adds one to be watched. */
export function NoServers({ filtering, onClear, onAdd }: { filtering: boolean; onClear: () => void; onAdd: () => void }) {
  const t = useT();
  const mayManage = usePermission("alerts.manage");
  if (filtering) return <Empty icon={<Server size={22} />} title={t("servers.noMatch")} text={t("servers.noMatch.text")}><Button onClick={onClear}>{t("servers.clear")}</Button></Empty>;
  return (
    <section aria-label={t("servers.none")} className="grid gap-3 rounded-xl border border-dashed border-line2 p-5 lg:grid-cols-2">
      <h2 className="text-center text-[15px] font-semibold lg:col-span-2">{t("servers.none")}</h2>
      <div className="card flex flex-col items-start gap-3 p-4">
        <h3 className="flex items-center gap-2 font-semibold"><Radar size={18} className="text-accent-text" aria-hidden />{t("servers.none.watch")}</h3>
        <p className="text-[13px] text-fg2">{t("servers.none.watch.text")}</p>
        {mayManage && <Button tone="primary" icon={<Plus size={16} />} onClick={onAdd}>{t("servers.add")}</Button>}
      </div>
      <div className="card flex min-w-0 flex-col gap-3 p-4">
        <h3 className="flex items-center gap-2 font-semibold"><Radio size={18} className="text-accent-text" aria-hidden />{t("servers.none.report")}</h3>
        <p className="text-[13px] text-fg2">{t("servers.none.report.text")}</p>
        <Copyable block text={postExample()} />
      </div>
    </section>
  );
}

export const postExample = (): string => `curl -X POST ${location.origin}/game \\
  -H 'Content-Type: application/json' \\
  -d '{"game": "Fujitzee", "appkey": 3, "server": "The Bar", "region": "us",
       "serverurl": "https://fujitzee.example.org/?table=bar",
       "status": "online", "curplayers": 1, "maxplayers": 6}'`;
