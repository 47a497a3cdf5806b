export function MyHistoryPage() {
  return null;
}
