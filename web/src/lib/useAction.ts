import { useState } from "react";
import { errorText, toastError } from "./errors";
import { Problem } from "./problem";

/** One request of a form: busy while it runs, and what the server refused, at its field where it named one. */
export function useAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const fields = error instanceof Problem ? error.fields : [];
  return {
    busy,
    failure: error === null ? null : fields.length > 0 ? fields.map((field) => `${nameOf(field.path)}: ${field.message}`).join(" · ") : errorText(error),
    field: (name: string): string | undefined => fields.find((field) => nameOf(field.path) === name)?.message ?? (error instanceof Problem && error.extra.field === name ? error.message : undefined),
    clear: () => { setError(null); },
    run: async (work: () => Promise<unknown>): Promise<boolean> => {
      setBusy(true);
      setError(null);
      try {
        await work();
        return true;
      } catch (caught) {
        setError(caught);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

const nameOf = (path: string): string => path.replace(/^(body|query)\./, "");

/** A refusal is said in a toast and thrown on, so that the question on the screen stays open. */
export async function orToast<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    toastError(error);
    throw error;
  }
}
