export function MyWalletPage() {
  return null;
}
