/** Mounts a part of the desk with texts and a desk that notes what it was asked for. */
import { mount } from "@vue/test-utils";
import { defineComponent, h, nextTick, type Component } from "vue";
import { createTexts } from "@/i18n";
import type { CommandBody } from "@/protocol/connection";
import { provideDesk } from "@/desk/deskContext";

export async function mountDesk(part: Component, props: Record<string, unknown>) {
  const commands: CommandBody[] = [];
  const shownWords: string[] = [];
  const copied: string[] = [];
  const outcome = { ok: true, code: null as string | null };
  const around = defineComponent({
    props: { inner: { type: Object, required: true } },
    setup(given) {
      provideDesk({
        run: (body) => {
          commands.push(body);
          return Promise.resolve({ ...outcome });
        },
        showWords: (id) => shownWords.push(id),
        copy: (text) => {
          copied.push(text);
          return Promise.resolve();
        },
      });
      return () => h(part, given.inner);
    },
  });
  const wrapper = mount(around, {
    props: { inner: props },
    global: { plugins: [createTexts()] },
    attachTo: document.body,
  });
  await nextTick(); // Element Plus gives its inputs their ids only now
  const update = (next: Record<string, unknown>) => wrapper.setProps({ inner: { ...props, ...next } });
  return { wrapper, commands, shownWords, copied, outcome, update };
}
