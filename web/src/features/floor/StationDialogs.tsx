import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/display";
import { Field, Input, Textarea } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { requestImage } from "@/lib/http";
import { useT } from "@/lib/i18n";

export function TextDialog({ kind, name, onSend, onClose }: { kind: "message" | "launch"; name: string; onSend: (text: string) => void; onClose: () => void }) {
  const t = useT();
  const [text, setText] = useState("");
  return (
    <Dialog open onClose={onClose} title={t(`command.${kind}.title`, { name })} width="sm">
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); if (text.trim()) onSend(text.trim()); }}>
        <Field label={t(`command.${kind}.text`)}>
          {kind === "message" ? (
            <Textarea autoFocus maxLength={500} value={text} onChange={(event) => { setText(event.target.value); }} />
          ) : (
            <Input autoFocus maxLength={200} value={text} onChange={(event) => { setText(event.target.value); }} />
          )}
        </Field>
        <Button type="submit" tone="primary" disabled={text.trim() === ""}>{t("command.send")}</Button>
      </form>
    </Dialog>
  );
}

export function Screenshot({ commandId, name, onClose }: { commandId: string; name: string; onClose: () => void }) {
  const t = useT();
  const image = useQuery({ queryKey: ["image", commandId], queryFn: () => requestImage(`/commands/${commandId}/image`), staleTime: Infinity });
  const url = useMemo(() => (image.data ? URL.createObjectURL(image.data) : null), [image.data]);
  useEffect(() => () => { if (url) URL.revokeObjectURL(url); }, [url]);
  return (
    <Dialog open onClose={onClose} title={t("command.screenshot.of", { name })} width="lg">
      {url ? <img src={url} alt={t("command.screenshot.of", { name })} className="w-full rounded-lg border border-line" /> : image.isError ? <Failed error={image.error} /> : <Skeleton className="aspect-video" />}
    </Dialog>
  );
}
