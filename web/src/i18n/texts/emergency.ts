/** The desk in an emergency. */
import type { Texts } from "../texts";

export const zh = {
  title: "紧急故障，先保安全",
  say_first: "请先对客户说",
  said: "已告知客户",
  facts: "抢修必问四项",
  fact: { address: "抢修地点", symptom: "故障详情", impact: "影响范围", phone: "联系方式" },
  ask: "请询问",
  tell: "向客户说明进展（说到就勾上）",
  item: { measures: "已采取的措施", eta: "预计到达时间", plan: "应急处理方案", advice: "临时应对建议" },
};

export const en: Texts<typeof zh> = {
  title: "Emergency: safety first",
  say_first: "Say this first",
  said: "Told the caller",
  facts: "Four facts for the repair crew",
  fact: { address: "Place", symptom: "Fault", impact: "Extent", phone: "Contact" },
  ask: "Please ask",
  tell: "Tell the caller (tick when said)",
  item: {
    measures: "What was done",
    eta: "Expected arrival",
    plan: "Repair plan",
    advice: "What to do meanwhile",
  },
};
