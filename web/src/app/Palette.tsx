import type { NavItem } from "./nav";

export function Palette({ items }: { onClose: () => void; items: NavItem[] }) {
  return items.length === 0 ? null : null;
}
