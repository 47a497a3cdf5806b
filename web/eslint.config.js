import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import { readdirSync } from "node:fs";
import ts from "typescript-eslint";

const features = readdirSync(new URL("./src/features", import.meta.url));

// components, lib -> features -> app; a feature knows nothing of its neighbours.
const layers = [
  {
    files: ["src/{components,lib,api}/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-imports": ["error", { patterns: ["@/features/**", "@/app/**", "**/features/**", "**/app/**"] }],
    },
  },
  ...features.map((own) => ({
    files: [`src/features/${own}/**/*.{ts,tsx}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            "@/app/**",
            "@/features/**",
            ...features.filter((f) => f !== own).flatMap((f) => [`../${f}/**`, `../../${f}/**`]),
          ],
        },
      ],
    },
  })),
];

export default ts.config(
  { ignores: ["node_modules", "coverage", "src/api/schema.d.ts"] },
  js.configs.recommended,
  { files: ["**/*.mjs", "**/*.js"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [...ts.configs.strict, ...ts.configs.stylistic],
    plugins: { "react-hooks": hooks, "jsx-a11y": a11y },
    rules: {
      ...hooks.configs["recommended-latest"].rules,
      ...a11y.flatConfigs.recommended.rules,
      // Our own inputs are labelled by <Field>, which the rule cannot see through.
      "jsx-a11y/label-has-associated-control": ["error", { assert: "either", depth: 4 }],
      // Dialogs and sheets move focus to their first field on purpose.
      "jsx-a11y/no-autofocus": "off",
      // What scrolls must be reachable by keyboard.
      "jsx-a11y/no-noninteractive-tabindex": ["error", { tags: [], roles: ["tabpanel", "group", "region"], allowExpressionValues: true }],
      // A name that begins with "_" says that a part is left out on purpose.
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  {
    files: ["src/**/*.tsx"],
    rules: { "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }] },
  },
  ...layers,
);
