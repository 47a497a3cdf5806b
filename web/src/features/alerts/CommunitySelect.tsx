import type { Community } from "@/api/alerts";
import { Field, Select } from "@/components/Field";
import { useT } from "@/lib/i18n";

/** Only where there is a choice. */
export function CommunitySelect({ communities, value, all = true, onChange }: { communities: Community[]; value: string; all?: boolean; onChange: (id: string) => void }) {
  const t = useT();
  if (communities.length < 2) return null;
  return (
    <Field label={t("servers.community")} hideLabel className="w-48 max-sm:w-full">
      <Select value={value} onChange={(event) => { onChange(event.target.value); }}>
        {all && <option value="">{t("servers.allCommunities")}</option>}
        {communities.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </Select>
    </Field>
  );
}
