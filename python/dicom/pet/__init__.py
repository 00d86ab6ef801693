"""Positron emission tomography: standardized uptake values, with the evidence of each.

In: a PET volume, data set or series. Out: a volume of SUV, or the factors, and the table of what they
were computed from. Standard: PS3.3 C.8.9 (PET), C.8.22 (enhanced PET).

The rooms, from below: `elements` (where each input stands), `moments` (dates and times), `nuclides`, `kinds` (body
sizes), `given` (what the caller knows) -> `headers` (what all frames say) -> `person`, `isotope`, `times`, `units` ->
`factors` -> `suv`.
"""
