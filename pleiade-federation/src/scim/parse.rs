//! The reader of filters and paths.
//!
//! Threat: a stranger's text that costs more than it weighs. Each byte is looked at a bounded number of times, nesting and the number
//! of comparisons are bounded, and nothing is kept but the tree.

use super::filter::{
    AttributePath, ChangePath, Filter, FilterError, MAX_FILTER_BYTES, MAX_FILTER_DEPTH, MAX_FILTER_TERMS,
    Operator, Scalar,
};
use serde_json::Number;
use std::str::FromStr;

impl FromStr for Filter {
    type Err = FilterError;

    /// Reads a filter in one pass, within [`MAX_FILTER_BYTES`], [`MAX_FILTER_DEPTH`] and [`MAX_FILTER_TERMS`].
    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader::new(text)?;
        let filter = reader.any(0)?;
        reader.end()?;
        Ok(filter)
    }
}

impl FromStr for ChangePath {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader::new(text)?;
        let attribute = reader.attribute()?;
        let filter = if reader.take(b'[') { Some(reader.inside(0, b']')?) } else { None };
        let sub = if filter.is_some() && reader.take(b'.') { Some(reader.sub_name()?) } else { None };
        reader.end()?;
        Ok(Self { attribute, filter, sub })
    }
}

impl FromStr for AttributePath {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader::new(text)?;
        let path = reader.attribute()?;
        reader.end()?;
        Ok(path)
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    terms: usize,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Result<Self, FilterError> {
        if text.len() > MAX_FILTER_BYTES {
            return Err(FilterError { at: MAX_FILTER_BYTES, why: "too long" });
        }
        let mut reader = Self { text, at: 0, terms: 0 };
        reader.spaces();
        Ok(reader)
    }

    fn wrong<T>(&self, why: &'static str) -> Result<T, FilterError> {
        Err(FilterError { at: self.at, why })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn spaces(&mut self) {
        while self.take(b' ') {}
    }

    fn end(&mut self) -> Result<(), FilterError> {
        self.spaces();
        if self.peek().is_none() { Ok(()) } else { self.wrong("nothing was expected here") }
    }

    /// The longest run of such bytes, all of them ASCII.
    fn run(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Takes a whole word if it is this one.
    fn word(&mut self, word: &str) -> bool {
        let before = self.at;
        self.spaces();
        let found = self.run(is_name).eq_ignore_ascii_case(word);
        if !found {
            self.at = before;
        }
        found
    }

    fn any(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let all = |reader: &mut Self| reader.joined("and", |reader| reader.one(depth), Filter::And);
        self.joined("or", all, Filter::Or)
    }

    fn joined(
        &mut self,
        word: &str,
        mut member: impl FnMut(&mut Self) -> Result<Filter, FilterError>,
        join: impl Fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, FilterError> {
        let first = member(self)?;
        let mut members = vec![first];
        while self.word(word) {
            members.push(member(self)?);
        }
        match members.pop() {
            Some(only) if members.is_empty() => Ok(only),
            Some(last) => {
                members.push(last);
                Ok(join(members))
            }
            None => self.wrong("a comparison is missing"),
        }
    }

    /// A filter up to a closing bracket.
    fn inside(&mut self, depth: usize, close: u8) -> Result<Filter, FilterError> {
        if depth >= MAX_FILTER_DEPTH {
            return self.wrong("too deeply nested");
        }
        let filter = self.any(depth + 1)?;
        self.spaces();
        if self.take(close) { Ok(filter) } else { self.wrong("a bracket is not closed") }
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        self.spaces();
        if self.take(b'(') {
            return self.inside(depth, b')');
        }
        let before = self.at;
        if self.word("not") {
            self.spaces();
            if self.take(b'(') {
                return Ok(Filter::Not(Box::new(self.inside(depth, b')')?)));
            }
            self.at = before;
        }
        self.terms += 1;
        if self.terms > MAX_FILTER_TERMS {
            return self.wrong("too many comparisons");
        }
        let path = self.attribute()?;
        if path.sub.is_some() || !self.take(b'[') {
            return self.comparison(path);
        }
        let inner = Box::new(self.inside(depth, b']')?);
        if !self.take(b'.') {
            return Ok(Filter::Has(path, inner));
        }
        let sub = AttributePath { schema: None, name: self.sub_name()?, sub: None };
        Ok(Filter::Within(path, inner, Box::new(self.comparison(sub)?)))
    }

    /// What stands behind the name of an attribute.
    fn comparison(&mut self, path: AttributePath) -> Result<Filter, FilterError> {
        if !self.take(b' ') {
            return self.wrong("a space and an operator were expected");
        }
        self.spaces();
        let word = self.run(is_name);
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(path));
        }
        let Some(operator) = Operator::ALL.into_iter().find(|known| known.name().eq_ignore_ascii_case(word))
        else {
            return self.wrong("not an operator");
        };
        if !self.take(b' ') {
            return self.wrong("a space and a value were expected");
        }
        self.spaces();
        let value = self.scalar()?;
        if operator.takes(&value) {
            Ok(Filter::Compare(path, operator, value))
        } else {
            self.wrong("this operator does not compare such a value")
        }
    }

    /// A value as JSON writes it.
    fn scalar(&mut self) -> Result<Scalar, FilterError> {
        let start = self.at;
        if self.take(b'"') {
            loop {
                match self.peek() {
                    None => return self.wrong("a text is not closed"),
                    Some(b'\\') => self.at += 2,
                    Some(b'"') => break,
                    Some(_) => self.at += 1,
                }
            }
            self.at += 1;
            let quoted = self.text.get(start..self.at).unwrap_or_default();
            return match serde_json::from_str(quoted) {
                Ok(text) => Ok(Scalar::Text(text)),
                Err(_) => self.wrong("not a JSON text"),
            };
        }
        let word = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        match word {
            "true" => Ok(Scalar::Bool(true)),
            "false" => Ok(Scalar::Bool(false)),
            "null" => Ok(Scalar::Null),
            // Written so by Microsoft Entra.
            "True" => Ok(Scalar::Bool(true)),
            "False" => Ok(Scalar::Bool(false)),
            number => match serde_json::from_str(number) {
                Ok(read) => Ok(Scalar::Number(nearest(number, read))),
                Err(_) => self.wrong("a JSON value was expected; texts stand in double quotes"),
            },
        }
    }

    fn attribute(&mut self) -> Result<AttributePath, FilterError> {
        let whole = self.run(|byte| is_name(byte) || matches!(byte, b':' | b'.' | b'$' | b'/'));
        let (schema, rest) = match whole.rsplit_once(':') {
            Some((schema, rest)) => (Some(schema), rest),
            None => (None, whole),
        };
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        if schema.is_some_and(|schema| !schema.get(..4).is_some_and(|urn| urn.eq_ignore_ascii_case("urn:"))) {
            return self.wrong("a schema begins with urn:");
        }
        if !is_attribute_name(name) || sub.is_some_and(|sub| !is_sub_name(sub)) {
            return self.wrong("not the name of an attribute");
        }
        Ok(AttributePath {
            schema: schema.map(str::to_owned),
            name: name.to_owned(),
            sub: sub.map(str::to_owned),
        })
    }

    fn sub_name(&mut self) -> Result<String, FilterError> {
        let name = self.run(|byte| is_name(byte) || byte == b'$');
        if is_sub_name(name) { Ok(name.to_owned()) } else { self.wrong("not the name of a sub-attribute") }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_attribute_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic()) && name.bytes().all(is_name)
}

fn is_sub_name(name: &str) -> bool {
    name == "$ref" || is_attribute_name(name)
}

/// JSON's reader is fast and may miss the nearest fraction by one; the same text must always be the same number.
fn nearest(text: &str, read: Number) -> Number {
    if !read.is_f64() {
        return read;
    }
    text.parse().ok().and_then(Number::from_f64).unwrap_or(read)
}
