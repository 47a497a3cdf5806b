import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useT } from "@/lib/i18n";
import { Button } from "./Button";

/** The clipboard needs HTTPS; on plain HTTP the older way still works. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  (document.querySelector('[role="dialog"]') ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const t = useT();
  const [copied, setCopied] = useState(false);
  return (
    <Button
      size="sm"
      icon={copied ? <Check size={14} /> : <Copy size={14} />}
      onClick={() => {
        void copy(text).then(() => {
          setCopied(true);
          setTimeout(() => { setCopied(false); }, 2000);
        });
      }}
    >
      {copied ? t("action.copied") : (label ?? t("action.copy"))}
    </Button>
  );
}
