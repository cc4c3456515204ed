// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { enableAutoUnmount, flushPromises } from "@vue/test-utils";
import { reduce } from "@/call/reduce";
import { emptyCall } from "@/call/state";
import { callOf, filled, flagged, said, shown, started, words, type EventBody } from "@/testing/events";
import { mountDesk } from "@/testing/mountDesk";
import ConductChecks from "./ConductChecks.vue";
import EmergencyPanel from "./EmergencyPanel.vue";
import PhraseAlerts from "./PhraseAlerts.vue";
import PriorityClock from "./PriorityClock.vue";
import ReadBack from "./ReadBack.vue";
import SuggestionList from "./SuggestionList.vue";
import TicketForm from "./TicketForm.vue";
import TranscriptPane from "./TranscriptPane.vue";

enableAutoUnmount(afterEach);
const after = (...bodies: EventBody[]) => callOf(...bodies).reduce(reduce, emptyCall);
const press = (wrapper: Awaited<ReturnType<typeof mountDesk>>["wrapper"], name: string) =>
  wrapper
    .findAll("button")
    .find((button) => button.text().startsWith(name))
    ?.trigger("click");

describe("the wording alert", () => {
  it("says what was said and what to say instead, and tells it to screen readers", async () => {
    const { wrapper, update } = await mountDesk(PhraseAlerts, { flags: [], isOver: false });

    await update({ flags: after(flagged("f1")).flags });

    expect(wrapper.get("[role=alert]").attributes("aria-live")).toBe("assertive");
    expect(wrapper.get("[role=alert]").text()).toContain("不归我管");
    expect(wrapper.get("article").text()).toContain("请改说：我帮您转接");
  });

  it("is dismissed with a reason", async () => {
    const { wrapper, commands } = await mountDesk(PhraseAlerts, {
      flags: after(flagged("f1")).flags,
      isOver: false,
    });

    await press(wrapper, "误报");
    await press(wrapper, "识别错误");

    expect(commands).toEqual([{ type: "dismiss_flag", flag_id: "f1", reason: "识别错误" }]);
  });

  it("is opened again from its line, so that an older one can be dismissed too", async () => {
    const { flags } = after(flagged("f1", "找领导"), flagged("f2"));
    const { wrapper, commands } = await mountDesk(PhraseAlerts, { flags, isOver: true });

    await press(wrapper, "“找领导”");
    await press(wrapper, "误报");
    await press(wrapper, "识别错误");

    expect(commands).toEqual([{ type: "dismiss_flag", flag_id: "f1", reason: "识别错误" }]);
  });

  it("shrinks to one line once the right thing was said", async () => {
    const corrected: EventBody = { type: "phrase_corrected", flag_id: "f1", because: words("我帮您转接") };
    const { flags } = after(flagged("f1"), corrected);

    const { wrapper } = await mountDesk(PhraseAlerts, { flags, isOver: false });

    expect(wrapper.find("article").exists()).toBe(false);
    expect(wrapper.text()).toContain("已更正");
  });
});

describe("the cards", () => {
  it("are accepted as they stand, or with the agent's wording", async () => {
    const { wrapper, commands } = await mountDesk(SuggestionList, { call: after(shown("s1")) });

    await press(wrapper, "编辑");
    await wrapper.get("textarea").setValue("请您先把阀门关上");
    await press(wrapper, "采用修改后的话术");

    expect(commands).toEqual([{ type: "accept_suggestion", suggestion_id: "s1", text: "请您先把阀门关上" }]);
  });

  it("are accepted by place with the wording that is being edited", async () => {
    const { wrapper, commands } = await mountDesk(SuggestionList, {
      call: after(shown("s1"), shown("s2", true)),
    });
    await press(wrapper, "编辑");
    await wrapper.get("textarea").setValue("请您关阀门");

    wrapper.getComponent(SuggestionList).vm.acceptAt(1);

    expect(commands).toEqual([{ type: "accept_suggestion", suggestion_id: "s2", text: "请您关阀门" }]);
  });

  it("show the words that called for them", async () => {
    const { wrapper, shownWords } = await mountDesk(SuggestionList, { call: after(shown("s1")) });

    await press(wrapper, "依据");

    expect(shownWords).toEqual(["u1"]);
  });

  it("are ignored and copied", async () => {
    const { wrapper, commands, copied } = await mountDesk(SuggestionList, { call: after(shown("s1")) });

    await press(wrapper, "复制");
    await press(wrapper, "忽略");

    expect(copied).toEqual(["请先关闭阀门"]);
    expect(commands).toEqual([{ type: "dismiss_suggestion", suggestion_id: "s1" }]);
  });
});

describe("the ticket", () => {
  it("sends what the agent typed and marks the field as written by hand", async () => {
    const before = after(started(), filled("phone", "138"));
    const { wrapper, commands, update } = await mountDesk(TicketForm, { call: before });
    const input = wrapper.get("#field-phone");

    await input.setValue("13800135246");
    await input.trigger("blur");
    await update({ call: after(started(), filled("phone", "13800135246", "agent")) });
    await flushPromises();

    expect(commands).toEqual([{ type: "edit_field", field: "phone", value: "13800135246" }]);
    expect(wrapper.text()).toContain("人工");
  });

  it("leaves alone what the agent is typing while the model fills the same field", async () => {
    const { wrapper, update } = await mountDesk(TicketForm, { call: after(started()) });
    await wrapper.get("#field-phone").setValue("1380");

    await update({ call: after(started(), filled("phone", "999")) });

    expect((wrapper.get("#field-phone").element as HTMLInputElement).value).toBe("1380");
  });

  it("says why an edit was refused", async () => {
    const { wrapper, outcome } = await mountDesk(TicketForm, { call: after(started()) });
    Object.assign(outcome, { ok: false, code: "ticket_submitted" });

    await wrapper.get("#field-phone").setValue("1");
    await wrapper.get("#field-phone").trigger("blur");
    await flushPromises();

    expect(wrapper.text()).toContain("没有保存：工单已经提交");
  });

  it("names the gaps before it is submitted, and submits when the agent insists", async () => {
    const { wrapper, commands } = await mountDesk(TicketForm, {
      call: after(started(), filled("phone", "1")),
    });

    await press(wrapper, "提交工单");
    expect(commands).toEqual([]);
    expect(wrapper.get("[role=alertdialog]").text()).toContain("姓名");
    await press(wrapper, "仍要提交");

    expect(commands).toEqual([{ type: "submit_ticket" }]);
  });

  it("shows its number and takes no more edits once submitted", async () => {
    const submitted: EventBody = { type: "ticket_submitted", ticket_id: "t", number: "GR-7" };

    const { wrapper } = await mountDesk(TicketForm, { call: after(started(), submitted) });

    expect(wrapper.get("footer").text()).toContain("GR-7");
    expect(wrapper.get("#field-phone").attributes("readonly")).toBeDefined();
  });
});

describe("the read-back", () => {
  const known = [started(), filled("phone", "13800135246"), filled("address", "幸福家园小区12号楼")];

  it("groups the number as it is spoken, with the address beside it", async () => {
    const { wrapper } = await mountDesk(ReadBack, { call: after(...known) });

    expect(wrapper.text()).toContain("138 0013 5246");
    expect(wrapper.text()).toContain("幸福家园小区12号楼");
  });

  it("is gone once it was confirmed, and not there before anything is known", async () => {
    const passed: EventBody = { type: "check_updated", check: "read_back", state: "passed", because: null };
    const { wrapper, update } = await mountDesk(ReadBack, { call: after(started()) });
    expect(wrapper.find("section").exists()).toBe(false);

    await update({ call: after(...known, passed) });

    expect(wrapper.find("section").exists()).toBe(false);
  });
});

describe("an emergency", () => {
  const call = () => after(started(), filled("priority", "1"), filled("phone", "138"), shown("s1", true));

  it("puts the sentence for safety first, and takes it as it stands", async () => {
    const { wrapper, commands } = await mountDesk(EmergencyPanel, { call: call() });

    expect(wrapper.get("[role=alert]").text()).toContain("请先关闭阀门");
    await press(wrapper, "已告知客户");

    expect(commands).toEqual([{ type: "accept_suggestion", suggestion_id: "s1", text: null }]);
  });

  it("names what is still to be asked, and ticks the arrival when it was heard", async () => {
    const told: EventBody = { type: "check_updated", check: "eta_given", state: "passed", because: null };
    const { wrapper, update } = await mountDesk(EmergencyPanel, { call: call() });
    expect(wrapper.findAll(".is-gap")).toHaveLength(3);
    expect(wrapper.findAll(".is-told")).toHaveLength(0);

    await update({ call: after(started(), filled("priority", "1"), told) });

    expect(wrapper.get(".is-told").text()).toContain("预计到达时间");
  });
});

describe("the conversation", () => {
  it("shows settled words apart from the draft, and underlines flagged ones", async () => {
    const call = after(said("不归我管", { tentative: "您找物业", channel: "agent" }), flagged("f1"));

    const { wrapper } = await mountDesk(TranscriptPane, { call });

    expect(wrapper.get(".row__tentative").text()).toBe("您找物业");
    expect(wrapper.get("mark").text()).toContain("不归我管");
    expect(wrapper.get(".row").classes()).toContain("is-agent");
  });
});

describe("the checklist", () => {
  it("names all twelve checks with their state in words", async () => {
    const passed: EventBody = { type: "check_updated", check: "greeting", state: "passed", because: null };

    const { wrapper } = await mountDesk(ConductChecks, { checks: after(passed).checks });

    expect(wrapper.findAll("li")).toHaveLength(12);
    expect(wrapper.findAll("li").map((row) => row.text().slice(-2))).toEqual([
      "通过",
      ...Array<string>(11).fill("待做"),
    ]);
  });
});

describe("the response clock", () => {
  it.each([
    [60_000, "响应剩余 14:00"],
    [960_000, "已超时 01:00"],
  ])("after %i ms of an emergency says %s", async (sinceStartMs, text) => {
    const { wrapper } = await mountDesk(PriorityClock, { priority: 1, sinceStartMs, stopped: false });

    expect(wrapper.text()).toContain(text);
  });
});
