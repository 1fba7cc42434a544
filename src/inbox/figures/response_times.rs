//! Response times of backends, counted in ten buckets.

/// Where each bucket begins, in milliseconds; the SQL of `counted_entries` has the same numbers.
const BEGINS: [i64; 10] = [0, 250, 500, 1000, 1500, 2000, 3000, 4500, 10_000, 30_000];

/// The median in milliseconds, as if the answers of a bucket were spread evenly; the last one counts as its beginning.
///
/// `count` is the number of answers in a bucket.
pub(super) fn median(count: impl Fn(usize) -> i64) -> Option<i64> {
    let counts: [i64; 10] = std::array::from_fn(count);
    // In half answers, so that the median of one answer is the middle of its bucket.
    let mut left = counts.iter().fold(0_i64, |sum, n| sum.saturating_add(*n));
    for (index, (n, begins)) in counts.into_iter().zip(BEGINS).enumerate() {
        let halves = n.saturating_mul(2);
        if halves > 0 && left <= halves {
            let ends = BEGINS.get(index.saturating_add(1)).copied().unwrap_or(begins);
            let width = ends.saturating_sub(begins);
            return Some(begins.saturating_add(width.saturating_mul(left).checked_div(halves)?));
        }
        left = left.saturating_sub(halves);
    }
    None
}

#[cfg(test)]
mod tests {
    fn median(buckets: [i64; 10]) -> Option<i64> {
        super::median(|bucket| *buckets.get(bucket).unwrap_or(&0))
    }

    #[test]
    fn the_median_is_within_the_bucket_of_the_middle_answer() {
        assert_eq!(median([0; 10]), None);
        assert_eq!(median([1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some(125));
        assert_eq!(median([0, 0, 4, 0, 0, 0, 0, 0, 0, 0]), Some(750));
        assert_eq!(median([1, 0, 0, 0, 1, 0, 0, 0, 0, 0]), Some(250), "between the two");
        assert_eq!(median([1, 0, 0, 2, 0, 0, 0, 0, 0, 0]), Some(1125));
        assert_eq!(median([1, 1, 1, 1, 1, 1, 1, 1, 1, 100]), Some(30_000), "half a minute or more");
    }
}
