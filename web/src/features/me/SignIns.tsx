import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import type { Items, SignIn } from "@/api/types";
import { Button } from "@/components/Button";
import { Failed, SkeletonRows, Tag } from "@/components/display";
import { Card } from "@/components/Page";
import { clock } from "@/lib/clock";
import { toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { relativeTime } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat } from "@/lib/venue";

export function SignIns() {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const signIns = useQuery({ queryKey: ["/auth/sessions"], queryFn: () => api.get<Items<SignIn>>("/auth/sessions") });
  const revoke = async (id: string | null) => {
    try {
      await api.delete(id ? `/auth/sessions/${id}` : "/auth/sessions");
      toast.good(t("me.revoked"));
      await client.invalidateQueries({ queryKey: ["/auth/sessions"] });
    } catch (error) {
      toastError(error);
    }
  };
  const items = signIns.data?.items ?? [];
  return (
    <Card title={t("me.signIns")} actions={items.length > 1 && <Button size="sm" tone="danger" onClick={() => void revoke(null)}>{t("me.revokeOthers")}</Button>}>
      {signIns.isPending && <SkeletonRows rows={3} />}
      {signIns.isError && <Failed error={signIns.error} retry={() => void signIns.refetch()} />}
      <ul className="flex flex-col">
        {items.map((one) => {
          const Icon = /iphone|android|mobile/i.test(one.user_agent ?? "") ? Smartphone : Laptop;
          return (
            <li key={one.id} className="flex items-center gap-3 border-b border-line py-2.5 last:border-0">
              <Icon size={18} className="shrink-0 text-fg3" aria-hidden />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{browserOf(one.user_agent) ?? t("me.unknownDevice")}</span>
                <span className="num block truncate text-xs text-fg2">{[one.ip, t("me.lastUsed", { when: relativeTime(one.last_used_at, clock.now(), format.locale) })].filter(Boolean).join(" · ")}</span>
              </span>
              {one.current ? <Tag tone="free">{t("me.thisDevice")}</Tag> : <Button size="sm" onClick={() => void revoke(one.id)}>{t("station.revoke")}</Button>}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

export function browserOf(agent: string | null): string | null {
  if (!agent) return null;
  const browser = /Edg\//.test(agent) ? "Edge" : /Firefox\//.test(agent) ? "Firefox" : /Chrome\//.test(agent) ? "Chrome" : /Safari\//.test(agent) ? "Safari" : null;
  const system = /Windows/.test(agent) ? "Windows" : /iPhone|iPad/.test(agent) ? "iOS" : /Android/.test(agent) ? "Android" : /Mac OS/.test(agent) ? "macOS" : /Linux/.test(agent) ? "Linux" : null;
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 60);
}
