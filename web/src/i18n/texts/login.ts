/** Logging in and out. */
import type { Texts } from "../texts";

export const zh = {
  name: "账号",
  password: "密码",
  enter: "登录",
  by_token: "使用访问令牌",
  by_name: "使用账号密码",
  must_change: "这是一次性密码，请先设置您自己的密码（至少 12 位）。",
  new_password: "新密码",
  change: "设置并进入",
  leave: "退出登录",
};

export const en: Texts<typeof zh> = {
  name: "Login",
  password: "Password",
  enter: "Log in",
  by_token: "Use an access token",
  by_name: "Use login and password",
  must_change: "This is a one-time password. Choose your own first (at least 12 characters).",
  new_password: "New password",
  change: "Set and go on",
  leave: "Log out",
};
