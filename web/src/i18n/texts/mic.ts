/** A trial call from the microphone. */
import type { Texts } from "../texts";

export const zh = {
  title: "用麦克风试一通",
  who: "我来扮演",
  start: "开始说话",
  stop: "结束试用通话",
  trouble: {
    not_secure: "浏览器只在 https 或本机地址（127.0.0.1）下允许使用麦克风，请换用这样的地址打开。",
    refused: "浏览器没有允许使用麦克风。请点地址栏左侧的图标，把麦克风改为“允许”，再试一次。",
    no_device: "没有找到麦克风，请接好后再试。",
    busy: "麦克风正被其他程序占用，请关闭后再试。",
    line_lost: "和服务的连接断了，试用通话已结束，已说的内容都保留着。",
    too_slow: "网络太慢，声音送不过去，试用通话已结束。",
    server_refused: "服务没有接受这通试用通话，可能没有权限或同时通话已满。",
  },
};

export const en: Texts<typeof zh> = {
  title: "Try a call by microphone",
  who: "I play the",
  start: "Start talking",
  stop: "End the trial call",
  trouble: {
    not_secure:
      "Browsers give the microphone only to https and to this machine (127.0.0.1). Open the page there.",
    refused: "The browser refused the microphone. Allow it by the icon left of the address, then try again.",
    no_device: "No microphone was found. Connect one and try again.",
    busy: "Another program uses the microphone. Close it and try again.",
    line_lost: "The connection was lost and the trial call has ended. What was said is kept.",
    too_slow: "The network is too slow for the sound. The trial call has ended.",
    server_refused: "The server did not take the trial call: no permission, or too many calls at once.",
  },
};
