import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { PublicInfo } from "@/api/types";
import { Segmented } from "@/components/Field";
import { api } from "@/lib/http";
import { type Language, setLanguage, useLanguage, useT } from "@/lib/i18n";

export function usePublicInfo() {
  return useQuery({ queryKey: ["public"], queryFn: () => api.get<PublicInfo>("/public/info"), staleTime: 60_000 });
}

/** The calm page around sign-in, registration and passwords. */
export function AuthFrame({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const t = useT();
  const language = useLanguage();
  const info = usePublicInfo();
  useEffect(() => {
    document.title = `${title} · GameOps`;
  }, [title]);
  return (
    <div className="grid min-h-full grid-rows-[1fr_auto] bg-[radial-gradient(80%_60%_at_50%_-10%,color-mix(in_oklab,var(--accent)_16%,transparent),transparent)] px-5">
      <main className="mx-auto flex w-full max-w-[380px] flex-col justify-center gap-6 py-10">
        <div>
          <img src="/icon.svg" alt="" width={48} height={48} className="mb-5" />
          <p className="text-[13px] font-medium text-fg3">{info.data?.venues[0]?.name ?? info.data?.name ?? "GameOps"}</p>
          <h1 className="text-[26px] font-[680] tracking-tight">{title}</h1>
          {text && <p className="mt-1 text-fg2">{text}</p>}
        </div>
        {children}
      </main>
      <footer className="mx-auto flex w-full max-w-[380px] items-center justify-between pb-6 text-xs text-fg3">
        <span>GameOps {info.data?.version}</span>
        <Segmented
          label={t("menu.language")}
          value={language}
          options={[{ value: "en" as Language, label: "English" }, { value: "de" as Language, label: "Deutsch" }]}
          onChange={(next) => void setLanguage(next)}
        />
      </footer>
    </div>
  );
}

export const linkClass = "font-medium text-accent-text hover:underline";
