//! Signatures of requests to webhooks.
//!
//! Specification: Standard Webhooks, symmetric signatures (`v1`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::mac::{self, Purpose, SigningKeys};
use crate::secret::Secret;
use crate::time::Timestamp;

/// Seconds after a rotation during which requests are also signed with the previous secret.
const OVERLAP: u64 = 86_400;

/// Makes a webhook's signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer<'a> {
    /// Each webhook's secret is derived from them, so that no secret is stored.
    pub keys: &'a SigningKeys,
    /// The account's name.
    pub account: &'a str,
    /// The webhook's id.
    pub webhook: &'a str,
    /// The number of rotations of its secret.
    pub generation: u32,
    /// When its secret was last rotated.
    pub rotated_at: Option<Timestamp>,
}

impl Signer<'_> {
    /// The secret as the webhook's owner stores it: `whsec_` and 32 bytes in Base64.
    #[must_use]
    pub fn secret(&self) -> Secret {
        let current = self.derived(self.generation).next().unwrap_or_default();
        Secret::new(format!("whsec_{}", STANDARD.encode(current)))
    }

    /// The `webhook-signature` header of a request: a signature for each secret that its owner may have, the current one
    /// first.
    #[must_use]
    pub fn sign(&self, id: &str, now: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{now}.{body}");
        let is_new = self.rotated_at.is_some_and(|rotated_at| now.distance(rotated_at) < OVERLAP);
        let previous = self.generation.checked_sub(1).filter(|_| is_new);
        let secrets =
            self.derived(self.generation).chain(previous.into_iter().flat_map(|one| self.derived(one)));
        let signatures = secrets
            .map(|secret| format!("v1,{}", STANDARD.encode(mac::hmac_sha256(&secret, signed.as_bytes()))));
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// The secret of a generation by the current signing key, and by the previous one while there is one.
    fn derived(&self, generation: u32) -> impl Iterator<Item = [u8; 32]> + use<> {
        let parts = [self.account, self.webhook, &generation.to_string()];
        self.keys.codes(Purpose::WebhookSecret, &parts)
    }
}
