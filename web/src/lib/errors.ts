import type { FieldValues, Path, UseFormReturn } from "react-hook-form";
import { en, type MessageKey } from "./i18n/en";
import { t } from "./i18n";
import { Problem, Unreachable } from "./problem";
import { toast } from "./toast";

/** Refusals we know by their code are said in the person's language, the rest in the server's words. */
export function errorText(error: unknown): string {
  if (error instanceof Unreachable) return t("error.unreachable");
  if (error instanceof Problem) {
    const known = `problem.${error.code}`;
    if (known in en) return t(known as MessageKey);
    if (error.status === 429) return t("error.tooMany", { seconds: error.retryAfter ?? 60 });
    if (error.status >= 500) return t("error.server", { id: error.requestId ?? "–" });
    return error.message;
  }
  return t("error.unknown");
}

export function toastError(error: unknown): void {
  toast.bad(errorText(error));
}

/** Puts the server's field errors at the fields; returns the text for those that have no field here. */
export function applyProblem<T extends FieldValues>(form: UseFormReturn<T>, error: unknown): string | null {
  if (!(error instanceof Problem) || error.fields.length === 0) return errorText(error);
  const strangers: string[] = [];
  for (const field of error.fields) {
    const name = field.path.replace(/^(body|query)\./, "");
    if (name in form.getValues()) form.setError(name as Path<T>, { type: "server", message: field.message });
    else strangers.push(`${name}: ${field.message}`);
  }
  return strangers.length > 0 ? strangers.join(" · ") : null;
}
