"""Stand in front of an object without changing it."""

from copy import copy
from typing import Any, Self, TypeVar

_Proxy = TypeVar("_Proxy", bound="Proxy")


class Proxy:
    """What it does not do itself, its target does: attributes are read from and written to the target.

    It also answers `isinstance` as its target would, so that code which checks for the vendor's class goes on working.
    """

    __slots__ = ("__weakref__", "_target")
    _target: Any

    def __init__(self, target: Any):
        object.__setattr__(self, "_target", target)

    def __getattr__(self, name: str) -> Any:
        # Asked of `object`, so that a half-made copy, which has no target yet, does not look for it for ever.
        return getattr(object.__getattribute__(self, "_target"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._target, name)

    def __dir__(self) -> list[str]:
        return dir(self._target)

    @property
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._target.__class__

    def __repr__(self) -> str:
        return repr(self._target)

    def __copy__(self) -> Self:
        state = [object.__getattribute__(self, name) for name in _slots(type(self))]
        return made(type(self), copy(state[0]), *state[1:])

    def __reduce_ex__(self, protocol: Any) -> Any:
        # For pickling and deep copies; either fails as it does for a target that refuses it.
        return made, (type(self), *(object.__getattribute__(self, name) for name in _slots(type(self))))

    def __enter__(self) -> Self:
        self._target.__enter__()
        return self

    def __exit__(self, *error: Any) -> Any:
        return self._target.__exit__(*error)

    async def __aenter__(self) -> Self:
        await self._target.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> Any:
        return await self._target.__aexit__(*error)


def made(kind: type[_Proxy], *state: Any) -> _Proxy:
    """A proxy of this kind with this state, of which the target is the first."""
    proxy = object.__new__(kind)
    for name, value in zip(_slots(kind), state, strict=True):
        object.__setattr__(proxy, name, value)
    return proxy


def _slots(kind: type[Proxy]) -> list[str]:
    kinds = reversed(kind.__mro__)
    return [name for one in kinds for name in vars(one).get("__slots__", ()) if name != "__weakref__"]
