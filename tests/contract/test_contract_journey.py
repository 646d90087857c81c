from contract_actors import body_of


def test_a_journey(customer, ghala):
    order, charge = customer.known_charge()
    ghala.decide(charge["id"], "approve")
    assert order in body_of(customer.hears())
