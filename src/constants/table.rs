//! The one form that every table of names has.

/// Declares constants, one a row: name, literal, doc line. `ALL` holds them in the order of the table.
macro_rules! names {
    ($($name:ident = $value:literal, $doc:literal;)+) => {
        $(
            #[doc = $doc]
            pub const $name: &str = $value;
        )+

        /// Every name of this table, in its order.
        pub const ALL: &[&str] = &[$($name),+];
    };
}

pub(super) use names;
