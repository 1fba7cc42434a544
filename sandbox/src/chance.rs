//! Random values from the operating system.

/// Cryptographically secure random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        // Without random bytes, message ids would not be unique.
        eprintln!("cannot get random bytes from the operating system: {error}");
        std::process::exit(1);
    }
    bytes
}

/// A random number of the same length as WeChat's message ids.
pub(crate) fn random_number() -> String {
    (u64::from_be_bytes(random()) >> 1).to_string()
}

/// `N` random bytes as hexadecimal digits.
pub(crate) fn random_digits<const N: usize>() -> String {
    let halves = random::<N>().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
