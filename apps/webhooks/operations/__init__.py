"""Everything that changes a webhook: setting it up (`setup`), and the steps of delivering (`delivering`)."""
