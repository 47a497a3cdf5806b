import clsx from "clsx";
import { LoaderCircle } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

export type ButtonTone = "primary" | "plain" | "quiet" | "danger" | "solid";
export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  size?: "sm" | "md" | "lg";
  busy?: boolean;
  icon?: ReactNode;
  shortcut?: string;
  ref?: Ref<HTMLButtonElement>;
}

const tones: Record<ButtonTone, string> = {
  primary: "bg-accent text-accent-fg font-semibold hover:brightness-110",
  solid: "bg-fg text-bg font-semibold hover:opacity-90",
  plain: "border border-line2 bg-transparent font-medium hover:bg-s3",
  quiet: "font-medium text-fg2 hover:bg-s3 hover:text-fg",
  danger: "border border-[color-mix(in_oklab,var(--broken)_45%,var(--line))] text-broken font-medium hover:bg-[color-mix(in_oklab,var(--broken)_12%,transparent)]",
};
const sizes = {
  sm: "h-8 px-2.5 text-[12.5px] rounded-lg gap-1.5",
  md: "h-9 px-3 text-[13px] rounded-[9px] gap-1.5",
  lg: "h-12 px-4 text-sm rounded-[13px] gap-2",
};

export function Button({ tone = "plain", size = "md", busy = false, icon, shortcut, className, children, type = "button", disabled, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      disabled={(disabled ?? false) || busy}
      aria-busy={busy || undefined}
      className={clsx(
        "inline-flex shrink-0 items-center justify-center whitespace-nowrap transition-[filter,background-color,opacity] disabled:cursor-not-allowed disabled:opacity-45",
        sizes[size],
        tones[tone],
        className,
      )}
      {...rest}
    >
      {busy ? <LoaderCircle size={15} className="animate-spin" aria-hidden /> : icon}
      {children}
      {shortcut && <Kbd inherit>{shortcut}</Kbd>}
    </button>
  );
}

export function IconButton({ label, className, children, ...rest }: ButtonHTMLAttributes<HTMLButtonElement> & { label: string; ref?: Ref<HTMLButtonElement> }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx("grid size-9 shrink-0 place-items-center rounded-lg text-fg3 hover:bg-s3 hover:text-fg disabled:opacity-40", className)}
      {...rest}
    >
      {children}
    </button>
  );
}

export function Kbd({ children, inherit = false }: { children: ReactNode; inherit?: boolean }) {
  return (
    <kbd
      aria-hidden
      className={clsx(
        "rounded-[5px] border border-b-2 px-[5px] py-[2px] font-sans text-[11px] leading-none font-medium max-md:hidden",
        inherit ? "border-current/30 text-current opacity-80" : "border-line2 bg-s1 text-fg3",
      )}
    >
      {children}
    </kbd>
  );
}
