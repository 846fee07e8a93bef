"""An answer that is a file to save."""

import re
from urllib.parse import quote


def saved_as(name: str) -> dict[str, str]:
    """The header that names the file, in plain letters too, as `curl -OJ` reads no others.

    https://www.rfc-editor.org/rfc/rfc6266#section-5
    """
    plain = re.sub(r"[^\w .()-]", "_", name, flags=re.ASCII)
    return {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"}
