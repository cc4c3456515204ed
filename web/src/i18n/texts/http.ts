/** Why the server gave nothing, by the codes of docs/errors.md that a page can meet. */
import type { Texts } from "../texts";

export const zh = {
  unreachable: "连不上服务，请检查网络后重试。",
  unauthorized: "登录已失效，请重新登录。",
  bad_login: "账号、密码或令牌不对，请重新输入。",
  too_many_attempts: "尝试次数过多，请稍后再试。",
  weak_password: "密码太简单，请换一个更长的。",
  forbidden: "您的账号没有这项权限，需要时请联系管理员。",
  not_found: "没有找到，可能已被删除。",
  call_not_found: "没有这通电话，可能已过保存期。",
  recording_not_found: "这通电话没有录音，或录音尚未保存完成。",
  bad_cursor: "列表已经变化，请重新查询。",
  store_failed: "读取失败，请稍后再试；一直不行请告诉管理员。",
  unknown: "没有成功（{code}），请稍后再试；一直不行请把代码告诉管理员。",
};

export const en: Texts<typeof zh> = {
  unreachable: "The server cannot be reached. Check the network and try again.",
  unauthorized: "You are no longer signed in. Please sign in again.",
  bad_login: "The login, password or token is wrong. Please try again.",
  too_many_attempts: "Too many attempts. Please wait before the next one.",
  weak_password: "The password is too weak. Choose a longer one.",
  forbidden: "Your account may not do this. Ask an administrator if you need it.",
  not_found: "Not found; it may have been deleted.",
  call_not_found: "There is no such call; it may be past its retention time.",
  recording_not_found: "This call has no recording, or it is not complete yet.",
  bad_cursor: "The list has changed. Please search again.",
  store_failed: "Reading failed. Try again later; tell an administrator if it keeps failing.",
  unknown: "That did not work ({code}). Try again later; tell an administrator the code if it keeps failing.",
};
