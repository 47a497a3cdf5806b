import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { type DefaultValues, type FieldPath, type FieldValues, useForm } from "react-hook-form";
import type { z } from "zod";
import { applyProblem } from "./errors";
import { en, type MessageKey } from "./i18n/en";
import { useT } from "./i18n";

/** A form that checks like the server, keeps what was typed, and shows refusals at their fields. */
export function useZodForm<T extends FieldValues>(schema: z.ZodType<T, T>, defaults: DefaultValues<T>) {
  const t = useT();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<T>({ resolver: zodResolver(schema), defaultValues: defaults });
  const { errors } = form.formState;
  return {
    ...form,
    failure,
    busy: form.formState.isSubmitting,
    error: (name: FieldPath<T>): string | undefined => {
      const message = errors[name]?.message;
      if (typeof message !== "string") return undefined;
      return message in en ? t(message as MessageKey) : message;
    },
    onSubmit: (save: (values: T) => Promise<void>) => (event: { preventDefault: () => void }) => {
      event.preventDefault();
      setFailure(null);
      void form.handleSubmit(async (values) => {
        try {
          await save(values);
        } catch (error) {
          setFailure(applyProblem(form, error));
        }
      })();
    },
  };
}

/** Empty fields are left out of a request ("not given"), or sent as null ("take away"). */
export function filled<T extends object>(values: T, empty: "omit" | "null" = "omit"): Partial<T> {
  const entries = Object.entries(values).map(([key, value]) => [key, value === "" ? null : (value as unknown)] as const);
  return Object.fromEntries(empty === "null" ? entries : entries.filter(([, value]) => value !== null)) as Partial<T>;
}
