//! Where a page ended, as callers hold it: signed, so that nobody makes one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::inbox::Place;
use crate::invalid::Invalid;
use crate::json::from_json;
use crate::secret::Secret;

/// How many bytes of the signature a cursor carries.
const MAC_BYTES: usize = 16;

/// Signs and checks the cursors of one call for one account.
#[derive(Debug, Clone, Copy)]
pub struct Cursors<'a> {
    key: &'a Secret,
    call: &'static str,
    account: &'a str,
}

impl<'a> Cursors<'a> {
    /// `key` is the root API key, which a worker with an API always has.
    #[must_use]
    pub const fn new(key: &'a Secret, call: &'static str, account: &'a str) -> Self {
        Self { key, call, account }
    }

    /// What a caller hands in to go on below a place.
    #[must_use]
    pub fn seal(&self, place: &Place) -> String {
        let place = serde_json::to_vec(place).unwrap_or_default();
        let mac = self.mac(&place).finalize().into_bytes();
        let mac = mac.get(..MAC_BYTES).unwrap_or_default();
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&place), URL_SAFE_NO_PAD.encode(mac))
    }

    /// The place that a cursor names.
    pub fn open(&self, cursor: &str) -> Result<Place, Invalid> {
        let place = cursor.split_once('.').and_then(|(place, mac)| {
            let place = URL_SAFE_NO_PAD.decode(place).ok()?;
            let mac = URL_SAFE_NO_PAD.decode(mac).ok().filter(|mac| mac.len() == MAC_BYTES)?;
            self.mac(&place).verify_truncated_left(&mac).ok()?;
            from_json(std::str::from_utf8(&place).ok()?).ok()
        });
        place.ok_or_else(|| {
            Invalid::new("cursor", "is not one that this call gave out; leave it out to begin anew")
        })
    }

    fn mac(&self, place: &[u8]) -> Hmac<Sha256> {
        // Its digest, since that has one length and so nothing to fail.
        let mut key = Key::<Hmac<Sha256>>::default();
        key.iter_mut().zip(Sha256::digest(self.key.expose())).for_each(|(place, byte)| *place = byte);
        let mut mac = Hmac::<Sha256>::new(&key);
        for part in [self.call.as_bytes(), self.account.as_bytes(), place] {
            mac.update(part);
            mac.update(b"\n");
        }
        mac
    }
}
