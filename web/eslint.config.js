import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import vue from "eslint-plugin-vue";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist/**", "node_modules/**", "src/protocol/events.ts", "src/protocol/api.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...vue.configs["flat/recommended"],
  {
    files: ["src/**/*.{ts,vue}", "vite.config.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".vue"] } },
    rules: {
      "no-undef": "off", // the type checker knows names better
      "no-console": "error", // speech and personal data never reach a log
      eqeqeq: "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "vue/no-v-html": "error",
      "vue/block-lang": ["error", { script: { lang: "ts" } }],
      "vue/component-api-style": ["error", ["script-setup"]],
      "vue/define-props-declaration": ["error", "type-based"],
      "vue/define-emits-declaration": ["error", "type-based"],
      "vue/require-default-prop": "off", // optional props are typed
    },
  },
  { files: ["src/**/*.vue"], rules: { "max-lines": ["error", { max: 200 }] } },
  {
    files: ["scripts/**", "public/**"],
    languageOptions: {
      globals: {
        ...{ process: "readonly", console: "readonly", URL: "readonly" },
        ...{ window: "readonly", document: "readonly", CustomEvent: "readonly" },
        ...{ AudioWorkletProcessor: "readonly", registerProcessor: "readonly" },
      },
    },
  },
  prettier,
);
