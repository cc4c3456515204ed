"""Lists over HTTP: part by part, asked for by cursor."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from assistant.store.base import Page, PageRequest

Item = TypeVar("Item")


def _same(item: Any) -> Any:
    return item


class PageView(BaseModel, Generic[Item]):
    """Part of a list; `next_cursor` is null at the end."""

    items: tuple[Item, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Any], show: Callable[[Any], Item] = _same) -> "PageView[Item]":
        """A page of the store, each item as `show` makes it."""
        return cls(items=tuple(show(item) for item in page.items), next_cursor=page.next_cursor)


def _page(
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> PageRequest:
    return PageRequest(limit, cursor)


Wanted = Annotated[PageRequest, Depends(_page)]
"""Which part of the list, as parameters of a route."""
