"""Passwords and tokens: made, hashed, compared. Passwords by Argon2id (RFC 9106), random tokens by SHA-256."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from assistant.people.errors import WeakPasswordError

SHORTEST = 12
LONGEST = 128
_HASHER = PasswordHasher()
"""The library's defaults: RFC 9106, low memory (64 MiB, three passes)."""
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that are taken for digits when read aloud or off paper."""


def check_password(password: str, login: str) -> None:
    """Raises `WeakPasswordError` for a password that is too short, too long, one character only, or the login."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPasswordError(f"密码要 {SHORTEST} 到 {LONGEST} 个字符")
    if len(set(password)) < 4 or login.lower() in password.lower():
        raise WeakPasswordError("密码不能只有几个重复的字符，也不能含登录名")


def hash_password(password: str) -> str:
    """About 50 ms and 64 MiB, on purpose."""
    return _HASHER.hash(password)


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the one that was hashed. Without a hash it takes as long and is wrong."""
    try:
        return _HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """A password to be told once and changed at the first login: 75 bits, in groups that can be read aloud."""
    marks = [secrets.choice(_READABLE) for _ in range(15)]
    return "-".join("".join(marks[at : at + 5]) for at in (0, 5, 10))


def new_token() -> str:
    """256 random bits for a cookie, a CSRF value or a program."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token: it is random, so a fast hash is enough."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
