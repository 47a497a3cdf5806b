import type { Preferences } from "@/api/notify";
import { Checkbox } from "@/components/Field";
import { QuietFields } from "@/components/QuietFields";
import { type MessageKey, useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";

const topics: [string, MessageKey][] = [
  ["alerts.player_joined", "event.player_joined"], ["alerts.player_left", "event.player_left"], ["alerts.last_player_left", "event.last_player_left"],
  ["alerts.threshold", "event.threshold"], ["alerts.server_down", "event.server_down"], ["alerts.server_up", "event.server_up"],
  ["alerts.server_appeared", "event.server_appeared"], ["alerts.server_deleted", "event.server_deleted"], ["alerts.map_changed", "event.map_changed"],
  ["alerts.daily_sync", "event.daily_sync"],
];

/** What somebody does not want to hear of, and when nothing at all. */
export function PreferenceFields({ value, onChange }: { value: Preferences; onChange: (next: Preferences) => void }) {
  const t = useT();
  const { zone } = useFormat();
  const others = value.muted.filter((topic) => !topics.some(([known]) => known === topic));
  const set = (topic: string, wanted: boolean) => { onChange({ ...value, muted: wanted ? value.muted.filter((one) => one !== topic) : [...value.muted, topic] }); };
  return (
    <div className="flex flex-col gap-4">
      <fieldset>
        <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("prefs.wanted")}</legend>
        <div className="grid gap-x-3 gap-y-2 sm:grid-cols-2">
          {topics.map(([topic, label]) => <Checkbox key={topic} label={t(label)} checked={!value.muted.includes(topic)} onChange={(event) => { set(topic, event.target.checked); }} />)}
          {others.map((topic) => <Checkbox key={topic} label={<code className="font-mono text-xs">{topic}</code>} checked={false} onChange={() => { set(topic, true); }} />)}
        </div>
      </fieldset>
      <QuietFields value={value.quiet} fresh={{ start: "22:00", end: "08:00", time_zone: zone }} hint={t("prefs.quiet.hint")} onChange={(quiet) => { onChange({ ...value, quiet }); }} />
    </div>
  );
}
