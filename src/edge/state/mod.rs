//! What an isolate remembers: settings, the API keys it has looked up, and figures.

pub(super) mod capabilities;
pub(super) mod figures;
pub(super) mod keys;
pub(super) mod settings;
