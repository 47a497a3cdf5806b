import { Button } from "@/components/Button";
import { auth } from "@/lib/auth";
import { useT } from "@/lib/i18n";
import { PasswordForm, ProfileForm } from "./ProfileForm";
import { SignIns } from "./SignIns";
import { TwoFactor } from "./TwoFactor";

export function MyProfilePage() {
  const t = useT();
  return (
    <>
      <h1 className="text-xl font-[650] tracking-tight">{t("my.nav.profile")}</h1>
      <ProfileForm />
      <PasswordForm />
      <TwoFactor />
      <SignIns />
      <Button size="lg" onClick={() => void auth.signOut()}>{t("menu.signOut")}</Button>
    </>
  );
}
