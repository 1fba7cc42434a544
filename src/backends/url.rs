//! Where a webhook may be.

use std::net::Ipv4Addr;

use crate::invalid::Invalid;

/// Names that lead to a machine of one's own network, whatever resolves them.
const PRIVATE_SUFFIXES: [&str; 6] = ["localhost", "local", "internal", "lan", "home", "test"];

/// Whether a webhook may be called at an address: `https`, and nothing of a private network.
///
/// With `allow_private`, for development, `http` and any host will do.
pub fn check_url(url: &str, allow_private: bool) -> Result<(), Invalid> {
    let wrong = |complaint: &str| Invalid::new("url", complaint);
    if !url.chars().all(|character| character.is_ascii_graphic() && character != '\\') {
        return Err(wrong("must hold neither spaces nor characters that are not ASCII"));
    }
    let rest = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => rest,
        (None, Some(rest)) if allow_private => rest,
        _ => return Err(wrong("must begin with https://")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(wrong("must not hold a user name; a webhook knows us by our signature"));
    }
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err(wrong("must name a host, and a port only as a number"));
    }
    if allow_private || is_public(host) {
        Ok(())
    } else {
        Err(wrong("must lead to a public host: a domain name, or a public IPv4 address"))
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
    // A name that ends in a number is an address in disguise, such as 127.1 or 0x7f.1.
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
        // Carriers' own addresses, where Alibaba Cloud has its metadata service as well.
        || (first == 100 && second >= 64 && second < 128)
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19)))
}
