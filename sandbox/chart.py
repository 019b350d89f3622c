"""A chart of accounts after NS 4102, as large as a real company's, so that a client has
to page through it.
"""

import re

# Collective accounts: postings go to a sub-account (one per customer, supplier or bank
# account).
WITH_SUBACCOUNTS = ("1500", "1920", "1950", "1960", "2380", "2400")

CASH = "1901"
FEES = "7770"
ROUNDING = "7740"
LOSSES = "7830"
CURRENCY_GAIN, CURRENCY_LOSS = "8060", "8160"
RECEIVABLES, PAYABLES = "1500", "2400"

BANK_SERIES = {
    "normal": "1920",
    "foreign": "1920",
    "tax_deduction": "1950",
    "credit_card": "2380",
}

_TEXT = """
1000 Forskning og utvikling, ervervet
1005 Forskning og utvikling, egenutviklet
1020 Konsesjoner
1030 Patenter
1035 Lisenser
1040 Varemerker
1050 Andre rettigheter
1060 Programvare, aktivert
1070 Utsatt skattefordel
1080 Goodwill
1100 Forretningsbygg
1101 Forretningsbygg, påkostning
1105 Lagerbygg
1110 Byggmessige anlegg
1115 Verkstedbygg
1120 Bygningsmessige anlegg
1125 Parkeringsanlegg
1130 Anlegg under utførelse
1140 Jord- og skogbrukseiendommer
1150 Tomter og andre grunnarealer
1160 Boliger inklusive tomter
1170 Leiligheter for ansatte
1180 Investeringseiendommer
1190 Andre anleggsmidler
1200 Maskiner og anlegg
1205 Kaffemaskiner og kjøkkenutstyr
1210 Maskiner og anlegg under utførelse
1220 Skip, rigger, fly
1230 Personbiler
1231 Varebiler
1232 Lastebiler
1238 Lastebiler, vare- og personbiler
1239 Andre transportmidler
1240 Andre transportmidler
1249 Andre transportmidler, leaset
1250 Inventar
1251 Kontorinventar
1252 Butikkinventar
1260 Bygningsmessig innredning
1265 Innredning i leide lokaler
1270 Verktøy o.l.
1280 Kontormaskiner
1281 Datamaskiner
1290 Andre driftsmidler
1300 Investeringer i datterselskap
1310 Investeringer i annet foretak i samme konsern
1320 Lån til foretak i samme konsern
1330 Investeringer i tilknyttet selskap
1340 Lån til tilknyttet selskap
1350 Investeringer i aksjer og andeler
1360 Obligasjoner
1370 Fordringer på eiere og styremedlemmer
1371 Fordringer på ansatte, langsiktige
1380 Andre fordringer, langsiktige
1390 Depositum, langsiktig
1391 Innskudd i pensjonsordning
1395 Pensjonsmidler
1400 Varelager, råvarer
1401 Varelager, emballasje
1405 Innkjøpte råvarer, på vei
1410 Råvarer og innkjøpte halvfabrikater
1420 Varer under tilvirkning
1430 Egne halvfabrikater
1440 Ferdige egentilvirkede varer
1450 Varelager, kaffe og te
1460 Innkjøpte varer for videresalg
1461 Varelager, utstyr
1465 Varer i kommisjon
1470 Varer på vei
1480 Forskuddsbetaling til leverandører
1490 Nedskrivning av varelager
1500 Kundefordringer
1510 Kundefordringer, inkasso
1530 Opptjente, ikke fakturerte driftsinntekter
1550 Kundefordringer på selskap i samme konsern
1560 Andre fordringer på selskap i samme konsern
1570 Andre kortsiktige fordringer
1571 Fordringer på ansatte
1572 Reiseforskudd
1573 Forskudd lønn
1574 Fordring på eiere
1576 Kortsiktige fordringer på Skatteetaten
1579 Andre kortsiktige fordringer
1580 Avsetning tap på fordringer
1600 Utgående merverdiavgift (eldre)
1610 Inngående merverdiavgift (eldre)
1640 Oppgjørskonto merverdiavgift, tilgode
1670 Krav på offentlige tilskudd
1700 Forskuddsbetalt leie
1705 Forskuddsbetalt leasing
1710 Forskuddsbetalte renter
1720 Andre depositum
1740 Forskuddsbetalt forsikring
1741 Forskuddsbetalte lisenser
1742 Forskuddsbetalt strøm
1749 Andre forskuddsbetalte kostnader
1750 Påløpte leieinntekter
1760 Påløpte renteinntekter
1770 Andre periodiserte inntekter
1780 Krav på innbetaling av selskapskapital
1800 Aksjer og andeler i foretak i samme konsern
1810 Markedsbaserte aksjer
1820 Andre aksjer
1830 Markedsbaserte obligasjoner
1840 Andre obligasjoner
1850 Markedsbaserte sertifikater
1860 Andre sertifikater
1870 Andre markedsbaserte finansielle instrumenter
1880 Andre finansielle instrumenter
1900 Kasse, veksel
1901 Kontanter
1902 Kontanter, valuta
1905 Kasse, kontanter i annen butikk
1909 Kassedifferanser og interimskonto
1910 Kasse, utlegg
1921 Bankinnskudd, depositum
1940 Bankinnskudd i utlandet
1945 Plasseringskonto
1970 Verdipapirkonto
1980 Valutabankkonto
2000 Aksjekapital
2010 Egne aksjer
2020 Overkurs
2030 Annen innskutt egenkapital
2036 Stiftelsesutgifter
2040 Fond for vurderingsforskjeller
2045 Fond for verdiendringer
2050 Annen egenkapital
2055 Egenkapital ved begynnelsen av året
2060 Privatuttak
2061 Privatinnskudd
2062 Privat bruk av bil
2063 Privat bruk av telefon
2065 Private kostnader betalt av foretaket
2070 Betalt skatt
2075 Betalt forskuddsskatt
2080 Udekket tap
2090 Årsresultat
2096 Foreslått utbytte
2100 Pensjonsforpliktelser
2120 Utsatt skatt
2130 Negativ goodwill
2160 Uopptjent inntekt, langsiktig
2180 Andre avsetninger for forpliktelser
2200 Konvertible lån
2210 Obligasjonslån
2220 Gjeld til kredittinstitusjoner
2221 Banklån, langsiktig
2222 Billån
2230 Gjeld til ansatte og eiere, langsiktig
2240 Pantelån
2250 Gjeld til ansatte og eiere
2255 Gjeld til eiere, langsiktig
2260 Gjeld til selskap i samme konsern
2270 Andre valutalån
2280 Stille interessentinnskudd
2290 Annen langsiktig gjeld
2300 Konvertible lån, kortsiktige
2310 Obligasjonslån, kortsiktige
2320 Sertifikatlån
2330 Kassekreditt
2340 Kassekreditt i valuta
2360 Byggelån
2370 Annen kortsiktig gjeld til kredittinstitusjoner
2390 Annen gjeld til kredittinstitusjon
2400 Leverandørgjeld
2410 Leverandørgjeld, omstridt
2460 Leverandørgjeld til selskap i samme konsern
2500 Betalbar skatt, ikke utlignet
2510 Betalbar skatt, utlignet
2520 Refusjon skatt
2540 Forhåndsskatt
2600 Forskuddstrekk
2601 Forskuddstrekk, skyldig
2610 Påleggstrekk
2620 Bidragstrekk
2630 Trygdetrekk
2640 Forsikringstrekk
2650 Trukket fagforeningskontingent
2690 Andre trekk
2701 Utgående merverdiavgift, høy sats
2702 Utgående merverdiavgift, middels sats
2703 Utgående merverdiavgift, lav sats
2705 Utgående merverdiavgift, råfisk
2706 Utgående merverdiavgift, tjenester kjøpt fra utlandet
2707 Utgående merverdiavgift, innførsel av varer
2708 Utgående merverdiavgift, klimakvoter og gull
2711 Inngående merverdiavgift, høy sats
2712 Inngående merverdiavgift, middels sats
2713 Inngående merverdiavgift, lav sats
2715 Inngående merverdiavgift, råfisk
2716 Inngående merverdiavgift, tjenester kjøpt fra utlandet
2717 Inngående merverdiavgift, innførsel av varer
2718 Inngående merverdiavgift, klimakvoter og gull
2740 Oppgjørskonto merverdiavgift
2745 Oppgjørskonto merverdiavgift, tidligere år
2760 Merverdiavgiftskompensasjon
2770 Skyldig arbeidsgiveravgift
2771 Skyldig arbeidsgiveravgift, feriepenger
2780 Påløpt arbeidsgiveravgift på påløpt lønn
2785 Påløpt arbeidsgiveravgift på ferielønn
2790 Andre offentlige avgifter
2791 Skyldig særavgift
2800 Avsatt utbytte
2900 Forskudd fra kunder
2901 Gavekort, ikke innløst
2902 Tilgodelapper
2905 Pant, mottatt
2910 Gjeld til ansatte
2911 Gjeld til ansatte, utlegg
2912 Skyldig tips til ansatte
2915 Gjeld til eiere
2920 Gjeld til selskap i samme konsern
2930 Lønn
2931 Skyldig lønn
2940 Skyldige feriepenger
2941 Skyldige feriepenger, tidligere år
2950 Påløpte renter
2960 Påløpte kostnader
2961 Påløpt strøm
2965 Forskuddsbetalt inntekt
2970 Uopptjente inntekter
2971 Uopptjente abonnementer
2980 Avsetninger for forpliktelser
2985 Avsetning garantiarbeid
2990 Annen kortsiktig gjeld
2995 Mellomregning, kassesystem
3000 Salgsinntekt handelsvarer, avgiftspliktig, høy sats
3009 Salgsinntekt handelsvarer, uten merverdiavgiftsbehandling
3010 Salgsinntekt egentilvirkede varer, avgiftspliktig, høy sats
3019 Salgsinntekt egentilvirkede varer, uten merverdiavgiftsbehandling
3020 Salgsinntekt tjenester, avgiftspliktig, høy sats
3029 Salgsinntekt tjenester, uten merverdiavgiftsbehandling
3030 Salgsinntekt næringsmidler, avgiftspliktig, middels sats
3039 Salgsinntekt næringsmidler, uten merverdiavgiftsbehandling
3040 Salgsinntekt servering til å ta med, avgiftspliktig, middels sats
3050 Salgsinntekt tjenester, avgiftspliktig, lav sats
3061 Uttak av varer og tjenester, avgiftspliktig, høy sats
3063 Uttak av varer, avgiftspliktig, middels sats
3069 Motkonto uttak
3070 Provisjonsinntekt, avgiftspliktig, høy sats
3081 Rabatt og annen salgsinntektsreduksjon, avgiftspliktig
3089 Rabatt og annen salgsinntektsreduksjon, uten merverdiavgiftsbehandling
3090 Opptjent, ikke fakturert inntekt, avgiftspliktig
3099 Opptjent, ikke fakturert inntekt, uten merverdiavgiftsbehandling
3100 Salgsinntekt handelsvarer, avgiftsfri
3109 Salgsinntekt handelsvarer, avgiftsfri, uten behandling
3110 Salgsinntekt egentilvirkede varer, avgiftsfri
3119 Salgsinntekt egentilvirkede varer, avgiftsfri, uten behandling
3120 Salgsinntekt tjenester, avgiftsfri
3129 Salgsinntekt tjenester, avgiftsfri, uten behandling
3130 Eksport av varer
3140 Eksport av tjenester
3150 Salgsinntekt bøker og aviser, avgiftsfri
3160 Uttak av varer og tjenester, avgiftsfri
3170 Provisjonsinntekt, avgiftsfri
3180 Rabatt og annen salgsinntektsreduksjon, avgiftsfri
3190 Opptjent, ikke fakturert inntekt, avgiftsfri
3200 Salgsinntekt handelsvarer, utenfor avgiftsområdet
3209 Salgsinntekt handelsvarer, utenfor avgiftsområdet, uten behandling
3210 Salgsinntekt egentilvirkede varer, utenfor avgiftsområdet
3219 Salgsinntekt egentilvirkede varer, utenfor, uten behandling
3220 Salgsinntekt tjenester, utenfor avgiftsområdet
3229 Salgsinntekt tjenester, utenfor avgiftsområdet, uten behandling
3240 Kursinntekter, utenfor avgiftsområdet
3260 Uttak av varer og tjenester, utenfor avgiftsområdet
3270 Provisjonsinntekt, utenfor avgiftsområdet
3280 Rabatt og annen salgsinntektsreduksjon, utenfor avgiftsområdet
3290 Opptjent, ikke fakturert inntekt, utenfor avgiftsområdet
3300 Spesielle offentlige avgifter for solgte varer
3310 Særavgift, sukker og drikkevarer
3400 Offentlig tilskudd
3440 Spesielle offentlige tilskudd for drift
3500 Garanti, uopptjent inntekt
3510 Service, uopptjent inntekt
3600 Leieinntekt fast eiendom
3601 Leieinntekt lokaler, avgiftspliktig
3605 Leieinntekt lokaler, utenfor avgiftsområdet
3615 Leieinntekt parkering
3620 Andre leieinntekter
3700 Provisjonsinntekter
3705 Provisjon, bonus fra leverandør
3800 Gevinst ved avgang av anleggsmidler
3802 Salgssum anleggsmidler, avgiftspliktig
3805 Salgssum anleggsmidler, avgiftsfri
3807 Balanseverdi solgte anleggsmidler
3900 Andre driftsrelaterte inntekter
3905 Andre inntekter, avgiftspliktig
3910 Fakturerte purregebyrer
3911 Fakturert frakt
3950 Viderefakturerte kostnader
3960 Verdiendring investeringseiendom
3970 Forsikringsoppgjør
3990 Øredifferanser og andre inntekter
4000 Innkjøp av råvarer og halvfabrikater, høy sats
4001 Innkjøp av råvarer, middels sats
4005 Innkjøp av råvarer, uten fradrag
4006 Innkjøp av råvarer fra utlandet
4010 Innkjøp av emballasje
4060 Frakt, toll og spedisjon, råvarer
4070 Innkjøpsprisreduksjon, råvarer
4090 Beholdningsendring, råvarer
4100 Innkjøp av varer under tilvirkning
4160 Frakt, toll og spedisjon, varer under tilvirkning
4170 Innkjøpsprisreduksjon, varer under tilvirkning
4190 Beholdningsendring, varer under tilvirkning
4200 Innkjøp av ferdige egentilvirkede varer
4260 Frakt, toll og spedisjon, egentilvirkede varer
4290 Beholdningsendring, egentilvirkede varer
4300 Innkjøp av varer for videresalg, høy sats
4301 Innkjøp av varer for videresalg, middels sats
4302 Innkjøp av kaffe og te
4303 Innkjøp av utstyr for videresalg
4305 Innkjøp av varer for videresalg, uten fradrag
4306 Innkjøp av varer fra utlandet
4309 Motkonto innkjøp fra utlandet
4360 Frakt, toll og spedisjon, varer for videresalg
4361 Tollavgift
4370 Innkjøpsprisreduksjon, varer for videresalg
4390 Beholdningsendring, varer for videresalg
4395 Svinn og ukurans
4400 Dekningsbidrag, intern
4500 Fremmedytelse og underentreprise
4505 Fremmedytelse, uten fradrag
4510 Tjenester kjøpt fra utlandet
4600 Kjøp av klimakvoter og gull
4990 Annen periodisering
5000 Lønn til ansatte
5001 Fastlønn
5002 Timelønn
5005 Lønn butikk
5006 Overtid
5009 Påløpt lønn
5010 Faste tillegg
5020 Feriepenger
5021 Påløpte feriepenger
5030 Bonus
5040 Styrehonorar til ansatte
5090 Påløpt, ikke utbetalt lønn
5092 Feriepenger, tidligere år
5100 Lønn til ansatte, produksjon
5180 Feriepenger, produksjon
5190 Periodisering av lønn
5200 Fri bil
5210 Fri telefon
5220 Fri avis
5230 Fri losji og bolig
5240 Rentefordel
5250 Gruppelivsforsikring
5251 Ulykkesforsikring
5252 Yrkesskadeforsikring, trekkpliktig
5280 Andre fordeler i arbeidsforhold
5290 Motkonto for gruppe 52
5300 Tantieme
5310 Gruppeliv
5330 Godtgjørelse til styre- og bedriftsforsamling
5390 Annen oppgavepliktig godtgjørelse
5400 Arbeidsgiveravgift
5401 Arbeidsgiveravgift av påløpte feriepenger
5405 Arbeidsgiveravgift, tips
5410 Arbeidsgiveravgift, pensjon
5420 Innberetningspliktig pensjonskostnad
5425 Avtalefestet pensjon (AFP)
5430 Obligatorisk tjenestepensjon
5500 Annen kostnadsgodtgjørelse
5510 Trekkpliktig utgiftsgodtgjørelse
5590 Annen godtgjørelse
5600 Arbeidsgodtgjørelse til eiere
5700 Offentlig tilskudd vedrørende arbeidskraft
5800 Refusjon av sykepenger
5810 Refusjon av foreldrepenger
5820 Refusjon av arbeidsgiveravgift
5890 Annen refusjon
5900 Gaver til ansatte
5905 Kaffe, te og frukt til ansatte
5910 Kantinekostnad
5915 Arbeidstøy
5920 Yrkesskadeforsikring
5930 Annen ikke arbeidsgiveravgiftspliktig forsikring
5940 Personalkostnader, velferd
5945 Pensjonsforsikring for ansatte
5950 Egen pensjonsordning
5960 Kurs for ansatte
5990 Andre personalkostnader
6000 Avskrivning på bygninger og annen fast eiendom
6010 Avskrivning på transportmidler
6015 Avskrivning på maskiner
6017 Avskrivning på inventar
6018 Avskrivning på påkostning i leide lokaler
6020 Avskrivning på immaterielle eiendeler
6050 Nedskrivning av driftsmidler
6100 Frakt, transport og forsikring ved vareforsendelse
6101 Porto ved vareforsendelse
6110 Toll og spedisjon ved vareforsendelse
6190 Annen frakt ved salg
6200 Elektrisitet, produksjon
6210 Gass
6220 Fyringsolje
6230 Kull og koks
6240 Ved
6250 Bensin og dieselolje
6260 Vann
6290 Annet brensel
6300 Leie lokaler
6301 Felleskostnader, leide lokaler
6320 Renovasjon, vann og avløp
6340 Lys og varme
6341 Strøm
6360 Renhold
6365 Vakthold
6390 Annen kostnad lokaler
6400 Leie maskiner
6410 Leie inventar
6420 Leie datasystemer
6430 Leie kontormaskiner
6440 Leie transportmidler
6441 Leasing av bil
6490 Annen leiekostnad
6500 Verktøy
6510 Redskap
6520 Hjelpeverktøy
6530 Spesialverktøy
6540 Inventar
6541 Butikkinventar, kostnadsført
6550 Driftsmaterialer
6551 Datautstyr
6552 Programvare, anskaffelse
6553 Programvare, årlig vedlikehold
6555 Domener og webhotell
6560 Rekvisita
6570 Arbeidsklær og verneutstyr
6590 Annet driftsmateriale
6600 Reparasjon og vedlikehold bygninger
6620 Reparasjon og vedlikehold utstyr
6621 Service på kaffemaskiner
6690 Reparasjon og vedlikehold annet
6700 Revisjonshonorar
6701 Revisjonshonorar, annen bistand
6705 Regnskapshonorar
6720 Honorar for økonomisk og juridisk bistand
6725 Juridisk bistand, uten fradrag
6750 Markedsundersøkelser
6790 Annen fremmed tjeneste
6795 Konsulenttjenester fra utlandet
6800 Kontorrekvisita
6810 Datakostnad
6815 Internett
6820 Trykksak
6840 Aviser, tidsskrifter, bøker
6860 Møter, kurs, oppdatering
6861 Konferanser
6890 Annen kontorkostnad
6900 Telefon
6901 Mobiltelefon
6907 Bredbånd
6940 Porto
7000 Drivstoff
7001 Drivstoff, personbil
7020 Vedlikehold, bil
7040 Forsikring, bil
7050 Bompenger
7055 Parkering
7080 Bilkostnader, bruk av privat bil i næring
7090 Annen kostnad transportmidler
7098 Privat bruk av yrkesbil
7099 Motkonto privat bruk av bil
7100 Bilgodtgjørelse, oppgavepliktig
7130 Reisekostnader, oppgavepliktige
7140 Reisekostnader, ikke oppgavepliktige
7141 Fly, tog, drosje
7145 Overnatting
7150 Diettkostnader, oppgavepliktige
7160 Diettkostnader, ikke oppgavepliktige
7190 Annen kostnadsgodtgjørelse
7200 Provisjonskostnader, oppgavepliktige
7210 Provisjonskostnader, ikke oppgavepliktige
7300 Salgskostnader
7320 Reklamekostnader
7321 Annonser på nett
7322 Annonser fra utenlandske leverandører
7330 Messer og utstillinger
7340 Emballasje til butikk
7350 Representasjon, fradragsberettiget
7360 Representasjon, ikke fradragsberettiget
7390 Annen salgskostnad
7400 Kontingenter, fradragsberettigede
7410 Kontingenter, ikke fradragsberettigede
7420 Gaver, fradragsberettigede
7430 Gaver, ikke fradragsberettigede
7490 Andre kontingenter og gaver
7500 Forsikringspremier
7510 Forsikring av lokaler
7550 Garantikostnader
7560 Servicekostnader
7600 Lisensavgifter og royalties
7610 Patentkostnader ved egne patenter
7620 Kostnader ved varemerker
7630 Kontrollavgifter
7700 Styre- og bedriftsforsamlingsmøter
7710 Generalforsamling
7730 Kostnader ved egne aksjer
7740 Øreavrunding
7741 Kassedifferanser
7745 Valutadifferanser, kasse
7750 Eiendoms- og festeavgifter
7760 Inkassokostnader
7770 Bank- og kortgebyrer
7771 Gebyr, betalingsformidlere
7775 Terminalleie
7780 Purregebyr og forsinkelsesgebyr
7785 Bøter og gebyrer, ikke fradragsberettigede
7790 Andre kostnader
7791 Andre kostnader, ikke fradragsberettigede
7800 Tap ved avgang av anleggsmidler
7820 Innkommet på tidligere nedskrevne fordringer
7830 Tap på fordringer
7831 Endring i avsetning tap på fordringer
7860 Tap på kontrakter
7880 Andre tap, ekstraordinære
7900 Beholdningsendring, anlegg under utførelse
8000 Inntekt på investering i datterselskap
8010 Inntekt på investering i annet foretak i samme konsern
8020 Inntekt på investering i tilknyttet selskap
8030 Renteinntekt fra foretak i samme konsern
8040 Renteinntekter, skattefrie
8050 Renteinntekter
8051 Renteinntekter, bank
8055 Renteinntekter, kunder
8060 Valutagevinst (agio)
8070 Annen finansinntekt
8071 Aksjeutbytte
8078 Gevinst ved salg av aksjer
8080 Verdiøkning av finansielle instrumenter
8090 Inntekt på andre investeringer
8100 Verdireduksjon av finansielle instrumenter
8110 Nedskrivning av andre finansielle omløpsmidler
8120 Nedskrivning av finansielle anleggsmidler
8130 Rentekostnad til foretak i samme konsern
8140 Rentekostnader, ikke fradragsberettigede
8150 Rentekostnader
8151 Rentekostnader, banklån
8155 Rentekostnader, leverandørgjeld
8160 Valutatap (disagio)
8170 Annen finanskostnad
8178 Tap ved salg av aksjer
8300 Betalbar skatt
8320 Utsatt skatt
8400 Ekstraordinære inntekter
8500 Ekstraordinære kostnader
8600 Betalbar skatt på ekstraordinært resultat
8800 Årsresultat
8900 Overføringer fond for vurderingsforskjeller
8910 Overføringer felleseid andelskapital
8920 Avsatt utbytte
8930 Konsernbidrag
8940 Aksjonærbidrag
8950 Fondsemisjon
8960 Overføringer annen egenkapital
8990 Udekket tap
"""

ACCOUNTS = [tuple(line.split(" ", 1)) for line in _TEXT.strip().splitlines()]


def is_account_code(code: str) -> bool:
    return bool(re.fullmatch(r"\d{4}(:\d{5})?", code))
