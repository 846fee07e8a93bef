"""Stand in front of an object without changing it."""

from typing import Any, Self


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
