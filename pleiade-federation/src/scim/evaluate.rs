//! Whether a resource answers a filter. Case counts where the schema says so; an attribute that a resource does not have has no value
//! (RFC 7644 §3.4.2.1).

use super::{
    filter::{AttributePath, Filter, Operator, Scalar},
    schema::{Attribute, PathTarget, ResourceKind, Type, path_target},
};
use chrono::DateTime;
use serde_json::{Map, Value};
use std::cmp::Ordering;

/// True if a whole resource, as it is shown, answers.
pub(super) fn answers(kind: ResourceKind, filter: &Filter, resource: &Map<String, Value>) -> bool {
    evaluate(filter, &|path, probe| {
        let PathTarget::Kept(place) = path_target(kind, path, None) else { return probe(&[], None) };
        let holder = match place.extension {
            None => Some(resource),
            Some(urn) => resource.get(urn).and_then(Value::as_object),
        };
        let values = holder.and_then(|holder| holder.get(place.attribute.name)).map_or(&[][..], as_list);
        match place.sub {
            None => probe(&values.iter().collect::<Vec<_>>(), Some(place.attribute)),
            Some(sub) => {
                let inner: Vec<&Value> =
                    values.iter().filter_map(|value| value.get(sub.name)).flat_map(as_list).collect();
                probe(&inner, Some(sub))
            }
        }
    })
}

/// True if one value of a complex attribute answers: names are those of its sub-attributes.
pub(super) fn element_answers(attribute: &Attribute, filter: &Filter, element: &Value) -> bool {
    elements_answer(attribute, filter, &[element])
}

/// True if values of a complex attribute answer together, as all values of an attribute do.
fn elements_answer(attribute: &Attribute, filter: &Filter, elements: &[&Value]) -> bool {
    evaluate(filter, &|path, probe| {
        let sub = attribute.subs.iter().find(|sub| sub.name.eq_ignore_ascii_case(&path.name));
        let Some(sub) = sub.filter(|_| path.schema.is_none() && path.sub.is_none()) else {
            return probe(&[], None);
        };
        let values: Vec<&Value> =
            elements.iter().filter_map(|element| element.get(sub.name)).flat_map(as_list).collect();
        probe(&values, Some(sub))
    })
}

type Probe<'p> = &'p dyn Fn(&[&Value], Option<&Attribute>) -> bool;

/// `values` finds what a path names and gives it to its probe.
fn evaluate(filter: &Filter, values: &dyn Fn(&AttributePath, Probe<'_>) -> bool) -> bool {
    match filter {
        Filter::And(members) => members.iter().all(|member| evaluate(member, values)),
        Filter::Or(members) => members.iter().any(|member| evaluate(member, values)),
        Filter::Not(inner) => !evaluate(inner, values),
        Filter::Present(path) => values(path, &|found, _| !found.is_empty()),
        Filter::Has(path, inner) => values(path, &|found, attribute| {
            attribute.is_some_and(|attribute| {
                found.iter().any(|element| element_answers(attribute, inner, element))
            })
        }),
        Filter::Within(path, inner, of_sub) => values(path, &|found, attribute| {
            let Some(attribute) = attribute else { return evaluate(of_sub, &|_, probe| probe(&[], None)) };
            let chosen: Vec<&Value> =
                found.iter().copied().filter(|element| element_answers(attribute, inner, element)).collect();
            elements_answer(attribute, of_sub, &chosen)
        }),
        Filter::Compare(path, operator, scalar) => values(path, &|found, attribute| {
            let Some(attribute) = attribute else { return *operator == Operator::NotEqual };
            // A complex attribute is compared by its value.
            let (rule, plain): (&Attribute, Vec<&Value>) = match attribute.kind {
                Type::Complex => {
                    let Some(sub) = attribute.subs.iter().find(|sub| sub.name == "value") else {
                        return *operator == Operator::NotEqual;
                    };
                    (sub, found.iter().filter_map(|value| value.get("value")).collect())
                }
                _ => (attribute, found.to_vec()),
            };
            let equal = |value: &&Value| compare(rule, value, Operator::Equal, scalar);
            match (operator, scalar) {
                (Operator::Equal, Scalar::Null) => plain.is_empty(),
                (Operator::NotEqual, Scalar::Null) => !plain.is_empty(),
                (Operator::NotEqual, _) => !plain.iter().any(equal),
                _ => plain.iter().any(|value| compare(rule, value, *operator, scalar)),
            }
        }),
    }
}

fn as_list(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        Value::Null => &[],
        one => std::slice::from_ref(one),
    }
}

fn compare(attribute: &Attribute, value: &Value, operator: Operator, with: &Scalar) -> bool {
    match (value, with) {
        (Value::String(left), Scalar::Text(right)) if attribute.kind == Type::DateTime => {
            match (DateTime::parse_from_rfc3339(left), DateTime::parse_from_rfc3339(right)) {
                (Ok(left), Ok(right)) => in_order(left.cmp(&right), operator),
                _ => texts(left, right, operator),
            }
        }
        (Value::String(left), Scalar::Text(right)) if attribute.case_exact => texts(left, right, operator),
        (Value::String(left), Scalar::Text(right)) => {
            texts(&left.to_lowercase(), &right.to_lowercase(), operator)
        }
        (Value::Bool(left), Scalar::Bool(right)) => operator == Operator::Equal && left == right,
        (Value::Bool(left), Scalar::Text(right)) => {
            operator == Operator::Equal && right.eq_ignore_ascii_case(if *left { "true" } else { "false" })
        }
        (Value::Number(left), Scalar::Number(right)) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => {
                left.partial_cmp(&right).is_some_and(|order| in_order(order, operator))
            }
            _ => false,
        },
        _ => false,
    }
}

fn texts(left: &str, right: &str, operator: Operator) -> bool {
    match operator {
        Operator::Contains => left.contains(right),
        Operator::StartsWith => left.starts_with(right),
        Operator::EndsWith => left.ends_with(right),
        _ => in_order(left.cmp(right), operator),
    }
}

fn in_order(order: Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Greater => order.is_gt(),
        Operator::GreaterOrEqual => order.is_ge(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => false,
    }
}
