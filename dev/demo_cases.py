"""The invoices of the demo: one case a line, with what is special about it.

A line is (text, price, SAF-T code of its tax or None, further values). ``issuer`` says
who issues the invoice, ``mode`` how it goes to Fiken.
"""


def line(text, price, tax="3", account=None, **values):
    return {"text": text, "price": price, "tax": tax, "account": account, **values}


NOTE = {"display_type": "line_note"}
SECTION = {"display_type": "line_section"}

# Rounding of tax over the whole invoice, as the Norwegian chart does.
GLOBALLY = [
    ("en linje, 25 %", [line("Kaffebønner 1 kg", 249.0)]),
    (
        "tre satser",
        [
            line("Kaffemaskin", 4990.0),
            line("Kaker", 389.5, "31", account="3030"),
            line("Overnatting", 1290.0, "33", account="3050"),
        ],
    ),
    (
        "fem slags null",
        [
            line("Bok", 399.0, "5", account="3100"),
            line("Klimakvoter", 1200.0, "51", account="3110"),
            line("Eksport", 5600.0, "52", account="3120"),
            line("Utleie av lokale", 8000.0, "6", account="3200"),
            line("Forsikringsoppgjør", 750.0, "7", account="3109"),
        ],
    ),
    ("uten avgift", [line("Gave, uten avgift", 500.0, None, account="3019")]),
    ("rabatt", [line("Kopper", 79.9, quantity=24, discount=12.5)]),
    ("mange desimaler", [line("Strøm, kWh", 0.8734, quantity=1234.567)]),
    (
        "ører som går på kryss",
        [line("Vare A", 0.13), line("Vare B", 0.17), line("Vare C", 0.19)],
    ),
    ("negativ linje", [line("Kaffe", 1000.0), line("Avslag", -100.0)]),
    (
        "seksjon og merknad",
        [
            line("Leveranse mars", 0, **SECTION),
            line("Kaffe", 850.0),
            line("Levert mot kvittering", 0, **NOTE),
        ],
    ),
    ("stor faktura", [line(f"Vare {n}", 13.37 * n) for n in range(1, 21)]),
]

# Rounding of tax line by line: the rest of the cases run with it.
PER_LINE = [
    ("linje for linje", [line(f"Vare {n}", 0.33) for n in range(1, 11)]),
    (
        "linje for linje, 15 %",
        [line(f"Kake {n}", 17.77, "31", account="3030") for n in range(1, 8)],
    ),
    ("linje for linje, rabatt", [line("Kopper", 33.33, quantity=7, discount=3.33)]),
    (
        "linje for linje, blandet",
        [
            line("Kaffe", 99.95, quantity=3),
            line("Kake", 45.5, "31", account="3030"),
            line("Bok", 249.0, "5", account="3100"),
        ],
    ),
]

CUSTOMERS = [
    {
        "name": "Kaffebaren AS",
        "is_company": True,
        "city": "Bergen",
        "company_registry": "923609016",
        "email": "post@kaffebaren.example",
    },
    {
        "name": "Nordlys Drift AS",
        "is_company": True,
        "city": "Tromsø",
        "email": "faktura@nordlys.example",
    },
    {
        "name": "Øystein Ås",
        "is_company": False,
        "city": "Hamar",
        "email": "oystein@example.com",
    },
    {"name": "Kafé Blåbær 🫐", "is_company": True, "city": "Ålesund"},
]
