import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FloorSession, FloorStation, MoveQuote } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat } from "@/lib/venue";
import { useFloorActions } from "./mutations";
import { StartPicker } from "./StartPicker";
import { floor } from "./store";

/** First where to, then what the paid value is worth there. */
export function MoveDialog({ station, session, onClose, onMoved }: { station: FloorStation; session: FloorSession; onClose: () => void; onMoved: (id: string) => void }) {
  const t = useT();
  const format = useFormat();
  const actions = useFloorActions();
  const [target, setTarget] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const quote = useQuery({
    queryKey: ["move-quote", session.id, target],
    queryFn: () => api.get<MoveQuote>(`/sessions/${session.id}/move-quote`, { station_id: target }),
    enabled: target !== null,
    staleTime: 0,
  });
  if (target === null) return <StartPicker title={t("move.title", { name: station.name })} onClose={onClose} onPick={setTarget} />;
  const name = floor.get(target)?.name ?? "";
  const move = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await actions.move(station, target);
      toast.good(t("move.done", { from: station.name, to: name }));
      onClose();
      onMoved(target);
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("move.confirm", { player: session.player || t("session.guest"), to: name })} width="sm">
      <div className="flex flex-col gap-4">
        {quote.isError ? (
          <Notice tone="broken">{errorText(quote.error)}</Notice>
        ) : (
          <p className="num text-fg2" aria-live="polite">
            {!quote.data
              ? t("move.asking")
              : quote.data.ends_at
                ? t("move.quote", { left: formatDuration(quote.data.remaining_seconds), time: format.time(quote.data.ends_at) })
                : t("move.open")}
          </p>
        )}
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={() => { setTarget(null); }}>{t("action.back")}</Button>
          <Button tone="primary" busy={busy} autoFocus onClick={() => void move()}>{t("move.do", { to: name })}</Button>
        </div>
      </div>
    </Dialog>
  );
}
