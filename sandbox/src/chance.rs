//! Chance, from the operating system.

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(error) = getrandom::fill(&mut bytes) {
        // Without randomness no message could be told from another.
        eprintln!("the operating system has no random bytes: {error}");
        std::process::exit(1);
    }
    bytes
}

/// As long as WeChat's message ids, and never the same twice.
pub(crate) fn random_number() -> String {
    (u64::from_be_bytes(random()) >> 1).to_string()
}

/// Random hexadecimal digits, twice as many as bytes.
pub(crate) fn random_digits<const N: usize>() -> String {
    let halves = random::<N>().into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    halves.filter_map(|half| char::from_digit(half.into(), 16)).collect()
}
