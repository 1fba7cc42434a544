//! What an isolate remembers: settings, and the API keys it has looked up.

pub(super) mod key_ring;
pub(super) mod settings;
