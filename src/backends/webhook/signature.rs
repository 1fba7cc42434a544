//! Signatures of requests to webhooks.
//!
//! Specification: Standard Webhooks, symmetric signatures (`v1`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::mac;
use crate::secret::Secret;
use crate::time::Timestamp;

/// Seconds after a rotation during which requests are also signed with the previous secret.
const OVERLAP: u64 = 86_400;

/// Makes a webhook's signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signer<'a> {
    /// The root API key, from which each webhook's secret is derived, so that no secret is stored.
    pub root: &'a Secret,
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
        Secret::new(format!("whsec_{}", STANDARD.encode(self.key(self.generation))))
    }

    /// The `webhook-signature` header of a request.
    #[must_use]
    pub fn sign(&self, id: &str, now: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{now}.{body}");
        let with = |generation: u32| {
            let code = mac::hmac_sha256(&self.key(generation), signed.as_bytes());
            format!("v1,{}", STANDARD.encode(code))
        };
        let current = with(self.generation);
        let is_new = self.rotated_at.is_some_and(|rotated_at| now.distance(rotated_at) < OVERLAP);
        match self.generation.checked_sub(1).filter(|_| is_new) {
            Some(previous) => format!("{current} {}", with(previous)),
            None => current,
        }
    }

    fn key(&self, generation: u32) -> [u8; 32] {
        mac::derive(self.root, &["webhook", self.account, self.webhook, &generation.to_string()])
    }
}
