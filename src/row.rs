//! Rows of a database, read as tuples of their columns.
//!
//! serde reads tuples as well, but its code for a row has a branch after each column. [`Columns`] notes a wrong column
//! and goes on, so that a column takes one call.

use serde_json::Value;

use crate::invalid::Invalid;
use crate::json::whole;

/// Reads rows, each an array of its columns; further columns are ignored.
pub fn rows<T: Row>(rows: &Value) -> Result<Vec<T>, Invalid> {
    let mut columns = Columns::of(rows)?;
    let mut read = Vec::with_capacity(columns.rows.len());
    while columns.begin_row() {
        read.push(T::read(&mut columns));
    }
    columns.invalid.map_or(Ok(read), Err)
}

/// A tuple of up to 16 columns.
pub trait Row: Sized {
    /// Reads the columns of one row.
    fn read(columns: &mut Columns<'_>) -> Self;
}

/// A type of a column.
pub trait Column: Sized {
    /// Reads the next column. One that has another type is noted, and what is returned for it does not matter.
    fn read(columns: &mut Columns<'_>) -> Self;
}

/// The columns of rows.
pub struct Columns<'v> {
    rows: std::slice::Iter<'v, Value>,
    row: &'v [Value],
    /// The number of rows that were begun, and of columns of this row that were read.
    place: (usize, usize),
    /// The first column that is wrong.
    invalid: Option<Invalid>,
}

impl<'v> Columns<'v> {
    fn of(rows: &'v Value) -> Result<Self, Invalid> {
        let rows = rows.as_array().ok_or_else(|| Invalid::new(".", "must be an array"))?;
        Ok(Self { rows: rows.iter(), row: &[], place: (0, 0), invalid: None })
    }

    #[inline(never)]
    fn begin_row(&mut self) -> bool {
        let Some(row) = self.rows.next() else { return false };
        self.row = row.as_array().map(Vec::as_slice).unwrap_or_default();
        self.place = (self.place.0.saturating_add(1), 0);
        true
    }

    /// The next column.
    fn next(&mut self) -> Option<&'v Value> {
        let column = self.row.get(self.place.1);
        self.place.1 = self.place.1.saturating_add(1);
        column
    }

    fn is_null(&self) -> bool {
        self.row.get(self.place.1).is_some_and(Value::is_null)
    }

    #[cold]
    #[inline(never)]
    fn complain(&mut self, complaint: &str) {
        let (row, column) = (self.place.0.saturating_sub(1), self.place.1.saturating_sub(1));
        self.invalid.get_or_insert_with(|| Invalid::new(format!("[{row}][{column}]"), complaint));
    }
}

impl Column for String {
    #[inline(never)]
    fn read(columns: &mut Columns<'_>) -> Self {
        columns.next().and_then(Value::as_str).map_or_else(
            || {
                columns.complain("must be a string");
                Self::new()
            },
            ToOwned::to_owned,
        )
    }
}

impl Column for i64 {
    #[inline(never)]
    fn read(columns: &mut Columns<'_>) -> Self {
        let number = columns.next().and_then(Value::as_number);
        number.and_then(|number| number.as_i64().or_else(|| whole(number))).unwrap_or_else(|| {
            columns.complain("must be a whole number");
            0
        })
    }
}

impl Column for u64 {
    #[inline(never)]
    fn read(columns: &mut Columns<'_>) -> Self {
        Self::try_from(i64::read(columns)).unwrap_or_else(|_| {
            columns.complain("must not be negative");
            0
        })
    }
}

/// `NULL` is `None`.
impl<T: Column> Column for Option<T> {
    #[inline(never)]
    fn read(columns: &mut Columns<'_>) -> Self {
        if columns.is_null() {
            columns.next();
            return None;
        }
        Some(T::read(columns))
    }
}

/// A row of which only the number matters.
impl Row for () {
    fn read(_columns: &mut Columns<'_>) {}
}

macro_rules! rows_of {
    ($($column:ident)*) => {
        impl<$($column: Column),*> Row for ($($column,)*) {
            fn read(columns: &mut Columns<'_>) -> Self {
                ($($column::read(columns),)*)
            }
        }
    };
}

rows_of!(A);
rows_of!(A B);
rows_of!(A B C);
rows_of!(A B C D);
rows_of!(A B C D E);
rows_of!(A B C D E F);
rows_of!(A B C D E F G);
rows_of!(A B C D E F G H);
rows_of!(A B C D E F G H I);
rows_of!(A B C D E F G H I J);
rows_of!(A B C D E F G H I J K);
rows_of!(A B C D E F G H I J K L);
rows_of!(A B C D E F G H I J K L M);
rows_of!(A B C D E F G H I J K L M N);
rows_of!(A B C D E F G H I J K L M N O);
rows_of!(A B C D E F G H I J K L M N O P);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rows;

    #[test]
    fn columns_are_read_in_their_order() {
        type Four = (String, i64, Option<String>, Option<u64>);
        let read: Vec<Four> = rows(&json!([["a", 1, null, 2], ["b", -1.0, "c", null]])).unwrap();
        let second = ("b".to_owned(), -1, Some("c".to_owned()), None);
        assert_eq!(read, [("a".to_owned(), 1, None, Some(2)), second]);
        assert_eq!(rows::<()>(&json!([[], [1]])), Ok(vec![(), ()]));
        assert_eq!(rows::<(i64,)>(&json!([])), Ok(vec![]));
    }

    #[test]
    fn the_first_wrong_column_is_named() {
        let wrong = [
            (json!({}), ".", "must be an array"),
            (json!([["a", 1], [1, "b"]]), "[1][0]", "must be a string"),
            (json!([["a", "b"]]), "[0][1]", "must be a whole number"),
            (json!([["a", 1.5]]), "[0][1]", "must be a whole number"),
            (json!([["a", -1]]), "[0][1]", "must not be negative"),
            (json!([["a"]]), "[0][1]", "must be a whole number"),
            (json!([["a", null]]), "[0][1]", "must be a whole number"),
            (json!([1]), "[0][0]", "must be a string"),
        ];
        for (json, field, complaint) in wrong {
            let invalid = rows::<(String, u64)>(&json).unwrap_err();
            assert_eq!((invalid.field.as_str(), invalid.complaint.as_str()), (field, complaint), "{json}");
        }
    }
}
