"""热线助手的入口：读取参数与设置，交给各个子命令。Run `python server.py --help`."""

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.settings import Settings

# Model code must not look for a hub on a machine that is cut off from it; `models fetch` asks on its own terms.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


def build_parser() -> argparse.ArgumentParser:
    """The command line of the contract."""
    parser = argparse.ArgumentParser(
        prog="server.py", description="热线助手：听、懂、提示、填单。不带子命令即启动服务。"
    )
    verbs = parser.add_subparsers(dest="verb", metavar="子命令")
    demo = verbs.add_parser("demo", help="启动服务并实时播放一通示例电话")
    demo.add_argument(
        "--sample", default="heating_leak_angry", help="示例名（audio_samples 里的文件名，不带扩展名）"
    )
    demo.add_argument("--pace", type=float, default=1.0, help="播放速度，1.0 为实时")
    analyze = verbs.add_parser("analyze", help="分析录音，输出 JSON")
    analyze.add_argument("files", nargs="+", metavar="FILE")
    _domain(analyze)
    analyze.add_argument("--mono", choices=("agent", "customer", "mixed"), help="单声道录音里是谁")
    analyze.add_argument("--json", metavar="OUT", help="写到文件；- 为标准输出")
    understand = verbs.add_parser("understand", help="分析文字对话（JSON Lines），输出 JSON")
    understand.add_argument("file", metavar="FILE.jsonl")
    _domain(understand)
    understand.add_argument("--json", metavar="OUT", help="写到文件；- 为标准输出")
    replay = verbs.add_parser("replay", help="像电话系统那样把录音送给运行中的服务")
    replay.add_argument("file", metavar="FILE")
    _domain(replay)
    replay.add_argument("--url", required=True, help="服务地址，如 http://127.0.0.1:8000")
    replay.add_argument("--pace", type=float, default=1.0, help="1.0 为实时；0 为尽快")
    replay.add_argument("--call-id", help="通话编号；不给则随机")
    replay.add_argument("--jsonl", metavar="OUT", help="事件写到文件；缺省为标准输出")
    replay.add_argument("--mono", choices=("agent", "customer", "mixed"))
    listen = verbs.add_parser("listen", help="用话筒实时通话")
    _domain(listen)
    listen.add_argument("--agent-device", type=int)
    listen.add_argument("--customer-device", type=int)
    listen.add_argument("--url", help="服务地址；缺省为本机设置")
    models = verbs.add_parser("models", help="列出、取得、校验模型")
    models.add_argument("action", nargs="?", choices=("fetch", "verify"))
    models.add_argument("names", nargs="*", metavar="NAME")
    rules = verbs.add_parser("rules", help="用一段对话试禁语规则，逐条说明为什么命中、为什么没有")
    actions = rules.add_subparsers(dest="action", metavar="动作", required=True)
    test = actions.add_parser("test", help="试规则：FILE 每行“坐席：…”或“客户：…”，也可以是 JSON Lines")
    test.add_argument("file", metavar="FILE")
    _domain(test)
    test.add_argument("--rules", metavar="RULES.yaml", help="另加的规则文件，与自带的规则合用")
    _users(verbs.add_parser("users", help="账号：新建、列出、重置密码"))
    _audit(verbs.add_parser("audit", help="核对审计没有被改动"))
    _privacy(verbs.add_parser("privacy", help="到期删除、按来电号码查找与删除"))
    verbs.add_parser("doctor", help="检查本机环境并说明怎么处理")
    return parser


def _domain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--domain", required=True, help="业务包：heating | gas | power | water …")


def _users(parser: argparse.ArgumentParser) -> None:
    from assistant.people.person import PEOPLE

    actions = parser.add_subparsers(dest="action", metavar="动作")
    add = actions.add_parser("add", help="新建账号，打印一次性密码")
    add.add_argument("login")
    add.add_argument("--role", action="append", required=True, choices=sorted(PEOPLE), help="可以给多个")
    add.add_argument("--name", help="姓名；缺省同登录名")
    add.add_argument("--agent-id", help="电话系统里的坐席号")
    reset = actions.add_parser("reset", help="换一个一次性密码，并结束其全部登录")
    reset.add_argument("login")
    actions.add_parser("list", help="列出账号（缺省）")


def _audit(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True)
    check = actions.add_parser("verify", help="从头核对哈希链")
    check.add_argument(
        "--known", metavar="条数:哈希", help="上次核对时打印的：查出此后有没有从末尾删过、重写过"
    )


def _privacy(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True)
    terms = actions.add_parser("due", help="按保存期限该删的；不加 --apply 只列出，不删")
    terms.add_argument("--apply", action="store_true", help="删除")
    for name, told in (("find", "某个号码的通话"), ("erase", "删除某个号码的全部通话并给出证明")):
        actions.add_parser(name, help=told).add_argument("number", metavar="号码")


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 done, 1 partly, 2 a fault that the message on stderr explains."""
    args = build_parser().parse_args(argv)
    # Imports wait until the arguments are known to be good: the recogniser alone takes a second.
    from asr.errors import AsrError
    from assistant.errors import AssistantError
    from assistant.settings import SettingsError, load_settings
    from models.errors import ModelError
    from nlu.errors import NluError

    try:
        return run(args, load_settings())
    except (SettingsError, AssistantError, AsrError, ModelError, NluError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130


def run(args: argparse.Namespace, settings: "Settings") -> int:
    """Hand over to the verb."""
    from assistant.cli import analyze, audit, doctor, listen, models, privacy, replay, rules, serve, users

    verbs = {
        "analyze": analyze.analyze,
        "understand": analyze.understand,
        "replay": replay.replay,
        "listen": listen.listen,
        "models": models.models,
        "rules": rules.try_rules,
        "users": users.users,
        "audit": audit.audit,
        "privacy": privacy.privacy,
        "doctor": doctor.doctor,
    }
    if args.verb == "demo":
        return serve.demo(settings, args.sample, args.pace)
    return verbs[args.verb](args, settings) if args.verb else serve.serve(settings)


if __name__ == "__main__":
    sys.exit(main())
