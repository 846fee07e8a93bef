"""What servers that only resemble a vendor send."""

import pytest
from openai.types.chat import ChatCompletionChunk

from fluxgate_app.chat.dialects import DIALECTS


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [{"index": 0, "content_filter_offsets": {"check_offset": 44}}]},
        {"choices": [{"index": 0, "delta": None, "finish_reason": "stop"}]},
        {"choices": None, "usage": {"prompt_tokens": 1}},
        {"usage": {"prompt_tokens": 1}},
    ],
)
def test_a_chunk_without_choice_or_delta_has_no_text(body):
    assert DIALECTS["openai"].delta(ChatCompletionChunk.model_construct(**body)) == ""
