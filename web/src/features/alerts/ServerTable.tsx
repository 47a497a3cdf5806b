import { Link, useNavigate } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { memo, useEffect, useRef, useState } from "react";
import type { History } from "@/api/alerts";
import { Ago } from "@/components/Ago";
import { Button } from "@/components/Button";
import { Sparkline } from "@/components/display";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { Players, ServerState } from "./states";
import { useServer } from "./store";

const PAGE = 100;
const cell = "px-3.5 py-2";

/** Rows listen to their own server: one join among hundreds of servers renders one row. */
export function ServerTable({ ids, onTag }: { ids: string[]; onTag: (tag: string) => void }) {
  const t = useT();
  const [shown, setShown] = useState(PAGE);
  const tag = useRef(onTag);
  useEffect(() => {
    tag.current = onTag;
  });
  const [pickTag] = useState(() => (name: string) => { tag.current(name); });
  return (
    <div className="flex flex-col gap-3">
      <div className="card overflow-x-auto">
        <table className="num w-full border-collapse text-[13.5px]" aria-label={t("nav.servers")}>
          <thead>
            <tr className="border-b border-line text-left text-xs whitespace-nowrap text-fg3 [&>th]:px-3.5 [&>th]:py-2.5 [&>th]:font-medium">
              <th scope="col">{t("servers.name")}</th>
              <th scope="col">{t("servers.filter.state")}</th>
              <th scope="col">{t("servers.players")}</th>
              <th scope="col" className="max-xl:hidden">{t("servers.lastDay")}</th>
              <th scope="col" className="max-md:hidden">{t("servers.map")}</th>
              <th scope="col" className="max-lg:hidden">{t("servers.tags")}</th>
              <th scope="col" className="text-right max-md:hidden">{t("customer.seen")}</th>
            </tr>
          </thead>
          <tbody>{ids.slice(0, shown).map((id) => <Row key={id} id={id} onTag={pickTag} />)}</tbody>
        </table>
      </div>
      {ids.length > shown && <Button className="self-center" onClick={() => { setShown(shown + PAGE); }}>{t("action.more")}</Button>}
    </div>
  );
}

const Row = memo(function Row({ id, onTag }: { id: string; onTag: (tag: string) => void }) {
  const server = useServer(id);
  const navigate = useNavigate();
  if (!server) return null;
  return (
    <tr
      className="cursor-pointer border-b border-line last:border-0 hover:bg-s3/60"
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("a, button")) void navigate({ to: "/servers/$serverId", params: { serverId: id } });
      }}
    >
      <td className={`${cell} max-w-72`}>
        <Link to="/servers/$serverId" params={{ serverId: id }} className="block truncate font-semibold hover:underline">{server.name}</Link>
        <span className="block truncate text-xs text-fg2">{[server.game, server.region].filter(Boolean).join(" · ")}</span>
      </td>
      <td className={cell}><ServerState server={server} /></td>
      <td className={cell}><Players server={server} /></td>
      <td className={`${cell} max-xl:hidden`}><LastDay id={id} /></td>
      <td className={`${cell} max-w-40 truncate max-md:hidden`}>{server.map ?? <span className="text-fg3">–</span>}</td>
      <td className={`${cell} max-lg:hidden`}>
        <span className="flex flex-wrap gap-1">
          {server.tags.map((tag) => <button key={tag} type="button" className="rounded-md bg-s3 px-1.5 py-0.5 text-xs text-fg2 hover:text-fg" onClick={() => { onTag(tag); }}>{tag}</button>)}
        </span>
      </td>
      <td className={`${cell} text-right whitespace-nowrap text-fg2 max-md:hidden`}>{server.last_seen_at ? <Ago at={server.last_seen_at} /> : "–"}</td>
    </tr>
  );
});

/** The last day as a line, asked for only when the row is on the screen. */
function LastDay({ id }: { id: string }) {
  const node = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!node.current || typeof IntersectionObserver === "undefined") return;
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    watch.observe(node.current);
    return () => { watch.disconnect(); };
  }, []);
  const history = useQuery({
    queryKey: ["history", id, "day"],
    queryFn: () => api.get<History>(`/alerts/servers/${id}/history`, { range: "day" }),
    enabled: seen,
    staleTime: 300_000,
  });
  const runs = dayRuns(history.data?.points.map((point) => point.average) ?? []);
  return (
    <div ref={node} className="relative h-7 w-28">
      <i aria-hidden className="absolute inset-x-0 bottom-0 border-b border-dashed border-line2" />
      {runs.map((run) => <Sparkline key={run.from} values={run.values} top={run.top} className="absolute inset-y-0 h-full" style={{ left: `${String(run.from * 100)}%`, width: `${String(run.width * 100)}%` }} />)}
    </div>
  );
}

interface Run {
  from: number;
  width: number;
  top: number;
  values: number[];
}

/** The stretches of a day of which something is known, where they lie, all on one scale. */
export function dayRuns(values: (number | null)[]): Run[] {
  const runs: { start: number; values: number[] }[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    const last = runs.at(-1);
    if (last && last.start + last.values.length === index) last.values.push(value);
    else runs.push({ start: index, values: [value] });
  });
  const top = Math.max(1, ...values.map((value) => value ?? 0));
  const whole = Math.max(1, values.length);
  // a single reading is drawn as a short line
  return runs.map((run) => ({ from: Math.min(run.start / whole, 0.97), width: Math.max(0.03, run.values.length / whole), top, values: run.values.length === 1 ? [...run.values, ...run.values] : run.values }));
}
