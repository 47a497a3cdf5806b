import clsx from "clsx";
import { X } from "lucide-react";
import { AlertDialog, Dialog as Radix } from "radix-ui";
import { type ReactNode, useState } from "react";
import { useT } from "@/lib/i18n";
import { Button, IconButton } from "./Button";

const scrim = "anim-fade fixed inset-0 z-50 bg-black/55 backdrop-blur-[2px]";

/** A question or a form on top of the page. */
export function Dialog({ open, onClose, title, description, width = "md", children }: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  width?: "sm" | "md" | "lg";
  children: ReactNode;
}) {
  const t = useT();
  return (
    <Radix.Root open={open} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className={clsx(
            "anim-rise fixed z-50 flex max-h-[92dvh] w-full flex-col overflow-hidden border border-line2 bg-s1 shadow-pop max-md:inset-x-0 max-md:bottom-0 max-md:rounded-t-2xl md:top-1/2 md:left-1/2 md:-translate-1/2 md:rounded-2xl",
            { sm: "md:max-w-[400px]", md: "md:max-w-[540px]", lg: "md:max-w-[820px]" }[width],
          )}
        >
          <header className="flex items-start justify-between gap-3 px-5 pt-4 pb-3">
            <div>
              <Radix.Title className="text-[17px] font-semibold tracking-tight">{title}</Radix.Title>
              {description && <Radix.Description className="mt-0.5 text-[13px] text-fg2">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={t("action.close")} className="-mr-2"><X size={18} /></IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-auto px-5 pb-5">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A side sheet; the whole screen on a phone. It leaves the page behind it usable on a desktop. */
export function Sheet({ open, onClose, title, children }: { open: boolean; onClose: () => void; title: string; children: ReactNode }) {
  const t = useT();
  return (
    <Radix.Root open={open} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Radix.Portal>
        <Radix.Overlay className={scrim} />
        <Radix.Content aria-describedby={undefined} className="anim-slide fixed inset-y-0 right-0 z-50 flex w-full flex-col border-l border-line bg-s1 shadow-pop sm:max-w-[480px]">
          <header className="flex items-center justify-between gap-3 border-b border-line px-5 py-3.5">
            <Radix.Title className="truncate text-[17px] font-semibold tracking-tight">{title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={t("action.close")} className="-mr-2"><X size={18} /></IconButton>
            </Radix.Close>
          </header>
          <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-auto px-5 py-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Dangerous actions name the thing and ask once. With `reason`, they ask why as well. */
export function Confirm({ open, onClose, title, text, action, reason, tone = "danger", onConfirm, children }: {
  open: boolean;
  onClose: () => void;
  title: string;
  text?: ReactNode;
  action: string;
  reason?: string;
  tone?: "danger" | "primary";
  onConfirm: (reason: string) => Promise<unknown> | undefined;
  children?: ReactNode;
}) {
  const t = useT();
  const [why, setWhy] = useState("");
  const [busy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm(why.trim());
      setWhy("");
      onClose();
    } catch {
      /* the caller has said what went wrong; the question stays open */
    } finally {
      setBusy(false);
    }
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => { if (!next) onClose(); }}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={scrim} />
        <AlertDialog.Content className="anim-rise fixed z-50 w-full border border-line2 bg-s1 p-5 shadow-pop max-md:inset-x-0 max-md:bottom-0 max-md:rounded-t-2xl md:top-1/2 md:left-1/2 md:max-w-[430px] md:-translate-1/2 md:rounded-2xl">
          <AlertDialog.Title className="text-[17px] font-semibold tracking-tight">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-1 text-[13.5px] text-fg2">{text}</div>
          </AlertDialog.Description>
          {children}
          {reason !== undefined && (
            <label className="mt-3 block text-[12.5px] font-medium text-fg2">
              {reason}
              <input
                value={why}
                onChange={(event) => { setWhy(event.target.value); }}
                maxLength={200}
                className="mt-1 h-9 w-full rounded-[9px] border border-field bg-s1 px-2.5 text-[13.5px] text-fg"
              />
            </label>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild><Button tone="quiet">{t("action.cancel")}</Button></AlertDialog.Cancel>
            <Button tone={tone} busy={busy} disabled={reason !== undefined && why.trim().length < 3} onClick={() => void confirm()}>
              {action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
