"""Any client of OpenAI's or Anthropic's, answered in its vendor's own form and recorded on the way."""
