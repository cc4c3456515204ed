/** The rail, and words that every page uses. */
import type { Texts } from "../texts";

export const zh = {
  label: "主导航",
  skip: "跳到正文",
  desk: "坐席台",
  floor: "班长台",
  tickets: "工单",
  qa: "质检",
  training: "培训",
  admin: "管理",
  call: "通话详情",
};

export const en: Texts<typeof zh> = {
  label: "Main",
  skip: "Skip to the page",
  desk: "Desk",
  floor: "Floor",
  tickets: "Tickets",
  qa: "Quality",
  training: "Training",
  admin: "Admin",
  call: "Call",
};
