import { Link } from "@tanstack/react-router";
import { CircleAlert, Compass } from "lucide-react";
import { useEffect } from "react";
import { Button } from "@/components/Button";
import { Empty, SkeletonRows } from "@/components/display";
import { useT } from "@/lib/i18n";

/** A page that failed to render: say so, keep the rest of the app working. */
export function Crash({ error, reset }: { error: unknown; reset: () => void }) {
  const t = useT();
  useEffect(() => {
    console.error(error);
  }, [error]);
  const stale = /dynamically imported module|importing a module script failed/i.test(error instanceof Error ? error.message : "");
  return (
    <div className="p-6">
      <Empty icon={<CircleAlert size={22} />} title={t("crash.title")} text={stale ? t("crash.stale") : t("crash.text")}>
        {!stale && <Button onClick={reset}>{t("action.retry")}</Button>}
        <Button tone="primary" onClick={() => { location.reload(); }}>{t("action.reload")}</Button>
      </Empty>
    </div>
  );
}

export function NotFound() {
  const t = useT();
  return (
    <div className="p-6">
      <Empty icon={<Compass size={22} />} title={t("notFound.title")} text={t("notFound.text")}>
        <Link to="/" className="inline-flex h-9 items-center rounded-[9px] bg-accent px-3 text-[13px] font-semibold text-accent-fg">
          {t("notFound.home")}
        </Link>
      </Empty>
    </div>
  );
}

export function Pending() {
  return (
    <div className="p-6">
      <SkeletonRows />
    </div>
  );
}
