//! A value of JSON, wherever it is kept: on the tape of a text, or as objects of an interpreter.

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum View<T> {
    Null,
    Integer(i128),
    Float(f64),
    Text(T),
    Array,
    Object,
    /// True, false, numbers beyond 128 bits, and what isn't JSON.
    Other,
}

/// A value that can be looked at.
pub trait Node: Sized {
    type Text: AsRef<str>;

    fn view(&self) -> View<Self::Text>;

    /// The values of an array; none for another.
    fn items(&self) -> impl Iterator<Item = Self>;

    /// Names and values of an object; none for another.
    fn members(&self) -> impl Iterator<Item = (Self::Text, Self)>;
}
