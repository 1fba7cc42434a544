//! What an isolate remembers of each account.

/// A value for each of a few names; a tree would take 3 KiB for each type of them.
pub(super) struct ByName<T>(Vec<(String, T)>);

impl<T: Default> ByName<T> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        let place = self.find(name).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// The value of a name, which is the default until somebody changes it.
    #[expect(clippy::indexing_slicing, reason = "the place was found, or just made")]
    pub(super) fn entry(&mut self, name: &str) -> &mut T {
        let place = self.find(name).unwrap_or_else(|place| {
            self.0.insert(place, (name.to_owned(), T::default()));
            place
        });
        &mut self.0[place].1
    }

    /// Where a name stands, or where it belongs.
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(name))
    }
}
