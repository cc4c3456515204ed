/** The floor of leaders and supervisors. */
import type { Texts } from "../texts";

export const zh = {
  calls: "正在进行的通话",
  empty: "现在没有进行中的通话。电话接通后会自动出现在这里。",
  figure: {
    live: "通话中",
    emergencies: "紧急故障",
    upset: "情绪激动",
    flagged: "有用语提醒",
    care: "特殊关怀",
  },
  new_emergency: "有新的紧急故障来电，目前 {count} 通",
  no_agent: "未登记坐席",
  listening: "正在听取诉求…",
  degraded: "{stage}受限",
  flags: "{count} 次",
  listen: "旁听文字",
  open_call: "打开详情",
};

export const en: Texts<typeof zh> = {
  calls: "Live calls",
  empty: "No call is live. Calls appear here by themselves.",
  figure: {
    live: "Live",
    emergencies: "Emergencies",
    upset: "Upset",
    flagged: "Wording alerts",
    care: "Care",
  },
  new_emergency: "A new emergency call; {count} at present",
  no_agent: "No agent named",
  listening: "Listening…",
  degraded: "{stage} limited",
  flags: "{count}",
  listen: "Read along",
  open_call: "Open the call",
};
