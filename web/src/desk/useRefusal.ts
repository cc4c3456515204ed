/** Why the server refused a command, in words. */
import { useTexts } from "@/i18n";

export function useRefusal(): (code: string | null) => string {
  const { label } = useTexts();
  return (code) => label("code", code ?? "unknown");
}
