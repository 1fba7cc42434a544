//! Which URLs of others the worker calls.

use std::net::Ipv4Addr;

use super::{NotWebUrl, WebUrl};

/// Last labels of names that resolve to a machine of a private network.
const PRIVATE_SUFFIXES: [&str; 6] = ["localhost", "local", "internal", "lan", "home", "test"];

/// Whether the worker may call a URL: `https`, and not on a private network. An error is the end of a sentence.
///
/// With `allow_private`, for development, `http` and any host are accepted.
pub fn check_public(url: &str, allow_private: bool) -> Result<(), &'static str> {
    let parsed = WebUrl::parse(url).map_err(|error| match error {
        NotWebUrl::Characters => "must not contain spaces or non-ASCII characters",
        NotWebUrl::Scheme => "must begin with https://",
        NotWebUrl::UserName => "must not contain a user name",
        NotWebUrl::Authority => "must have a host, and a port only as a number",
    })?;
    if allow_private {
        Ok(())
    } else if !parsed.is_https {
        Err("must begin with https://")
    } else if !is_public(parsed.host) {
        Err("must have a public host: a domain name, or a public IPv4 address")
    } else {
        Ok(())
    }
}

fn is_public(host: &str) -> bool {
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return is_public_address(address);
    }
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let Some((_, last)) = host.rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        !label.is_empty()
            && label.chars().all(|character| character.is_ascii_alphanumeric() || "-_".contains(character))
    };
    // A name whose last label starts with a digit is another way to write an address, such as 127.1 or 0x7f.1.
    host.split('.').all(is_label)
        && last.chars().next().is_some_and(|first| first.is_ascii_alphabetic())
        && !PRIVATE_SUFFIXES.contains(&last)
}

const fn is_public_address(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_unspecified()
        || address.is_broadcast()
        || address.is_multicast()
        || address.is_documentation()
        || first == 0
        || first >= 240
        // Carrier-grade NAT; Alibaba Cloud's metadata service has an address in it.
        || (first == 100 && second >= 64 && second < 128)
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19)))
}
