import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { IconButton } from "./Button";
import { useT } from "@/lib/i18n";
import { toast, useToasts } from "@/lib/toast";

const icons = {
  good: <CircleCheck size={18} className="text-free" aria-hidden />,
  bad: <CircleAlert size={18} className="text-broken" aria-hidden />,
  info: <Info size={18} className="text-play" aria-hidden />,
};

export function Toaster() {
  const toasts = useToasts();
  const t = useT();
  return (
    <div aria-live="polite" className="no-print pointer-events-none fixed inset-x-3 bottom-20 z-[60] flex flex-col items-center gap-2 md:right-auto md:bottom-5 md:left-[92px] md:items-start">
      {toasts.map((one) => (
        <div key={one.id} role={one.tone === "bad" ? "alert" : "status"} className="anim-rise pointer-events-auto flex max-w-md items-center gap-2.5 rounded-xl border border-line2 bg-s2 py-2 pr-1.5 pl-3 text-[13.5px] shadow-pop">
          {icons[one.tone]}
          <div className="py-1">
            {one.text}
            {one.detail && <div className="text-xs text-fg2">{one.detail}</div>}
          </div>
          <IconButton label={t("action.dismiss")} className="size-7" onClick={() => { toast.dismiss(one.id); }}><X size={15} /></IconButton>
        </div>
      ))}
    </div>
  );
}
