import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Items, Permission, Role } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice, SkeletonRows } from "@/components/display";
import { Checkbox, Field, Input } from "@/components/Field";
import { Confirm, Dialog } from "@/components/overlay";
import { errorText, toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";

/** What a role may do, one box per permission. Built-in roles are shown, not changed. */
export function RoleEditor({ role, readOnly, onClose }: { role: Role | null; readOnly: boolean; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [name, setName] = useState(role?.name ?? "");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(role?.permissions));
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const permissions = useQuery({ queryKey: ["/permissions"], queryFn: () => api.get<Items<Permission>>("/permissions"), staleTime: Infinity });
  const groups = new Map<string, Permission[]>();
  permissions.data?.items.forEach((permission) => groups.set(permission.group, [...(groups.get(permission.group) ?? []), permission]));
  const toggle = (names: string[], on: boolean) => {
    const next = new Set(chosen);
    names.forEach((one) => (on ? next.add(one) : next.delete(one)));
    setChosen(next);
  };
  const done = async () => {
    await client.invalidateQueries({ queryKey: ["/roles"] });
    onClose();
  };
  const save = async () => {
    setBusy(true);
    setFailure(null);
    const body = { name: name.trim(), permissions: [...chosen] };
    try {
      await (role ? api.patch(`/roles/${role.id}`, body) : api.post("/roles", { venue_id: venue.id, ...body }));
      toast.good(t("tariff.saved", { name: body.name }));
      await done();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await api.delete(`/roles/${role?.id ?? ""}`);
      await done();
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return (
    <Dialog open onClose={onClose} width="lg" title={role ? role.name : t("roles.new")} {...(readOnly && { description: t("roles.readOnly") })}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {!readOnly && <Field label={t("tariff.name")}><Input value={name} maxLength={60} autoFocus={!role} onChange={(event) => { setName(event.target.value); }} /></Field>}
        {permissions.isPending && <SkeletonRows />}
        <div className="grid gap-3 md:grid-cols-2">
          {[...groups].map(([group, items]) => {
            const all = items.every((permission) => chosen.has(permission.name));
            return (
              <fieldset key={group} className="card flex flex-col gap-2 p-3.5" disabled={readOnly}>
                <legend className="sr-only">{group}</legend>
                <Checkbox className="font-semibold" label={<span className="first-letter:uppercase">{group}</span>} checked={all} onChange={(event) => { toggle(items.map((permission) => permission.name), event.target.checked); }} />
                {items.map((permission) => (
                  <Checkbox key={permission.name} className="pl-5" label={<>{permission.description}<span className="block text-[11.5px] text-fg3">{permission.name}</span></>} checked={chosen.has(permission.name)} onChange={(event) => { toggle([permission.name], event.target.checked); }} />
                ))}
              </fieldset>
            );
          })}
        </div>
        {failure && <Notice tone="broken">{failure}</Notice>}
        {!readOnly && (
          <div className="flex gap-2">
            {role && <Button tone="danger" onClick={() => { setDeleting(true); }}>{t("action.delete")}</Button>}
            <span className="flex-1" />
            <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" tone="primary" busy={busy} disabled={name.trim() === ""}>{t("action.save")}</Button>
          </div>
        )}
      </form>
      {role && deleting && <Confirm open onClose={() => { setDeleting(false); }} title={t("roles.delete.title", { name: role.name })} text={t("roles.delete.text", { n: role.user_count })} action={t("action.delete")} onConfirm={remove} />}
    </Dialog>
  );
}
