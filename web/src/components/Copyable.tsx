import { CopyButton } from "./CopyButton";

/** Something to take away: an address, a key, a snippet. */
export function Copyable({ text, label, block = false }: { text: string; label?: string; block?: boolean }) {
  return (
    <div className="min-w-0">
      {label && <p className="mb-1 text-[12.5px] font-medium text-fg2">{label}</p>}
      <div className={`flex min-w-0 gap-2 rounded-[10px] border border-line2 bg-bg p-1.5 pl-3 ${block ? "items-start" : "items-center"}`}>
        {block ? <pre tabIndex={0} role="group" aria-label={label ?? "curl"} className="min-w-0 flex-1 overflow-x-auto py-1.5 font-mono text-xs leading-relaxed">{text}</pre> : <code className="min-w-0 flex-1 font-mono text-[12.5px] break-all">{text}</code>}
        <CopyButton text={text} />
      </div>
    </div>
  );
}
