export function FloorRoute() {
  return null;
}
export function SettingsRoute() {
  return null;
}
