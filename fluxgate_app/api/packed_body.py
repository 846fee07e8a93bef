"""Bodies that come packed: what they are unpacked may be no larger than one that comes as it is."""

import asyncio
import zlib

from fastapi import Request
from starlette.exceptions import HTTPException

from fluxgate_app.api.body_limit import TOO_LARGE
from fluxgate_app.errors import Invalid

_GZIP = 16 + zlib.MAX_WBITS


async def unpacked_body(request: Request, limit: int) -> bytes:
    """The body, unpacked where it is packed with gzip.

    Raises Invalid; HTTPException 413 when there are more than `limit` bytes in it, 415 for another encoding.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip"):
        raise HTTPException(415, "Content-Encoding must be gzip or absent")
    body = await request.body()
    return await asyncio.to_thread(_unpacked, body, limit) if encoding == "gzip" else body


def _unpacked(data: bytes, limit: int) -> bytes:
    file = zlib.decompressobj(_GZIP)
    try:
        # Never more than one byte too many, whatever the file would become.
        body = file.decompress(data, limit + 1)
    except zlib.error:
        raise Invalid("The body is not what gzip writes") from None
    if len(body) > limit:
        raise HTTPException(413, TOO_LARGE)
    if not file.eof or file.unused_data:
        raise Invalid("The body is not one whole file of gzip")
    return body
