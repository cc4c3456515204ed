/** Tickets after the call. */
import type { Texts } from "../texts";

export const zh = {
  made: "提交时间",
  assignee: "处理人",
  due: "时限",
  sla: { warning: "将超时", breached: "已超时" },
  empty: "没有符合条件的工单。坐席提交后会出现在这里。",
  status: { 待派单: "待派单", 处理中: "处理中", 待验收: "待验收", 已完成: "已完成", 已归档: "已归档" },
};

export const en: Texts<typeof zh> = {
  made: "Handed over",
  assignee: "Handler",
  due: "Due",
  sla: { warning: "due soon", breached: "overdue" },
  empty: "No ticket matches. Tickets appear here once an agent hands them over.",
  status: {
    待派单: "Awaiting dispatch",
    处理中: "In progress",
    待验收: "Awaiting acceptance",
    已完成: "Done",
    已归档: "Archived",
  },
};
