export function TariffsPage() {
  return null;
}
