//! CSV as spreadsheets and databases export it.

use pleiade_connectors::exchange::{
    csv::{decode, parse},
    fault::ExchangeFault,
    table::Table,
};
use proptest::prelude::*;

fn cells(table: &Table, column: &str) -> Vec<Option<String>> {
    table.rows().map(|row| row.get(column).map(str::to_owned)).collect()
}

#[test]
fn every_usual_encoding_is_read() {
    let text = "agent;titre\r\ndupont;Été à 12 €\r\n";
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let windows = b"agent;titre\r\ndupont;\xC9t\xE9 \xE0 12 \x80\r\n";
    for bytes in [text.as_bytes(), &[b"\xEF\xBB\xBF", text.as_bytes()].concat(), &utf16, windows] {
        let table = parse(&decode(bytes).unwrap(), b';').unwrap();
        assert_eq!(cells(&table, "titre"), [Some("Été à 12 €".to_owned())]);
        assert_eq!(
            cells(&table, "agent"),
            [Some("dupont".to_owned())],
            "a mark before the first column is none of its name"
        );
    }
    assert_eq!(
        decode("été".as_bytes().split_last().unwrap().1),
        Err(ExchangeFault::Encoding),
        "cut within a character"
    );
}

#[test]
fn quotes_and_odd_rows() {
    let text = "AGENT ;Titre;url\na;\"Un; \"\"deux\"\"\nlignes\";x\nb;trop;de;cellules\nc;peu\nd;-;NULL\n";
    let table = parse(text, b';').unwrap();
    assert_eq!(table.unreadable, 2, "they hide none of the others");
    assert_eq!(cells(&table, "titre"), [Some("Un; \"deux\"\nlignes".to_owned()), None]);
    assert_eq!(cells(&table, "url"), [Some("x".to_owned()), None]);
    assert_eq!(cells(&table, "inconnue"), [None, None]);
    assert_eq!(parse("agent;titre\na;\"sans fin\nb;c\n", b';'), Err(ExchangeFault::OpenQuote));
    assert_eq!(parse("", b';'), Err(ExchangeFault::NoHeader));
    assert_eq!(parse(";;\n1;2;3\n", b';'), Err(ExchangeFault::NoHeader));
    assert_eq!(parse("a\tb\n1\t2\n", b'\t').map(|table| cells(&table, "b")), Ok(vec![Some("2".to_owned())]));
}

#[test]
fn a_cell_without_end_is_no_row_and_rows_are_bounded() {
    let long = format!("agent\n{}\nb\n", "x".repeat(100_000));
    let table = parse(&long, b';').unwrap();
    assert_eq!((table.rows().len(), table.unreadable), (1, 1));
    let many = format!("agent\n{}", "a\n".repeat(200_001));
    assert_eq!(parse(&many, b';'), Err(ExchangeFault::TooManyRows { max: 200_000 }));
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(text) = decode(&bytes) {
            let _ = parse(&text, b';');
        }
    }
}
