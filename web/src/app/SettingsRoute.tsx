import { useNavigate, useSearch } from "@tanstack/react-router";
import { Page } from "@/components/Page";
import { type TabItem, Tabs } from "@/components/Tabs";
import { ApiKeys } from "@/features/me/ApiKeys";
import { PasswordForm, ProfileForm } from "@/features/me/ProfileForm";
import { SignIns } from "@/features/me/SignIns";
import { TwoFactor } from "@/features/me/TwoFactor";
import { MyNotifications } from "@/features/notifications/MyNotificationsPage";
import { PolicyForm } from "@/features/settings/PolicyForm";
import { TiersForm } from "@/features/settings/TiersForm";
import { VenueForm } from "@/features/settings/VenueForm";
import { useT } from "@/lib/i18n";
import { usePermission, useVenue } from "@/lib/venue";

export function SettingsRoute() {
  const t = useT();
  const venue = useVenue();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/staff/settings" });
  const mayVenue = usePermission("venue.settings.manage");
  const items: TabItem[] = [
    ...(mayVenue
      ? [
          { value: "venue", label: t("settings.venue"), content: <VenueForm key={venue.id} /> },
          { value: "policies", label: t("settings.policies"), content: <PolicyForm key={venue.id} /> },
          { value: "tiers", label: t("settings.tiers"), content: <TiersForm /> },
        ]
      : []),
    {
      value: "account",
      label: t("menu.account"),
      content: (
        <div className="grid max-w-5xl items-start gap-4 lg:grid-cols-2">
          <ProfileForm />
          <PasswordForm />
          <TwoFactor />
          <SignIns />
        </div>
      ),
    },
    { value: "notifications", label: t("my.nav.notifications"), content: <div className="flex max-w-xl flex-col gap-3.5"><MyNotifications /></div> },
    { value: "keys", label: t("keysApi.title"), content: <div className="max-w-3xl"><ApiKeys /></div> },
  ];
  const current = items.find((item) => item.value === tab)?.value ?? items[0]?.value ?? "account";
  return (
    <Page title={t("nav.settings")}>
      <Tabs label={t("nav.settings")} value={current} onChange={(next) => void navigate({ to: "/settings", search: { tab: next }, replace: true })} items={items} />
    </Page>
  );
}
