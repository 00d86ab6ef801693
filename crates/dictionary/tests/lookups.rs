//! Every row is found by each of its keys, and what isn't in the tables isn't found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
use dcm_dictionary::{
    AddedAttribute, AddedPrivateAttribute, Additions, EDITION, Vr, attribute, attribute_of_possessive_name, attributes,
    former_keywords, private_attribute, private_creators, private_entries, repeaters, tag_for_keyword, uid, uids,
};

#[test]
fn every_attribute_is_found_by_tag_and_by_keyword() {
    assert!(attributes().len() > 5200);
    for row in attributes() {
        assert!(std::ptr::eq(attribute(row.tag).unwrap(), row));
        if !row.keyword().is_empty() {
            assert_eq!(tag_for_keyword(row.keyword()), Some(row.tag), "{}", row.keyword());
        }
    }
    assert!(attributes().is_sorted_by(|a, b| a.tag < b.tag));
}

#[test]
fn well_known_rows_are_as_in_the_standard() {
    let row = attribute(0x0010_0010).unwrap();
    assert_eq!(
        (row.keyword(), row.name(), row.vr, row.vm(), row.retired),
        ("PatientName", "Patient's Name", Vr::Pn, "1", false)
    );
    assert_eq!(attribute(0x7FE0_0010).unwrap().vr, Vr::ObOrOw);
    assert_eq!(attribute(0x0040_E012).unwrap().keyword(), "DisplayURI");
    assert_eq!(
        attribute(0x0010_0043).unwrap().name(),
        "Sex Parameters for Clinical Use Category Sequence"
    );
}

/// Rows of a table of `data/`: cells split at tabs, without the heading.
fn table(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split('\t').collect())
}

#[test]
fn rows_say_what_the_data_files_say() {
    let mut repeating = 0;
    for row in table(include_str!("../data/attributes.tsv")) {
        let found = match u32::from_str_radix(row[0], 16) {
            Ok(tag) => attribute(tag).unwrap(),
            Err(_) => {
                repeating += 1;
                let form = |repeater: &&dcm_dictionary::Repeater| repeater.form() == row[0];
                &repeaters().iter().find(form).unwrap().attribute
            }
        };
        let retired = if found.retired { "R" } else { "" };
        let cells = [found.vr.as_str(), found.vm(), found.keyword(), found.name(), retired];
        assert_eq!(cells, row[1..]);
    }
    assert_eq!(repeating, repeaters().len());
    for row in table(include_str!("../data/uids.tsv")) {
        let found = uid(row[0]).unwrap();
        let retired = if found.retired { "R" } else { "" };
        let cells = [found.kind(), found.keyword(), found.name(), found.info(), retired];
        assert_eq!((found.uid(), &cells[..]), (row[0], &row[1..]));
    }
    for row in table(include_str!("../data/private.tsv")) {
        let found = private_entries(row[0])
            .iter()
            .find(|entry| entry.form() == row[1])
            .unwrap();
        assert_eq!([found.vr.as_str(), found.vm(), found.name()], row[2..]);
    }
}

#[test]
fn tags_and_keywords_outside_the_dictionary_are_not_found() {
    for tag in [
        0x0010_0000,
        0x0011_0010,
        0x0011_1001,
        0x6001_0010,
        0x6100_0010,
        0x0000_0FFF,
        u32::MAX,
    ] {
        assert_eq!(attribute(tag), None, "{tag:08X}");
    }
    for keyword in ["", "patientname", "PatientNam", "PatientNamee", "OverlayRows", "\u{e9}"] {
        assert_eq!(tag_for_keyword(keyword), None, "{keyword}");
    }
}

#[test]
fn repeating_groups_are_found_in_each_even_group() {
    for group in (0x6000..=0x60FE_u32).step_by(2) {
        assert_eq!(attribute(group << 16 | 0x3000).unwrap().keyword(), "OverlayData");
    }
    assert_eq!(attribute(0x5002_0005).unwrap().keyword(), "CurveDimensions");
    assert_eq!(attribute(0x0020_3155).unwrap().keyword(), "SourceImageIDs");
    assert_eq!(attribute(0x1000_1230).unwrap().keyword(), "EscapeTriplet");
    assert_eq!(attribute(0x1010_1234).unwrap().keyword(), "ZonalMap");
    for row in repeaters() {
        assert_eq!(row.attribute.tag & row.mask, row.attribute.tag);
        let found = attribute(row.attribute.tag).unwrap();
        assert!(
            found.keyword() == row.attribute.keyword() || found.tag & row.mask == found.tag,
            "{}",
            row.form()
        );
    }
}

#[test]
fn names_with_a_possessive_are_understood_as_they_were_written_before_2012() {
    let keyword = |text| attribute_of_possessive_name(text).map(|row| row.keyword());
    assert_eq!(keyword("PatientsName"), Some("PatientName"));
    assert_eq!(keyword("ReferringPhysiciansName"), Some("ReferringPhysicianName"));
    assert_eq!(keyword("PatientsMothersBirthName"), Some("PatientMotherBirthName"));
    for text in [
        "PatientName",
        "OperatorsName",
        "PatientsNames",
        "Patient's Name",
        "",
        "patientsname",
    ] {
        assert_eq!(keyword(text), None, "{text}");
    }
}

#[test]
fn keywords_that_were_corrected_are_still_understood() {
    assert!(!former_keywords().is_empty());
    for (keyword, tag) in former_keywords() {
        assert_eq!(tag_for_keyword(keyword), Some(*tag));
        assert_ne!(attribute(*tag).unwrap().keyword(), *keyword);
    }
}

#[test]
fn every_private_attribute_is_found_by_creator_and_tag() {
    let mut rows = 0;
    for creator in private_creators() {
        for row in private_entries(creator) {
            rows += 1;
            // A digit that may be any: try another one than 0.
            let found = private_attribute(creator, row.value | (!row.mask & 0x1111_1111)).unwrap();
            assert!(found == row || found.mask & !row.mask != 0, "{creator} {}", row.form());
            assert!(std::ptr::eq(private_attribute(creator, row.value).unwrap(), row) || row.mask != u32::MAX);
        }
    }
    assert!(rows > 10_000);
}

#[test]
fn a_private_element_is_found_in_any_block() {
    for tag in [0x0029_1008, 0x0029_FF08] {
        assert_eq!(
            private_attribute("SIEMENS CSA HEADER", tag).unwrap().name(),
            "CSA Image Header Type"
        );
    }
    assert_eq!(private_attribute("SIEMENS CSA HEADER", 0x0029_10EE), None);
    assert_eq!(private_attribute("nobody", 0x0029_1008), None);
    assert_eq!(
        private_attribute("DLX_ANNOT_01", 0x7010_1104).unwrap().name(),
        "Text_annotation"
    );
}

#[test]
fn every_uid_is_found() {
    for row in uids() {
        assert!(std::ptr::eq(uid(row.uid()).unwrap(), row));
    }
    assert_eq!(uid("1.2.840.10008.1.2.1").unwrap().keyword(), "ExplicitVRLittleEndian");
    assert_eq!(
        uid("1.2.840.10008.1.2.8.1").unwrap().name(),
        "Deflated Image Frame Compression"
    );
    assert_eq!(uids().iter().filter(|row| row.kind() == "Transfer Syntax").count(), 63);
    assert_eq!(uid("1.2"), None);
}

#[test]
fn a_vr_is_known_by_its_bytes_and_by_its_text() {
    let mut plain = 0;
    for vr in Vr::ALL {
        assert_eq!(Vr::parse(vr.as_str()), Some(*vr));
        if let Ok(bytes) = <[u8; 2]>::try_from(vr.as_str().as_bytes()) {
            plain += 1;
            assert_eq!(Vr::from_bytes(bytes), Some(*vr));
            assert!(!vr.is_ambiguous());
        } else {
            assert!(vr.is_ambiguous());
        }
    }
    assert_eq!(plain, 34);
    let long: String = Vr::ALL
        .iter()
        .filter(|vr| vr.has_long_length())
        .map(|vr| vr.as_str())
        .collect();
    assert_eq!(long, "OBODOFOLOVOWSQSVUCUNURUTUV");
    assert_eq!(
        (Vr::from_bytes(*b"XX"), Vr::from_bytes([0, 0]), Vr::parse("ZZ")),
        (None, None, None)
    );
}

#[test]
fn additions_come_first_and_leave_earlier_snapshots_alone() {
    let name = |tag, keyword: &str, vr| AddedAttribute {
        tag,
        vr,
        vm: "1".into(),
        keyword: keyword.into(),
        name: "Added".into(),
        retired: false,
    };
    let none = Additions::default();
    let some = none.with_attributes([
        name(0x1002_1001, "Added", Vr::Ul),
        name(0x0010_0010, "OtherName", Vr::Lo),
    ]);
    assert_eq!(
        (none.vr(0x1002_1001), none.tag_for_keyword("Added"), none.is_empty()),
        (None, None, true)
    );
    assert_eq!(
        (some.vr(0x1002_1001), some.tag_for_keyword("Added")),
        (Some(Vr::Ul), Some(0x1002_1001))
    );
    assert_eq!(
        (some.vr(0x0010_0010), none.vr(0x0010_0010)),
        (Some(Vr::Lo), Some(Vr::Pn))
    );
    let renamed = some.with_attributes([name(0x1002_1001, "Again", Vr::Us)]);
    assert_eq!(
        (renamed.tag_for_keyword("Added"), renamed.tag_for_keyword("Again")),
        (None, Some(0x1002_1001))
    );

    let entry = AddedPrivateAttribute {
        creator: "ACME".into(),
        tag: 0x0011_1001,
        vr: Vr::Sh,
        vm: "1".into(),
        name: "Test".into(),
    };
    let private = some.with_private_attributes([entry]);
    assert_eq!(private.private_vr("ACME", 0x0011_2301), Some(Vr::Sh));
    assert_eq!(private.private_vr("ACME", 0x0011_2302), None);
    assert_eq!(private.private_vr("SIEMENS CSA HEADER", 0x0029_1008), Some(Vr::Cs));
    assert_eq!(some.private_vr("ACME", 0x0011_2301), None);
}

#[test]
fn the_edition_is_named_on_one_line() {
    assert!(EDITION.starts_with("DICOM 20") && !EDITION.contains('\n'));
}
