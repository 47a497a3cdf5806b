import { z } from "zod";

// The content security policy forbids code made from strings, so zod must not try.
z.config({ jitless: true });

/** The same limits as the server's schemas; messages are catalogue keys. */
export const email = z.string().trim().regex(/^[^\s@]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/, "form.email");
export const username = z.string().trim().regex(/^(?=.*[A-Za-z])[A-Za-z0-9._-]{3,32}$/, "form.username");
export const password = z.string().min(10, "form.password").max(200, "form.tooLong");
export const optionalText = (max: number) => z.string().trim().max(max, "form.tooLong");
export const requiredText = (max: number) => z.string().trim().min(1, "form.required").max(max, "form.tooLong");
export const optionalEmail = z.literal("").or(email);
export const optionalUsername = z.literal("").or(username);
export const dateOfBirth = z
  .string()
  .refine((text) => text === "" || (/^\d{4}-\d{2}-\d{2}$/.test(text) && Date.parse(text) < Date.now() && text > "1900-01-01"), "form.birth");
export const phone = z.literal("").or(z.string().trim().regex(/^\+?[0-9][0-9 ()./-]{3,24}$/, "form.phone"));
