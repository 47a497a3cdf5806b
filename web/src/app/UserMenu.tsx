import { useNavigate } from "@tanstack/react-router";
import { Check, Keyboard, LogOut, UserRound } from "lucide-react";
import { DropdownMenu as Menu } from "radix-ui";
import type { ReactNode } from "react";
import { Avatar } from "@/components/display";
import { auth } from "@/lib/auth";
import { type Language, setLanguage, useLanguage, useT } from "@/lib/i18n";
import { useMe } from "@/lib/session";
import { setTheme, type Theme, useTheme } from "@/lib/theme";

const item = "flex cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-[13.5px] outline-none data-highlighted:bg-s3";

function Choice({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Menu.RadioItem value={value} className={item} onSelect={(event) => { event.preventDefault(); }}>
      <span className="grid size-4 place-items-center"><Menu.ItemIndicator><Check size={14} /></Menu.ItemIndicator></span>
      {children}
    </Menu.RadioItem>
  );
}

export function UserMenu({ accountPath, onShortcuts }: { accountPath: "/settings" | "/my/profile"; onShortcuts?: () => void }) {
  const t = useT();
  const me = useMe();
  const theme = useTheme();
  const language = useLanguage();
  const navigate = useNavigate();
  return (
    <Menu.Root>
      <Menu.Trigger aria-label={t("menu.open", { name: me.display_name })} className="rounded-full">
        <Avatar name={me.display_name} />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Content align="end" sideOffset={8} className="anim-rise z-50 w-60 rounded-xl border border-line2 bg-s1 p-1.5 shadow-pop">
          <div className="px-2.5 py-1.5">
            <div className="truncate font-semibold">{me.display_name}</div>
            <div className="truncate text-xs text-fg3">{me.email}</div>
          </div>
          <Menu.Item className={item} onSelect={() => void navigate({ to: accountPath, search: accountPath === "/settings" ? { tab: "account" } : {} })}>
            <UserRound size={16} aria-hidden /> {t("menu.account")}
          </Menu.Item>
          {onShortcuts && (
            <Menu.Item className={item} onSelect={onShortcuts}>
              <Keyboard size={16} aria-hidden /> {t("menu.shortcuts")}
            </Menu.Item>
          )}
          <Menu.Separator className="my-1.5 h-px bg-line" />
          <Menu.Label className="px-2.5 pb-0.5 text-xs text-fg3">{t("menu.theme")}</Menu.Label>
          <Menu.RadioGroup value={theme} onValueChange={(next) => { setTheme(next as Theme); }}>
            <Choice value="system">{t("theme.system")}</Choice>
            <Choice value="dark">{t("theme.dark")}</Choice>
            <Choice value="light">{t("theme.light")}</Choice>
          </Menu.RadioGroup>
          <Menu.Label className="px-2.5 pt-1.5 pb-0.5 text-xs text-fg3">{t("menu.language")}</Menu.Label>
          <Menu.RadioGroup value={language} onValueChange={(next) => void setLanguage(next as Language)}>
            <Choice value="en">English</Choice>
            <Choice value="de">Deutsch</Choice>
          </Menu.RadioGroup>
          <Menu.Separator className="my-1.5 h-px bg-line" />
          <Menu.Item className={item} onSelect={() => void auth.signOut()}>
            <LogOut size={16} aria-hidden /> {t("menu.signOut")}
          </Menu.Item>
        </Menu.Content>
      </Menu.Portal>
    </Menu.Root>
  );
}
