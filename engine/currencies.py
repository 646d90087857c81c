"""The currencies that there are: the codes of ISO 4217 (list one, 2024) in which people pay."""

CODES = frozenset("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
    GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
    KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
    NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
    SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
    VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
""".split())  # fmt: skip

#: What is written in shops, and what it means there.
WRITTEN = {"KSH": "KES", "TSH": "TZS", "USH": "UGX", "SH": "KES", "FRW": "RWF", "BIRR": "ETB"}


def meant(written: str) -> str:
    """Say which currency is likely meant, as a repair."""
    code = written.upper().removesuffix(".")
    code = code if code in CODES else WRITTEN.get(code, "")
    return f'did you mean "{code}"?' if code else "write its three letters, such as KES, TZS or UGX"
