import { Select } from "./Field";

const zones: string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

export function ZoneSelect({ value, onChange, ...rest }: { value: string; onChange: (zone: string) => void; "aria-label"?: string }) {
  return (
    <Select {...rest} value={value} onChange={(event) => { onChange(event.target.value); }}>
      {!zones.includes(value) && <option>{value}</option>}
      {zones.map((zone) => <option key={zone}>{zone}</option>)}
    </Select>
  );
}
