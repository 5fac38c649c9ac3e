"""The only readers of AWS: every answer a model value, every refusal an `Unread`."""
