//! Measurements by contestant and round, and their statistics.

use std::collections::BTreeMap;

/// The numbers of each contestant, in the order of the rounds.
#[derive(Debug, Default)]
pub(crate) struct Series(BTreeMap<&'static str, Vec<f64>>);

/// The median and the range of some numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Series {
    pub(crate) fn add(&mut self, name: &'static str, number: f64) {
        self.0.entry(name).or_default().push(number);
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn of(&self, name: &str) -> Spread {
        Spread::of(self.rounds(name).to_vec())
    }

    /// The ratios of two contestants, each within one round.
    pub(crate) fn ratio(&self, of: &str, to: &str) -> Spread {
        Spread::of(self.rounds(of).iter().zip(self.rounds(to)).map(|(of, to)| of / to).collect())
    }

    fn rounds(&self, name: &str) -> &[f64] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
}

impl Spread {
    fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        let at = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
        let (last, half) = (numbers.len().saturating_sub(1), numbers.len() / 2);
        Self { median: f64::midpoint(at(half), at(last - half)), least: at(0), most: at(last) }
    }
}
