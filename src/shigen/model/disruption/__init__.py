"""When it stops: the months after, in tonnes, days and prices.

`scenario` declares what stops, `parameters` what is assumed of the rest, `network` who is supplied by whom, `formulas`
one month's rules, `months` their play, `answers` what home reads off.
"""
