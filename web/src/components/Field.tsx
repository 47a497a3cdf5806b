import clsx from "clsx";
import { Switch as RadixSwitch } from "radix-ui";
import { createContext, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes, type TextareaHTMLAttributes, useContext, useId } from "react";

interface FieldIds {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}
const FieldContext = createContext<FieldIds | null>(null);

/** A label, its control, and what is wrong with it, tied together for screen readers. */
export function Field({ label, hint, error, hideLabel = false, className, children }: {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  hideLabel?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <FieldContext value={{ id, describedBy: note ? noteId : undefined, invalid: Boolean(error) }}>
      <div className={clsx("flex min-w-0 flex-col gap-1", className)}>
        <label htmlFor={id} className={hideLabel ? "sr-only" : "text-[12.5px] font-medium text-fg2"}>
          {label}
        </label>
        {children}
        {note && (
          <p id={noteId} className={clsx("text-xs", error ? "text-broken" : "text-fg3")} role={error ? "alert" : undefined}>
            {note}
          </p>
        )}
      </div>
    </FieldContext>
  );
}

function useFieldProps() {
  const field = useContext(FieldContext);
  return field ? { id: field.id, "aria-describedby": field.describedBy, "aria-invalid": field.invalid || undefined } : {};
}

const box =
  "w-full min-w-0 rounded-[9px] border border-field bg-s1 text-[13.5px] text-fg transition-colors hover:border-fg3 focus-visible:border-accent aria-invalid:border-broken disabled:opacity-50";

export function Input({ className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement> }) {
  return <input {...useFieldProps()} className={clsx(box, "h-9 px-2.5", className)} {...rest} />;
}

export function Textarea({ className, ...rest }: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement> }) {
  return <textarea {...useFieldProps()} className={clsx(box, "min-h-20 px-2.5 py-2", className)} {...rest} />;
}

export function Select({ className, children, ...rest }: SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }) {
  return (
    <select {...useFieldProps()} className={clsx(box, "h-9 appearance-auto px-2", className)} {...rest}>
      {children}
    </select>
  );
}

export function Checkbox({ label, className, ...rest }: InputHTMLAttributes<HTMLInputElement> & { label: ReactNode; ref?: Ref<HTMLInputElement> }) {
  return (
    <label className={clsx("flex items-center gap-2 text-[13px]", className)}>
      <input type="checkbox" className="size-4 shrink-0 accent-accent" {...rest} />
      <span>{label}</span>
    </label>
  );
}

export function Switch({ label, ariaLabel, hint, checked, onChange, disabled }: {
  label: string;
  /** Where the words beside it say enough to those who see them. */
  ariaLabel?: string;
  hint?: string;
  checked: boolean;
  onChange: (next: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-4">
      {label !== "" && (
        <label htmlFor={id} className="text-[13.5px] font-medium">
          {label}
          {hint && <span className="block text-xs font-normal text-fg3">{hint}</span>}
        </label>
      )}
      <RadixSwitch.Root
        id={id}
        {...(ariaLabel && { "aria-label": ariaLabel })}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled ?? false}
        className="relative h-6 w-10 shrink-0 rounded-full bg-field transition-colors data-[state=checked]:bg-accent disabled:opacity-50"
      >
        <RadixSwitch.Thumb className="block size-[18px] translate-x-[3px] rounded-full bg-white shadow transition-transform data-[state=checked]:translate-x-[19px]" />
      </RadixSwitch.Root>
    </div>
  );
}

/** A few choices side by side: radio buttons in the shape of a segmented control. */
export function Segmented<T extends string>({ label, value, options, onChange, size = "md", fill = false }: {
  label: string;
  value: T;
  options: { value: T; label: ReactNode; disabled?: boolean; title?: string }[];
  onChange: (next: T) => void;
  size?: "md" | "lg";
  fill?: boolean;
}) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label={label} className={clsx("flex max-w-full overflow-x-auto rounded-lg bg-s3 p-0.5", fill ? "w-full" : "w-fit")}>
      {options.map((option) => (
        <label
          key={option.value}
          title={option.title}
          className={clsx(
            "cursor-pointer rounded-md text-center text-[13px] font-medium whitespace-nowrap has-focus-visible:outline-2 has-focus-visible:outline-accent has-disabled:cursor-not-allowed has-disabled:opacity-45",
            size === "lg" ? "px-3 py-2" : "px-3 py-1",
            fill && "flex-1",
            option.value === value ? "bg-s1 text-fg shadow-sm" : "text-fg2 hover:text-fg",
          )}
        >
          <input
            type="radio"
            className="sr-only"
            name={name}
            checked={option.value === value}
            disabled={option.disabled}
            onChange={() => {
              onChange(option.value);
            }}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
